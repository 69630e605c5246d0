//! Projects from a spreadsheet: every line becomes a checked draft or a refusal with its number,
//! its field and its reason. Nothing is dropped silently, nothing is written here.

mod line;
pub mod mapping;
pub mod table;

use std::collections::{BTreeMap, BTreeSet};

use jawla_model::reference::ReferenceBundle;
use jawla_model::{ProjectField, Value};
use serde::Serialize;

/// A spreadsheet. The province's largest known list has 1,788 projects, about 1 MB.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Lines of a spreadsheet: all projects of the country once over.
pub const LINES_MAX: u64 = 100_000;

/// One line: thirty cells of a note's length.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// Columns of a spreadsheet; ours has 22.
const COLUMNS_MAX: usize = 200;

/// A project as a line describes it, checked against the schema and the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectDraft {
    /// The line it stands in, counted from 1 with the header.
    pub line: u64,
    /// The number given by the office; may be empty.
    pub code_das: String,
    /// Its communes, HCP codes in ascending order.
    pub communes: Vec<String>,
    /// Its fields.
    pub fields: Vec<(ProjectField, Value)>,
}

/// Why a line, or one cell of it, is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The line, counted from 1 with the header.
    pub line: u64,
    /// The column, by its name in the header; empty when the whole line is meant.
    pub field: String,
    /// Stable code of the reason.
    pub reason: &'static str,
    /// What is wrong and what to do, French.
    pub sentence_fr: String,
    /// The same, Arabic.
    pub sentence_ar: String,
}

/// What a spreadsheet holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// Lines that can be imported.
    pub drafts: Vec<ProjectDraft>,
    /// Everything that is wrong with the others.
    pub refusals: Vec<Refusal>,
    /// Lines read, without the header.
    pub lines: u64,
    /// Columns that the import does not know and did not read.
    pub unknown_columns: Vec<String>,
}

/// Why nothing of a spreadsheet could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Too large.
    #[error("the file is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// There is no header, or it lacks columns that no project can be without.
    #[error("the header lacks the columns {missing:?}")]
    Header {
        /// Their names.
        missing: Vec<&'static str>,
    },
}

impl ImportError {
    /// What is wrong and what to do, French.
    pub fn sentence_fr(&self) -> String {
        match self {
            ImportError::TooLarge => "Le fichier dépasse 64 Mo : partagez-le en plusieurs.".into(),
            ImportError::Header { missing } => format!(
                "La première ligne doit nommer les colonnes. Il manque : {}.",
                missing.join(", ")
            ),
        }
    }
}

/// How the drafts are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// Projects of the province.
    Real,
    /// Made up, to be said wherever they are shown.
    Demonstration,
}

/// Columns that no project can be without.
const REQUIRED: [&str; 7] = [
    "intitule_fr",
    "intitule_ar",
    "phase",
    "programme",
    "annee",
    "nature",
    "commune",
];

/// Reads a spreadsheet. `known_codes` are the office's numbers that are taken already.
///
/// # Errors
/// [`ImportError`] when not even its header can be read; everything else is in the report.
pub fn parse(
    bytes: &[u8],
    bundle: &ReferenceBundle,
    known_codes: &BTreeSet<String>,
    nature: Nature,
) -> Result<Parsed, ImportError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(ImportError::TooLarge);
    }
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .has_headers(true)
        .from_reader(text);
    let header = header(&mut reader)?;
    let mut parsed = Parsed {
        unknown_columns: unknown(&header),
        ..Parsed::default()
    };
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut record = csv::ByteRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_byte_record(&mut record) {
            Ok(false) => return Ok(parsed),
            Ok(true) => {}
            Err(_) => {
                parsed.refusals.push(whole_line(
                    line,
                    "UNREADABLE",
                    "La ligne est illisible.",
                    "لا يمكن قراءة السطر.",
                ));
                return Ok(parsed);
            }
        }
        let line = record.position().map_or(line, csv::Position::line);
        parsed.lines += 1;
        if parsed.lines > LINES_MAX {
            parsed.refusals.push(whole_line(
                line,
                "TOO_MANY_LINES",
                "Le fichier dépasse 100 000 lignes : partagez-le en plusieurs.",
                "يتجاوز الملف 100 000 سطر: قسمه إلى عدة ملفات.",
            ));
            return Ok(parsed);
        }
        take_line(
            &record,
            line,
            &header,
            bundle,
            nature,
            &mut parsed,
            &mut |code| taken(code, line, known_codes, &mut seen),
        );
    }
}

fn take_line(
    record: &csv::ByteRecord,
    line: u64,
    header: &[String],
    bundle: &ReferenceBundle,
    nature: Nature,
    parsed: &mut Parsed,
    taken: &mut dyn FnMut(&str) -> Option<Taken>,
) {
    match cells(record, line, header) {
        Ok(cells) => take_cells(line, &cells, bundle, nature, parsed, taken),
        Err(refusal) => parsed.refusals.push(refusal),
    }
}

fn take_cells(
    line: u64,
    cells: &BTreeMap<&str, &str>,
    bundle: &ReferenceBundle,
    nature: Nature,
    parsed: &mut Parsed,
    taken: &mut dyn FnMut(&str) -> Option<Taken>,
) {
    match line::draft(line, cells, bundle, nature) {
        Err(refusals) => parsed.refusals.extend(refusals),
        Ok(draft) => match taken(&draft.code_das) {
            Some(taken) => parsed.refusals.push(taken.refusal(line, &draft.code_das)),
            None => parsed.drafts.push(draft),
        },
    }
}

/// The reason of a line whose number is that of a project of the province already.
pub const ALREADY_THERE: &str = "ALREADY_THERE";

/// By what a number is taken.
enum Taken {
    /// By a project of the province.
    Project,
    /// By an earlier line of the same file.
    Line(u64),
}

impl Taken {
    fn refusal(&self, line: u64, code: &str) -> Refusal {
        let (reason, sentence_fr, sentence_ar) = match self {
            Taken::Project => (
                ALREADY_THERE,
                format!("Le numéro {code} est déjà celui d'un projet enregistré."),
                format!("الرقم {code} مستعمل لمشروع مسجل."),
            ),
            Taken::Line(first) => (
                "DUPLICATE_CODE",
                format!("Le numéro {code} est déjà celui de la ligne {first}."),
                format!("الرقم {code} مستعمل في السطر {first}."),
            ),
        };
        Refusal {
            line,
            field: "code_das".into(),
            reason,
            sentence_fr,
            sentence_ar,
        }
    }
}

fn taken(
    code: &str,
    line: u64,
    known: &BTreeSet<String>,
    seen: &mut BTreeMap<String, u64>,
) -> Option<Taken> {
    if code.is_empty() {
        return None;
    }
    if known.contains(code) {
        return Some(Taken::Project);
    }
    if let Some(first) = seen.get(code) {
        return Some(Taken::Line(*first));
    }
    seen.insert(code.to_owned(), line);
    None
}

/// A comma or a semicolon, whichever the header has more of.
fn delimiter(text: &[u8]) -> u8 {
    let header = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| header.iter().filter(|byte| **byte == wanted).count();
    if count(b',') > count(b';') {
        b','
    } else {
        b';'
    }
}

fn header<R: std::io::Read>(reader: &mut csv::Reader<R>) -> Result<Vec<String>, ImportError> {
    let names: Vec<String> = match reader.byte_headers() {
        Ok(names) => names
            .iter()
            .take(COLUMNS_MAX)
            .map(|name| String::from_utf8_lossy(name).trim().to_lowercase())
            .collect(),
        Err(_) => Vec::new(),
    };
    let missing: Vec<&'static str> = REQUIRED
        .into_iter()
        .filter(|wanted| !names.iter().any(|name| name == wanted))
        .collect();
    if missing.is_empty() {
        Ok(names)
    } else {
        Err(ImportError::Header { missing })
    }
}

fn unknown(header: &[String]) -> Vec<String> {
    header
        .iter()
        .filter(|name| !line::COLUMNS.contains(&name.as_str()))
        .cloned()
        .collect()
}

fn cells<'a>(
    record: &'a csv::ByteRecord,
    line: u64,
    header: &'a [String],
) -> Result<BTreeMap<&'a str, &'a str>, Refusal> {
    if record.as_slice().len() > LINE_BYTES_MAX {
        return Err(line_too_long(line));
    }
    if record.len() != header.len() {
        return Err(column_count(line, record.len(), header.len()));
    }
    let mut cells = BTreeMap::new();
    for (name, cell) in header.iter().zip(record) {
        let Ok(text) = std::str::from_utf8(cell) else {
            return Err(Refusal {
                line,
                field: name.clone(),
                reason: "NOT_UTF8",
                sentence_fr:
                    "Le texte n'est pas en UTF-8 : réenregistrez le fichier en « CSV UTF-8 »."
                        .into(),
                sentence_ar: "النص ليس بترميز UTF-8: أعد حفظ الملف بصيغة « CSV UTF-8 ».".into(),
            });
        };
        cells.insert(name.as_str(), text.trim());
    }
    Ok(cells)
}

fn line_too_long(line: u64) -> Refusal {
    whole_line(
        line,
        "LINE_TOO_LONG",
        "La ligne dépasse 64 Ko.",
        "يتجاوز السطر 64 كيلوبايت.",
    )
}

fn column_count(line: u64, found: usize, wanted: usize) -> Refusal {
    whole_line(
        line,
        "COLUMN_COUNT",
        &format!("La ligne a {found} colonnes au lieu de {wanted}."),
        &format!("عدد أعمدة السطر {found} عوض {wanted}."),
    )
}

fn whole_line(line: u64, reason: &'static str, sentence_fr: &str, sentence_ar: &str) -> Refusal {
    Refusal {
        line,
        field: String::new(),
        reason,
        sentence_fr: sentence_fr.to_owned(),
        sentence_ar: sentence_ar.to_owned(),
    }
}

#[cfg(test)]
mod tests;
