//! Files that an import must read without trust, and what is wrong with each line.

use super::{COLUMNS, quoted};

/// What is wrong with a cell or a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// No commune of the province has that code.
    UnknownCommune,
    /// No commune at all.
    NoCommune,
    /// The programme belongs to another period.
    ProgrammeOfAnotherPeriod,
    /// Not an amount.
    BadAmount,
    /// An amount below zero.
    NegativeAmount,
    /// More than 64 bits of centimes.
    HugeAmount,
    /// No title in either language.
    NoTitle,
    /// A cell of one million characters.
    TooLong,
    /// Fewer or more cells than columns.
    WrongColumnCount,
    /// The code of an earlier line.
    DuplicateCode,
    /// A cell that a spreadsheet would compute.
    Formula,
    /// A NUL character.
    Nul,
    /// Characters that turn the direction of what follows on the screen.
    BidiControl,
    /// A code that the model does not know.
    UnknownCode,
    /// A share above its whole.
    ShareAboveCost,
    /// More women than beneficiaries.
    WomenAboveTotal,
    /// A day that no calendar has.
    BadDay,
    /// The end before the start.
    EndBeforeStart,
    /// Outside the globe.
    BadPosition,
    /// A budget year before the programme began.
    BadYear,
    /// Bytes that are not UTF-8.
    NotUtf8,
}

/// What an import is expected to do with a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The line cannot be imported.
    Refuse,
    /// The line can be imported; a person should see the fault.
    Flag,
    /// Text like any other, refused or stored; it must never be executed, nor hide on a screen or
    /// in an export what stands beside it.
    Defuse,
}

impl FaultKind {
    /// What an import is expected to do.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::ShareAboveCost | Self::WomenAboveTotal | Self::EndBeforeStart => Verdict::Flag,
            Self::Formula | Self::BidiControl => Verdict::Defuse,
            _ => Verdict::Refuse,
        }
    }
}

/// One fault of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpectedFault {
    /// Line of the file, 1 for the columns.
    pub line: usize,
    /// Column, or empty when the whole line is at fault.
    pub field: &'static str,
    /// What is wrong.
    pub kind: FaultKind,
}

/// A file and its faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostileProjects {
    /// The file, UTF-8.
    pub csv: String,
    /// Its faults, by line, one a line. Lines without one are valid.
    pub faults: Vec<ExpectedFault>,
}

/// Characters of the cell that is too long.
const LONG_CELL_CHARS: usize = 1_000_000;

/// A valid line; its code ends with `number`.
fn valid_line(number: usize) -> Vec<String> {
    let code = format!("KHO-2021-P1-{number:03}");
    [
        code.as_str(),
        "Construction d'une piste rurale, commune Oulad Azzouz [démonstration]",
        "بناء مسلك قروي، جماعة أولاد عزوز [معطيات تجريبية]",
        "III",
        "P1",
        "",
        "2021",
        "1",
        "TRAVAUX",
        "construction",
        "PIS",
        "053110515",
        "EN_COURS",
        "1234567,89",
        "600000,00",
        "Commune Oulad Azzouz",
        "Commune Oulad Azzouz",
        "420",
        "200",
        "2021-03-15",
        "2022-06-30",
        "32.8300000",
        "-6.7700000",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The valid line with other cells.
fn line_with(number: usize, cells: &[(&str, &str)]) -> Vec<String> {
    let mut line = valid_line(number);
    for (column, text) in cells {
        for (cell, _) in line
            .iter_mut()
            .zip(COLUMNS)
            .filter(|(_, name)| name == column)
        {
            *cell = (*text).to_owned();
        }
    }
    line
}

fn joined(lines: Vec<Vec<String>>) -> String {
    let mut csv = COLUMNS.join(";");
    csv.push('\n');
    for line in lines {
        let cells: Vec<String> = line.iter().map(|cell| quoted(cell)).collect();
        csv.push_str(&cells.join(";"));
        csv.push('\n');
    }
    csv
}

/// Faults of a single cell: kind, column, what stands there.
fn single_cells() -> Vec<(FaultKind, &'static str, String)> {
    use FaultKind::*;
    let cells: [(FaultKind, &str, &str); 22] = [
        (UnknownCommune, "commune", "053119999"),
        (UnknownCommune, "commune", "053110515+053119999"),
        (NoCommune, "commune", ""),
        (BadAmount, "cout_global_dh", "12.34.56,7x"),
        (BadAmount, "part_indh_dh", "environ mille"),
        (NegativeAmount, "cout_global_dh", "-5000,00"),
        (HugeAmount, "cout_global_dh", "99999999999999999999,00"),
        (
            Formula,
            "intitule_fr",
            "=HYPERLINK(\"http://example.invalid/\";\"Cliquez ici\")",
        ),
        (Formula, "porteur", "@SUM(1+1)*cmd|' /C calc'!A0"),
        (
            Nul,
            "intitule_fr",
            "Piste rurale\0 de la commune [démonstration]",
        ),
        (
            BidiControl,
            "intitule_fr",
            "Piste rurale \u{202e}etsip\u{202c} [démonstration]",
        ),
        (
            BidiControl,
            "intitule_ar",
            "مسلك \u{2067}قروي\u{2066} جديد [معطيات تجريبية]",
        ),
        (UnknownCode, "etat", "PRESQUE_FINI"),
        (UnknownCode, "nature", "travaux divers"),
        (UnknownCode, "secteur", "XYZ"),
        (UnknownCode, "phase", "IV"),
        (ShareAboveCost, "part_indh_dh", "9999999,00"),
        (WomenAboveTotal, "benef_femmes", "421"),
        (BadDay, "date_lancement_prev", "2021-02-30"),
        (EndBeforeStart, "date_fin_prev", "2020-12-31"),
        (BadPosition, "latitude", "132.83"),
        (BadYear, "annee", "1999"),
    ];
    cells
        .into_iter()
        .map(|(kind, column, text)| (kind, column, text.to_owned()))
        .collect()
}

/// A file with one fault a line, and the faults. The first and the last line are valid.
pub fn hostile_projects_csv() -> HostileProjects {
    let mut lines = vec![valid_line(1)];
    let mut faults = Vec::new();
    let mut add = |kind: FaultKind, field: &'static str, line: Vec<String>| {
        // The columns are line 1.
        faults.push(ExpectedFault {
            line: lines.len() + 2,
            field,
            kind,
        });
        lines.push(line);
    };
    let mut number = 1;
    let mut next = || {
        number += 1;
        number
    };
    for (kind, column, text) in single_cells() {
        add(kind, column, line_with(next(), &[(column, &text)]));
    }
    let no_titles = [("intitule_fr", ""), ("intitule_ar", "")];
    add(
        FaultKind::NoTitle,
        "intitule_fr",
        line_with(next(), &no_titles),
    );
    // The rural programme of the periods before.
    let other_period = [("programme", "R")];
    add(
        FaultKind::ProgrammeOfAnotherPeriod,
        "programme",
        line_with(next(), &other_period),
    );
    let long = "a".repeat(LONG_CELL_CHARS);
    add(
        FaultKind::TooLong,
        "intitule_fr",
        line_with(next(), &[("intitule_fr", &long)]),
    );
    let mut short = valid_line(next());
    short.truncate(5);
    add(FaultKind::WrongColumnCount, "", short);
    let mut wide = valid_line(next());
    wide.push("de trop".to_owned());
    add(FaultKind::WrongColumnCount, "", wide);
    add(FaultKind::DuplicateCode, "code_das", valid_line(1));
    lines.push(valid_line(next()));
    HostileProjects {
        csv: joined(lines),
        faults,
    }
}

/// A file whose second project holds bytes that are not UTF-8, in `intitule_fr` of line 3; its
/// other lines are valid.
pub fn hostile_projects_bytes() -> Vec<u8> {
    const PLACEHOLDER: &str = "OCTETS";
    let text = joined(vec![
        valid_line(1),
        line_with(2, &[("intitule_fr", PLACEHOLDER)]),
        valid_line(3),
    ]);
    match text.split_once(PLACEHOLDER) {
        // Latin-1 for "é", and a surrogate, which UTF-8 forbids.
        Some((before, after)) => [
            before.as_bytes(),
            b"Piste am\xe9nag\xe9e \xed\xa0\x80",
            after.as_bytes(),
        ]
        .concat(),
        None => text.into_bytes(),
    }
}

/// A file without any fault whose lines are rare: they must all be imported.
pub fn unusual_projects_csv() -> String {
    let cells: [&[(&str, &str)]; 11] = [
        &[
            ("cout_global_dh", "50000000,00"),
            ("part_indh_dh", "50000000,00"),
        ],
        &[("benef_directs", "0"), ("benef_femmes", "0")],
        &[("benef_directs", ""), ("benef_femmes", "")],
        &[
            ("intitule_fr", ""),
            (
                "intitule_ar",
                "دار الطالبة الڭفاف بأولاد بوݣرين [معطيات تجريبية]",
            ),
        ],
        &[("intitule_ar", "PV n° 12/2024 دار الطالبة [معطيات تجريبية]")],
        &[("commune", "053110501+053110503+053110507")],
        &[("etat", "ANNULE"), ("part_indh_dh", "250000,50")],
        &[("latitude", ""), ("longitude", "")],
        &[(
            "intitule_fr",
            "Salle \"polyvalente\" ; cour et clôture [démonstration]",
        )],
        &[("phase", "II"), ("programme", "MNT"), ("annee", "2014")],
        &[("intitule_ar", "")],
    ];
    let lines = cells
        .iter()
        .enumerate()
        .map(|(number, cells)| line_with(number + 1, cells));
    joined(lines.collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn records(csv: &str) -> Vec<csv::StringRecord> {
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader
            .delimiter(b';')
            .flexible(true)
            .from_reader(csv.as_bytes());
        reader.records().map(|record| record.unwrap()).collect()
    }

    #[test]
    fn each_fault_stands_at_its_line_and_column() {
        let hostile = hostile_projects_csv();
        let lines = records(&hostile.csv);
        assert_eq!(lines.len(), hostile.faults.len() + 2);
        for fault in &hostile.faults {
            let line = &lines[fault.line - 2];
            // A line of the file is a record: no cell spans two.
            assert_eq!(line.position().unwrap().line(), fault.line as u64);
            let Some(column) = COLUMNS.iter().position(|column| *column == fault.field) else {
                assert_eq!(fault.kind, FaultKind::WrongColumnCount);
                assert_ne!(line.len(), COLUMNS.len());
                continue;
            };
            assert_eq!(line.len(), COLUMNS.len());
            if fault.kind != FaultKind::DuplicateCode {
                let valid = &valid_line(fault.line)[column];
                assert_ne!(&line[column], valid, "{fault:?}");
            }
        }
        let codes: BTreeSet<_> = lines.iter().map(|line| line[0].to_owned()).collect();
        assert_eq!(codes.len(), lines.len() - 1, "one code is there twice");
        assert!(hostile.csv.len() > LONG_CELL_CHARS);
    }

    #[test]
    fn bad_bytes_stand_in_line_3_only() {
        let bytes = hostile_projects_bytes();
        assert!(std::str::from_utf8(&bytes).is_err());
        let bad: Vec<usize> = bytes
            .split(|byte| *byte == b'\n')
            .enumerate()
            .filter(|(_, line)| std::str::from_utf8(line).is_err())
            .map(|(index, _)| index + 1)
            .collect();
        assert_eq!(bad, [3]);
    }

    #[test]
    fn rare_lines_are_whole() {
        let lines = records(&unusual_projects_csv());
        assert_eq!(lines.len(), 11);
        assert!(lines.iter().all(|line| line.len() == COLUMNS.len()));
        assert!(lines[8][1].contains("\"polyvalente\" ;"));
        for line in lines.iter().filter(|line| line[13].len() < 20) {
            assert!(
                jawla_model::Centimes::parse_dirhams(&line[13]).is_some(),
                "{}",
                &line[13]
            );
        }
    }
}
