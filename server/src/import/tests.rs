use std::collections::BTreeSet;

use jawla_model::{ProjectField, Value};

use super::{ImportError, Nature, Parsed, parse};
use crate::reference::shipped;

const HEADER: &str = "code_das;intitule_fr;intitule_ar;phase;programme;annee;nature;secteur;commune;etat;cout_global_dh;part_indh_dh;benef_directs;benef_femmes;date_lancement_prev;date_fin_prev;latitude;longitude;remarque";

fn read(lines: &str) -> Parsed {
    let text = format!("{HEADER}\n{lines}");
    parse(
        text.as_bytes(),
        &shipped().unwrap(),
        &BTreeSet::new(),
        Nature::Real,
    )
    .unwrap()
}

fn line(change: &[(usize, &str)]) -> String {
    let mut cells = vec![
        "K-1",
        "Piste rurale vers le douar",
        "",
        "III",
        "P1",
        "2024",
        "TRAVAUX",
        "PIS",
        "05.311.05.13",
        "EN_COURS",
        "1 234 567,89",
        "1000000",
        "120",
        "60",
        "2024-01-10",
        "2024-09-30",
        "32.8861",
        "-6.9063",
        "x",
    ];
    for (at, text) in change {
        cells[*at] = text;
    }
    cells.join(";")
}

#[test]
fn a_good_line_becomes_a_draft() {
    let parsed = read(&line(&[]));
    assert_eq!(parsed.refusals, []);
    assert_eq!(parsed.unknown_columns, ["remarque"]);
    let [draft] = parsed.drafts.as_slice() else {
        panic!()
    };
    assert_eq!((draft.line, draft.code_das.as_str()), (2, "K-1"));
    assert_eq!(draft.communes, ["053110513"]);
    for expected in [
        (ProjectField::Cost, Value::Int(123_456_789)),
        (
            ProjectField::Position,
            Value::Text("328861000;-69063000;0".into()),
        ),
        (ProjectField::Programme, "P1".into()),
        (ProjectField::Communes, "053110513".into()),
    ] {
        assert!(draft.fields.contains(&expected), "{expected:?}");
    }
}

#[test]
fn every_refusal_names_its_line_its_field_and_its_reason() {
    let long = "x".repeat(301);
    let huge = "x".repeat(1024 * 1024);
    type Row<'a> = (Vec<(usize, &'a str)>, &'a str, &'a str);
    let table: Vec<Row<'_>> = vec![
        (vec![(1, ""), (2, "")], "intitule_fr", "TITLE_MISSING"),
        (vec![(1, "Piste")], "intitule_fr", "TITLE_TOO_SHORT"),
        (vec![(1, &long)], "intitule_fr", "VALUE"),
        (vec![(1, &huge)], "", "LINE_TOO_LONG"),
        (
            vec![(1, "Piste rurale\0vers le douar")],
            "intitule_fr",
            "VALUE",
        ),
        (vec![(3, "IV")], "phase", "UNKNOWN_PHASE"),
        (vec![(3, "I")], "programme", "UNKNOWN_PROGRAMME"),
        (vec![(5, "deux mille")], "annee", "NOT_A_NUMBER"),
        (vec![(5, "")], "annee", "YEAR_MISSING"),
        (vec![(5, "1999")], "annee", "VALUE"),
        (vec![(6, "MAGIE")], "nature", "VALUE"),
        (vec![(7, "XYZ")], "secteur", "UNKNOWN_SECTOR"),
        (vec![(8, "Casablanca")], "commune", "UNKNOWN_COMMUNE"),
        (vec![(8, "")], "commune", "COMMUNE_MISSING"),
        (vec![(9, "PRESQUE")], "etat", "VALUE"),
        (vec![(10, "12,345")], "cout_global_dh", "NOT_AN_AMOUNT"),
        (
            vec![(10, "=HYPERLINK(1)")],
            "cout_global_dh",
            "NOT_AN_AMOUNT",
        ),
        (vec![(10, "-5"), (11, "")], "cout_global_dh", "VALUE"),
        (vec![(11, "2000000")], "part_indh_dh", "SHARE_ABOVE_COST"),
        (vec![(13, "121")], "benef_femmes", "WOMEN_ABOVE_TOTAL"),
        (vec![(14, "10/01/2024")], "date_lancement_prev", "VALUE"),
        (
            vec![(15, "2023-01-01")],
            "date_fin_prev",
            "END_BEFORE_START",
        ),
        (vec![(16, "nord")], "latitude", "NOT_A_POSITION"),
        (vec![(16, "95.0")], "latitude", "NOT_A_POSITION"),
    ];
    for (change, field, reason) in table {
        let parsed = read(&format!("{}\n{}", line(&change), line(&[(0, "K-2")])));
        let found: Vec<_> = parsed
            .refusals
            .iter()
            .map(|r| (r.line, r.field.as_str(), r.reason))
            .collect();
        assert_eq!(found, [(2, field, reason)]);
        assert!(parsed.refusals[0].sentence_fr.ends_with('.'));
        assert!(parsed.refusals[0].sentence_fr.chars().count() < 200);
        assert_eq!(parsed.drafts.len(), 1, "the good neighbour goes on");
    }
}

#[test]
fn duplicates_wrong_columns_and_bad_bytes_are_said() {
    let lines = format!("{}\n{}\nK-9;trop court\n", line(&[]), line(&[]));
    let parsed = read(&lines);
    let found: Vec<_> = parsed.refusals.iter().map(|r| (r.line, r.reason)).collect();
    assert_eq!(found, [(3, "DUPLICATE_CODE"), (4, "COLUMN_COUNT")]);

    let mut bytes = format!("\u{feff}{HEADER}\n").into_bytes();
    bytes.extend(
        line(&[])
            .replace("rurale", "r\u{1}")
            .bytes()
            .map(|b| if b == 1 { 0xff } else { b }),
    );
    let parsed = parse(&bytes, &shipped().unwrap(), &BTreeSet::new(), Nature::Real).unwrap();
    assert_eq!(parsed.refusals[0].reason, "NOT_UTF8");
    assert_eq!(parsed.refusals[0].field, "intitule_fr");

    let known = BTreeSet::from(["K-1".to_owned()]);
    let text = format!("{HEADER}\n{}", line(&[]));
    let parsed = parse(text.as_bytes(), &shipped().unwrap(), &known, Nature::Real).unwrap();
    assert_eq!(parsed.refusals[0].reason, "ALREADY_THERE");
}

#[test]
fn commas_work_and_a_file_without_its_header_is_refused_whole() {
    let text = format!("{HEADER}\n{}", line(&[(10, "1234567")])).replace(';', ",");
    let parsed = parse(
        text.as_bytes(),
        &shipped().unwrap(),
        &BTreeSet::new(),
        Nature::Demonstration,
    );
    let parsed = parsed.unwrap();
    assert_eq!(parsed.refusals, []);
    assert!(
        parsed.drafts[0]
            .fields
            .contains(&(ProjectField::Demonstration, Value::Flag(true)))
    );
    for bad in [&b""[..], b"a;b;c\n1;2;3", &[0xff; 64]] {
        let result = parse(bad, &shipped().unwrap(), &BTreeSet::new(), Nature::Real);
        assert!(matches!(result, Err(ImportError::Header { .. })));
    }
}
