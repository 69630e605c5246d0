use super::{COLUMNS_MAX, LINES_MAX, Table, TableError, read};

fn rows(table: &Table) -> Vec<(u64, Vec<&str>)> {
    let lines = table.lines.iter();
    lines
        .map(|line| (line.number, line.cells.iter().map(String::as_str).collect()))
        .collect()
}

fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("vide").unwrap();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

#[test]
fn a_text_is_read_in_every_encoding_and_separator() {
    let fr = "Numéro;Intitulé\nK-1;Piste d'Oulad Saïd\n";
    let ar = "الرقم;العنوان\nK-1;طريق قروية\n";
    let (fr_1252, ..) = encoding_rs::WINDOWS_1252.encode(fr);
    let (ar_1256, ..) = encoding_rs::WINDOWS_1256.encode(ar);
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(ar.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for (bytes, title) in [
        (fr.as_bytes().to_vec(), "Piste d'Oulad Saïd"),
        (format!("\u{feff}{fr}").into_bytes(), "Piste d'Oulad Saïd"),
        (fr.replace(';', ",").into_bytes(), "Piste d'Oulad Saïd"),
        (fr.replace(';', "\t").into_bytes(), "Piste d'Oulad Saïd"),
        (fr_1252.into_owned(), "Piste d'Oulad Saïd"),
        (ar.as_bytes().to_vec(), "طريق قروية"),
        (ar_1256.into_owned(), "طريق قروية"),
        (utf16, "طريق قروية"),
    ] {
        let table = read(&bytes).unwrap();
        assert_eq!(rows(&table), [(2, vec!["K-1", title])], "{bytes:?}");
    }
}

#[test]
fn empty_lines_are_passed_over_and_numbers_stay() {
    let table = read(b"a;b\n;\n1;2\n\n3\n4;5;6\n").unwrap();
    let expected = [
        (3, vec!["1", "2"]),
        (5, vec!["3", ""]),
        (6, vec!["4", "5", "6"]),
    ];
    assert_eq!(rows(&table), expected);
}

#[test]
fn a_workbook_gives_its_first_sheet_that_holds_something() {
    let bytes = workbook(|sheet| {
        let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
        sheet.write(0, 0, "Numéro").unwrap();
        sheet.write(0, 1, "Coût").unwrap();
        sheet.write(0, 2, "Lancement").unwrap();
        sheet.write(2, 0, "K-1").unwrap();
        sheet.write(2, 1, 1_234_567.89).unwrap();
        let launched = rust_xlsxwriter::ExcelDateTime::from_ymd(2024, 1, 31).unwrap();
        sheet.write_with_format(2, 2, &launched, &day).unwrap();
        sheet.write(3, 1, 2024).unwrap();
        sheet
            .write_formula(3, 2, rust_xlsxwriter::Formula::new("=1+1").set_result("2"))
            .unwrap();
    });
    let table = read(&bytes).unwrap();
    assert_eq!(table.columns, ["Numéro", "Coût", "Lancement"]);
    let expected = [
        (3, vec!["K-1", "1234567.89", "2024-01-31"]),
        (4, vec!["", "2024", "2"]),
    ];
    assert_eq!(rows(&table), expected);
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let bytes = workbook(|sheet| {
        sheet.write(0, 0, "a").unwrap();
        sheet.write(1_048_575, 0, "1").unwrap();
    });
    assert_eq!(rows(&read(&bytes).unwrap()), [(1_048_576, vec!["1"])]);
    let bytes = workbook(|sheet| {
        sheet.write(0, 16_383, "a").unwrap();
    });
    assert_eq!(read(&bytes), Err(TableError::TooManyColumns));
}

#[test]
fn a_bomb_is_refused() {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/workbook.xml", options).unwrap();
    let zeros = vec![0_u8; 1024 * 1024];
    for _ in 0..80 {
        archive.write_all(&zeros).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1024 * 1024);
    assert_eq!(read(&bytes), Err(TableError::TooLarge));
}

#[test]
fn what_is_no_table_is_said_to_be_none() {
    let many_lines = format!("a;b\n{}", "1;2\n".repeat(LINES_MAX + 1));
    let many_columns = format!("{}\n1\n", "a;".repeat(COLUMNS_MAX + 1) + "a");
    let long = format!("a;b\n1;{}\n", "x".repeat(70_000));
    for (bytes, expected) in [
        (Vec::new(), TableError::Empty),
        (b"a;b\n".to_vec(), TableError::Empty),
        (b"\n\n;;\n".to_vec(), TableError::Empty),
        (b"PK\x03\x04 no archive".to_vec(), TableError::NotATable),
        (vec![0xD0, 0xCF, 0x11, 0xE0, 0, 0], TableError::OldWorkbook),
        (
            vec![0x89, 0x50, 0x4E, 0x47, 0, 0, 0xFF],
            TableError::NotATable,
        ),
        (many_lines.into_bytes(), TableError::TooManyLines),
        (many_columns.into_bytes(), TableError::TooManyColumns),
        (long.into_bytes(), TableError::LineTooLong { line: 2 }),
        (vec![b'a'; super::FILE_BYTES_MAX + 1], TableError::TooLarge),
    ] {
        assert_eq!(read(&bytes), Err(expected));
    }
    let whole = workbook(|sheet| {
        sheet.write(0, 0, "a").unwrap();
        sheet.write(1, 0, "1").unwrap();
    });
    for cut in (0..whole.len()).step_by(97) {
        assert!(read(&whole[..cut]).is_err());
    }
}
