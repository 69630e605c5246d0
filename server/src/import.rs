//! Projects from a spreadsheet: every line becomes a checked draft or a refusal with its number,
//! its field and its reason. Nothing is dropped silently, nothing is written here.

mod line;

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
                parsed
                    .refusals
                    .push(whole_line(line, "UNREADABLE", "La ligne est illisible."));
                return Ok(parsed);
            }
        }
        let line = record.position().map_or(line, csv::Position::line);
        parsed.lines += 1;
        if parsed.lines > LINES_MAX {
            let sentence = "Le fichier dépasse 100 000 lignes : partagez-le en plusieurs.";
            parsed
                .refusals
                .push(whole_line(line, "TOO_MANY_LINES", sentence));
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
    taken: &mut dyn FnMut(&str) -> Option<String>,
) {
    let cells = match cells(record, line, header) {
        Ok(cells) => cells,
        Err(refusal) => {
            parsed.refusals.push(refusal);
            return;
        }
    };
    match line::draft(line, &cells, bundle, nature) {
        Err(refusals) => parsed.refusals.extend(refusals),
        Ok(draft) => match taken(&draft.code_das) {
            Some(sentence_fr) => parsed.refusals.push(Refusal {
                line,
                field: "code_das".into(),
                reason: "DUPLICATE_CODE",
                sentence_fr,
            }),
            None => parsed.drafts.push(draft),
        },
    }
}

/// The sentence for a number that is used twice.
fn taken(
    code: &str,
    line: u64,
    known: &BTreeSet<String>,
    seen: &mut BTreeMap<String, u64>,
) -> Option<String> {
    if code.is_empty() {
        return None;
    }
    if known.contains(code) {
        return Some(format!(
            "Le numéro {code} est déjà celui d'un projet enregistré."
        ));
    }
    match seen.insert(code.to_owned(), line) {
        Some(first) => {
            seen.insert(code.to_owned(), first);
            Some(format!(
                "Le numéro {code} est déjà celui de la ligne {first}."
            ))
        }
        None => None,
    }
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
        return Err(whole_line(line, "LINE_TOO_LONG", "La ligne dépasse 64 Ko."));
    }
    if record.len() != header.len() {
        let sentence = format!(
            "La ligne a {} colonnes au lieu de {}.",
            record.len(),
            header.len()
        );
        return Err(Refusal {
            sentence_fr: sentence,
            ..whole_line(line, "COLUMN_COUNT", "")
        });
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
            });
        };
        cells.insert(name.as_str(), text.trim());
    }
    Ok(cells)
}

fn whole_line(line: u64, reason: &'static str, sentence_fr: &str) -> Refusal {
    Refusal {
        line,
        field: String::new(),
        reason,
        sentence_fr: sentence_fr.to_owned(),
    }
}

#[cfg(test)]
mod tests;
