//! Which column of a table is which field of a project, guessed from its name and chosen by a
//! person, and the table checked by it.

use std::collections::{BTreeMap, BTreeSet};

use jawla_model::fold::fold;
use jawla_model::reference::ReferenceBundle;

use super::line::COLUMNS;
use super::table::Table;
use super::{Nature, Parsed, REQUIRED, Refusal, column_count, take_cells, taken};

/// For each column of a table the field it fills, or none.
pub type Mapping = Vec<Option<&'static str>>;

/// Names that columns have in the lists of provinces, folded, by field.
const NAMES: [(&str, &[&str]); 23] = [
    (
        "code_das",
        &[
            "code",
            "numero",
            "n projet",
            "code projet",
            "reference",
            "رقم المشروع",
            "الرقم",
        ],
    ),
    (
        "intitule_fr",
        &[
            "intitule",
            "intitule du projet",
            "projet",
            "titre",
            "designation",
            "libelle",
        ],
    ),
    (
        "intitule_ar",
        &[
            "intitule en arabe",
            "intitule arabe",
            "titre arabe",
            "عنوان المشروع",
            "المشروع",
            "العنوان",
        ],
    ),
    ("phase", &["phase indh", "المرحلة"]),
    ("programme", &["programme indh", "البرنامج"]),
    ("axe", &["axe du programme", "المحور"]),
    (
        "annee",
        &[
            "exercice",
            "annee budgetaire",
            "annee de programmation",
            "السنة",
        ],
    ),
    ("tranche", &["tranche annuelle", "الشطر"]),
    (
        "nature",
        &[
            "nature du projet",
            "nature de l operation",
            "الطبيعة",
            "طبيعة المشروع",
        ],
    ),
    (
        "type_operation",
        &["type", "type d operation", "operation", "نوع العملية"],
    ),
    ("secteur", &["secteur d activite", "القطاع"]),
    (
        "commune",
        &["communes", "collectivite", "localisation", "الجماعة"],
    ),
    (
        "etat",
        &[
            "etat d avancement",
            "statut",
            "situation",
            "etat du projet",
            "الحالة",
        ],
    ),
    (
        "cout_global_dh",
        &[
            "cout",
            "cout global",
            "montant global",
            "montant",
            "cout total",
            "cout dh",
            "الكلفة",
            "الكلفة الاجمالية",
        ],
    ),
    (
        "part_indh_dh",
        &[
            "part indh",
            "contribution indh",
            "montant indh",
            "حصة المبادرة",
        ],
    ),
    (
        "maitre_ouvrage",
        &["maitre d ouvrage", "mo", "صاحب المشروع"],
    ),
    (
        "porteur",
        &["porteur de projet", "porteur du projet", "حامل المشروع"],
    ),
    (
        "benef_directs",
        &[
            "beneficiaires",
            "beneficiaires directs",
            "nombre de beneficiaires",
            "المستفيدون",
            "عدد المستفيدين",
        ],
    ),
    (
        "benef_femmes",
        &["beneficiaires femmes", "femmes", "dont femmes", "النساء"],
    ),
    (
        "date_lancement_prev",
        &[
            "date de lancement",
            "lancement prevu",
            "date de demarrage",
            "تاريخ الانطلاق",
        ],
    ),
    (
        "date_fin_prev",
        &[
            "date d achevement",
            "achevement prevu",
            "date de fin",
            "تاريخ الانتهاء",
        ],
    ),
    ("latitude", &["lat", "y", "خط العرض"]),
    ("longitude", &["long", "lon", "lng", "x", "خط الطول"]),
];

/// Every field that a column can fill.
pub fn fields() -> &'static [&'static str] {
    &COLUMNS
}

/// The field of that code.
pub fn field_of(code: &str) -> Option<&'static str> {
    COLUMNS.into_iter().find(|one| *one == code)
}

/// What the columns of a table seem to be; no field is given twice, the first column has it.
pub fn guess(table: &Table) -> Mapping {
    let mut given = BTreeSet::new();
    table
        .columns
        .iter()
        .map(|name| {
            let field = guess_one(name)?;
            given.insert(field).then_some(field)
        })
        .collect()
}

fn guess_one(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    COLUMNS
        .into_iter()
        .find(|code| plain == self::plain(code))
        .or_else(|| {
            let found = NAMES
                .iter()
                .find(|(_, names)| names.iter().any(|one| self::plain(one) == plain))?;
            field_of(found.0)
        })
}

/// A name without accents, signs and case.
fn plain(name: &str) -> String {
    let signs_apart: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    fold(&signs_apart)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Fields that no project can be without have no column.
    #[error("no column for {0:?}")]
    Missing(Vec<&'static str>),
    /// A field has two columns.
    #[error("two columns for {0}")]
    Twice(&'static str),
    /// It is not one of this table.
    #[error("a mapping of another table")]
    OtherTable,
}

/// Checks a mapping against its table.
///
/// # Errors
/// [`MappingError`].
pub fn check(table: &Table, mapping: &Mapping) -> Result<(), MappingError> {
    if mapping.len() != table.columns.len() {
        return Err(MappingError::OtherTable);
    }
    let mut given = BTreeSet::new();
    for field in mapping.iter().flatten() {
        if !given.insert(*field) {
            return Err(MappingError::Twice(field));
        }
    }
    let missing: Vec<_> = REQUIRED
        .into_iter()
        .chain(["code_das"])
        // Either language is enough: the line says which it has.
        .filter(|field| !field.starts_with("intitule") && !given.contains(field))
        .collect();
    let titled = ["intitule_fr", "intitule_ar"]
        .iter()
        .any(|one| given.contains(one));
    let missing: Vec<_> = (!titled)
        .then_some("intitule_fr")
        .into_iter()
        .chain(missing)
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(MappingError::Missing(missing))
    }
}

/// Checks every line of a table against the schema. A line without a number is refused: the same
/// file brought in twice would make its project twice.
pub fn parse(
    table: &Table,
    mapping: &Mapping,
    bundle: &ReferenceBundle,
    known_codes: &BTreeSet<String>,
) -> Parsed {
    let mut parsed = Parsed {
        unknown_columns: unknown(table, mapping),
        ..Parsed::default()
    };
    let mut seen = BTreeMap::new();
    for line in &table.lines {
        parsed.lines += 1;
        if line.cells.len() > table.columns.len() {
            let found = line.cells.len();
            let refusal = column_count(line.number, found, table.columns.len());
            parsed.refusals.push(refusal);
            continue;
        }
        let cells: BTreeMap<&str, &str> = mapping
            .iter()
            .zip(&line.cells)
            .filter_map(|(field, cell)| Some(((*field)?, cell.as_str())))
            .collect();
        if cells.get("code_das").is_none_or(|code| code.is_empty()) {
            parsed.refusals.push(no_number(line.number));
            continue;
        }
        let mut taken = |code: &str| taken(code, line.number, known_codes, &mut seen);
        take_cells(
            line.number,
            &cells,
            bundle,
            Nature::Real,
            &mut parsed,
            &mut taken,
        );
    }
    parsed
}

fn unknown(table: &Table, mapping: &Mapping) -> Vec<String> {
    let left = table.columns.iter().zip(mapping);
    left.filter(|(_, field)| field.is_none())
        .map(|(name, _)| name.clone())
        .collect()
}

fn no_number(line: u64) -> Refusal {
    Refusal {
        line,
        field: "code_das".to_owned(),
        reason: "NO_NUMBER",
        sentence_fr: "Donnez un numéro au projet : sans lui, le même fichier importé deux fois \
                      ferait deux projets."
            .to_owned(),
        sentence_ar: "أعط رقما للمشروع: بدونه ينتج استيراد الملف نفسه مرتين مشروعين.".to_owned(),
    }
}
