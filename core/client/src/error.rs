//! Why a command of the device did not do what was asked, sorted by what the caller can do.

use jawla_model::rules::Violation;
use jawla_model::rules::field::ValueError;
use jawla_sync::WireError;
use jawla_sync::enrol::EnrolRefusal;

use crate::blobs::FileError;
use crate::http::AddressError;
use crate::photo::PhotoError;
use crate::transport::LinkError;

/// Why a command failed. Nothing was changed, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Fix the input: the value does not fit its field.
    #[error("the value does not fit the field {path}: {error}")]
    Value {
        /// Where, as the text of a path.
        path: String,
        /// What is wrong with it.
        error: ValueError,
    },
    /// Fix the input: the server's address is none that may be used.
    #[error("the server's address cannot be used: {0}")]
    Address(AddressError),
    /// Fix the input: every rule that is broken, in the order of the form.
    #[error("the draft breaks {} rule(s)", .0.len())]
    RulesBroken(Vec<Violation>),
    /// Fix the input: the photo cannot be taken.
    #[error("the photo cannot be taken: {0}")]
    Photo(#[from] PhotoError),
    /// Fix the input: the invitation is none.
    #[error("this is not an invitation: {0}")]
    Invitation(WireError),
    /// Fix the input: the visit or the dossier is full; open a second visit.
    #[error("this is more than a visit or a dossier holds")]
    TooMuch,
    /// There is no such project, visit or value here.
    #[error("there is no such {0} on this device")]
    NotFound(&'static str),
    /// Only the office or the visit's author may do this.
    #[error("this is not for this person to write")]
    NotYours,
    /// The device has to be enrolled, or enrolled again after its store was rolled back.
    #[error("the device is not enrolled")]
    NotEnrolled,
    /// The server let the device not in.
    #[error("the server refused: {0}")]
    Refused(EnrolRefusal),
    /// Wait: the link failed; nothing is lost, it will be tried again.
    #[error("the link failed: {0}")]
    Link(#[from] LinkError),
    /// The disk is full: free some space.
    #[error("the disk is full")]
    StorageFull,
    /// The disk failed.
    #[error("the store failed: {0}")]
    Storage(#[source] StorageError),
    /// A newer app wrote this store: update the app.
    #[error("the store was written by a newer app")]
    TooNew,
    /// The store is encrypted under another key, or is no store.
    #[error("the store is encrypted under another key")]
    WrongKey,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A defect of ours: report it.
    #[error("a defect: {0}")]
    Defect(&'static str),
}

/// What the disk said.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database.
    #[error(transparent)]
    Sqlite(rusqlite::Error),
    /// The rows of the screens.
    #[error(transparent)]
    Rows(jawla_views::ViewError),
    /// The files beside it.
    #[error(transparent)]
    File(FileError),
    /// The witness outside the database.
    #[error(transparent)]
    Witness(std::io::Error),
}

impl From<rusqlite::Error> for ClientError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => ClientError::StorageFull,
            _ => ClientError::Storage(StorageError::Sqlite(error)),
        }
    }
}

impl From<jawla_views::ViewError> for ClientError {
    fn from(error: jawla_views::ViewError) -> Self {
        ClientError::Storage(StorageError::Rows(error))
    }
}

impl From<FileError> for ClientError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::StorageFull => ClientError::StorageFull,
            other => ClientError::Storage(StorageError::File(other)),
        }
    }
}

impl ClientError {
    /// What happened and what to do, for a person, French.
    pub fn sentence_fr(&self) -> String {
        match self {
            ClientError::Value { error, .. } => error.sentence_fr(),
            ClientError::RulesBroken(violations) => violations
                .iter()
                .map(|violation| violation.sentence_fr.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            ClientError::Photo(error) => error.sentence_fr().to_owned(),
            ClientError::Invitation(_) | ClientError::Address(_) => {
                "Ce texte n'est pas une invitation complète : copiez-la en entier.".into()
            }
            ClientError::TooMuch => {
                "La visite ou le dossier est plein : ouvrez une seconde visite.".into()
            }
            ClientError::NotFound(_) => "Cet élément n'est pas sur ce téléphone.".into(),
            ClientError::NotYours => {
                "Seul le bureau ou l'auteur de la visite peut écrire ici.".into()
            }
            ClientError::NotEnrolled => {
                "Ce téléphone doit être inscrit : demandez une invitation au bureau.".into()
            }
            ClientError::Refused(refusal) => refusal.sentence_fr().to_owned(),
            ClientError::Link(error) => error.sentence_fr().to_owned(),
            ClientError::StorageFull => {
                "Le téléphone est plein : libérez de la place, rien n'est perdu.".into()
            }
            ClientError::WrongKey => {
                "La clé de ce téléphone n'ouvre pas ces données : demandez de l'aide au bureau."
                    .into()
            }
            ClientError::Storage(_) | ClientError::Closed | ClientError::Defect(_) => {
                "L'application a rencontré un défaut : fermez-la, rouvrez-la et signalez-le.".into()
            }
            ClientError::TooNew => {
                "Ces données viennent d'une version plus récente : mettez l'application à jour."
                    .into()
            }
        }
    }
}
