//! Opening a data folder for a command.

use std::path::Path;

use anyhow::Context;
use jawla_model::{PersonId, ReceivedAt, Role};
use jawla_server::clock;
use jawla_server::core::OfficeAuthor;
use jawla_server::running::DataFolder;
use jawla_server::store::PersonDraft;

/// Opens a folder that is there already: a mistyped path makes no new province.
pub(crate) fn open_existing(path: &Path) -> anyhow::Result<DataFolder> {
    anyhow::ensure!(
        path.join("jawla.db").exists(),
        "{} is not a data folder; `jawla serve --data {}` makes one",
        path.display(),
        path.display()
    );
    open(path)
}

/// Opens a folder, making it if there is none.
pub(crate) fn open(path: &Path) -> anyhow::Result<DataFolder> {
    DataFolder::open(path)
        .with_context(|| format!("cannot open the data folder {}", path.display()))
}

/// Now, by the server's clock.
pub(crate) fn now() -> ReceivedAt {
    ReceivedAt(clock::now_s())
}

/// Who writes when a command does: the administrator of this machine.
pub(crate) fn administrator(folder: &DataFolder) -> anyhow::Result<OfficeAuthor> {
    /// Always the same person, so that the people list does not grow with every command.
    const COMMAND_LINE: PersonId = PersonId(*b"jawla.commandlin");
    let person = PersonDraft {
        person: COMMAND_LINE,
        name_fr: "Administration du serveur".into(),
        name_ar: "إدارة الخادم".into(),
        role: Role::Administrator,
    };
    folder.core.store().save_person(&person)?;
    Ok(OfficeAuthor {
        person: COMMAND_LINE,
        role: Role::Administrator,
    })
}
