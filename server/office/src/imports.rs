//! Projects out of files, as the office's pages order it: a file is held, its columns are told
//! apart, every line is tried without writing anything, and only then brought in.

use async_trait::async_trait;
use jawla_model::PersonId;

use crate::desk::DeskError;

/// A file that is held for a person, in the memory of the server; 32 hexadecimal digits.
pub type ImportId = String;

/// A field that a column can fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnFound {
    /// Its name in the file.
    pub name: String,
    /// The first values that are not empty, at most three, shortened.
    pub samples: Vec<String>,
    /// The code of the field it fills; none when it is not read.
    pub field: Option<&'static str>,
}

/// A file that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHeld {
    /// Its name.
    pub name: String,
    /// Its lines, without that of the names.
    pub lines: u64,
    /// Its columns.
    pub columns: Vec<ColumnFound>,
    /// Whether its columns stand as an earlier file of the same columns had them; else they were
    /// guessed by their names.
    pub remembered: bool,
    /// Codes of the fields that a column can fill, in the order of the form.
    pub fields: Vec<&'static str>,
    /// The latest trial, once there was one.
    pub trial: Option<Trial>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRefused {
    /// Its number in the file, from 1 with the line of names.
    pub line: u64,
    /// The code of the field; empty when the whole line is meant.
    pub field: String,
    /// Stable code.
    pub reason: &'static str,
    /// What is wrong and what to do, French.
    pub sentence_fr: String,
    /// The same, Arabic.
    pub sentence_ar: String,
}

/// How far bringing in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was written.
    Tried,
    /// So many projects are in the log.
    Running {
        /// Projects so far.
        imported: u64,
    },
    /// All that could be brought in is in the log.
    Done {
        /// Projects.
        imported: u64,
    },
    /// It stopped; what was brought in stays, the same file again brings the rest.
    Stopped {
        /// Projects before it stopped.
        imported: u64,
    },
}

/// What a file would do, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Lines read.
    pub lines: u64,
    /// Lines that make a new project.
    pub new: u64,
    /// Lines whose number is that of a project of the province: nothing of it is changed.
    pub known: u64,
    /// Lines that cannot be brought in, each counted once.
    pub refused: u64,
    /// What is wrong with them, by line.
    pub refusals: Vec<LineRefused>,
    /// How far it has come.
    pub progress: Progress,
}

/// An import that was ordered, as the list of earlier ones says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportListed {
    /// Its file, where the reader still has it: its refused lines can be read then.
    pub file: Option<ImportId>,
    /// Name of the file.
    pub name: String,
    /// Who ordered it; empty for an account that is gone.
    pub by: String,
    /// When, seconds since 1970 UTC.
    pub at_s: u64,
    /// Lines whose number was that of a project already.
    pub known: u64,
    /// Lines that could not be brought in.
    pub refused: u64,
    /// How far it came; never [`Progress::Tried`]. One that a stop of the server cut off reads as
    /// [`Progress::Stopped`], with the projects counted last.
    pub progress: Progress,
}

/// Why a file or a mapping was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportFault {
    /// The file cannot be read: the key of the text that says why, with its number if it has one.
    #[error("the file cannot be read: {why}")]
    File {
        /// The key of a text.
        why: &'static str,
        /// The line it is about.
        line: Option<u64>,
    },
    /// Fields that no project can be without have no column.
    #[error("no column for {0:?}")]
    Missing(Vec<&'static str>),
    /// A field was given to two columns.
    #[error("two columns for {0}")]
    Twice(&'static str),
    /// As any order.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// Files of projects.
#[async_trait]
pub trait Imports: Send + Sync {
    /// Reads a file and holds it for the person, in place of the one held before. Columns that an
    /// earlier file of the same columns was tried with stand as they stood then, by whomever.
    ///
    /// # Errors
    /// [`ImportFault`].
    async fn hold(
        &self,
        by: PersonId,
        name: &str,
        file: bytes::Bytes,
    ) -> Result<ImportId, ImportFault>;

    /// The file that is held.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when it is not (any more): the server was started again, or other
    /// files came.
    async fn held(&self, by: PersonId, id: &str) -> Result<FileHeld, DeskError>;

    /// Tries every line with these fields for its columns; nothing is written.
    ///
    /// # Errors
    /// [`ImportFault`].
    async fn attempt(
        &self,
        by: PersonId,
        id: &str,
        fields: Vec<Option<String>>,
    ) -> Result<(), ImportFault>;

    /// Brings in what the trial found new, in the background; a second order changes nothing.
    ///
    /// # Errors
    /// [`DeskError`].
    async fn carry_in(&self, by: PersonId, id: &str) -> Result<(), DeskError>;

    /// The imports that were ordered, newest first; at most
    /// [`EARLIER_IMPORTS_MAX`](crate::limits::EARLIER_IMPORTS_MAX).
    ///
    /// # Errors
    /// [`DeskError`].
    async fn earlier(&self, by: PersonId) -> Result<Vec<ImportListed>, DeskError>;
}
