//! What a person of the office keeps for themselves, beside their account.

use async_trait::async_trait;
use jawla_model::{Language, PersonId};
use jawla_office::desk::{DeskError, Preferences, SavedView};
use rusqlite::{Connection, OptionalExtension, params};

use super::Desk;
use crate::limits::{SAVED_VIEW_NAME_CHARS_MAX, SAVED_VIEW_QUERY_BYTES_MAX, SAVED_VIEWS_MAX};

impl Desk {
    /// Work on the accounts' file; what fails there is told to the operator alone.
    async fn keep<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let done = self.run(move |desk| desk.parts.accounts.with(|conn, _| work(conn)));
        done.await.map_err(|_| DeskError::Unavailable)?
    }
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn unavailable(error: rusqlite::Error) -> DeskError {
    tracing::error!(
        error = &error as &dyn std::error::Error,
        "preferences failed"
    );
    DeskError::Unavailable
}

#[async_trait]
impl Preferences for Desk {
    async fn language(&self, person: PersonId) -> Option<Language> {
        let found = self.keep(move |conn| {
            let code: Option<String> = conn
                .query_row(
                    "SELECT language FROM office_preference WHERE person = ?1",
                    [person.as_bytes()],
                    |row| row.get(0),
                )
                .optional()
                .map_err(unavailable)?;
            Ok(code)
        });
        found
            .await
            .ok()
            .flatten()
            .and_then(|code| Language::from_code(&code))
    }

    async fn set_language(&self, person: PersonId, language: Language) -> Result<(), DeskError> {
        let kept = self.keep(move |conn| {
            conn.execute(
                "INSERT INTO office_preference (person, language) VALUES (?1, ?2)
                 ON CONFLICT (person) DO UPDATE SET language = excluded.language",
                params![person.as_bytes(), language.code()],
            )
            .map_err(unavailable)
        });
        kept.await.map(drop)
    }

    async fn views(&self, person: PersonId) -> Vec<SavedView> {
        let found = self.keep(move |conn| list(conn, person).map_err(unavailable));
        found.await.unwrap_or_default()
    }

    async fn save_view(&self, person: PersonId, view: SavedView) -> Result<(), DeskError> {
        let view = checked(view)?;
        self.keep(move |conn| save(conn, person, &view)).await
    }

    async fn drop_view(&self, person: PersonId, name: &str) -> Result<(), DeskError> {
        let name = name.trim().to_owned();
        let dropped = self.keep(move |conn| {
            conn.execute(
                "DELETE FROM office_saved_view WHERE person = ?1 AND name = ?2",
                params![person.as_bytes(), name],
            )
            .map_err(unavailable)
        });
        match dropped.await? {
            0 => Err(DeskError::NotFound),
            _ => Ok(()),
        }
    }
}

fn checked(view: SavedView) -> Result<SavedView, DeskError> {
    let name = view.name.trim().to_owned();
    let chars = name.chars().count();
    if chars == 0 || chars > SAVED_VIEW_NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(DeskError::BadField {
            field: "name",
            why: "desk-fault-view-name",
        });
    }
    if view.query.len() > SAVED_VIEW_QUERY_BYTES_MAX || view.query.chars().any(char::is_control) {
        return Err(DeskError::BadField {
            field: "query",
            why: "desk-fault-view-query",
        });
    }
    Ok(SavedView {
        name,
        query: view.query,
    })
}

fn list(conn: &Connection, person: PersonId) -> rusqlite::Result<Vec<SavedView>> {
    let mut statement = conn.prepare_cached(
        "SELECT name, query FROM office_saved_view WHERE person = ?1 ORDER BY name LIMIT ?2",
    )?;
    let found = statement.query_map(params![person.as_bytes(), SAVED_VIEWS_MAX], |row| {
        Ok(SavedView {
            name: row.get(0)?,
            query: row.get(1)?,
        })
    })?;
    found.collect()
}

fn save(conn: &Connection, person: PersonId, view: &SavedView) -> Result<(), DeskError> {
    let others: usize = conn
        .query_row(
            "SELECT count(*) FROM office_saved_view WHERE person = ?1 AND name <> ?2",
            params![person.as_bytes(), view.name],
            |row| row.get(0),
        )
        .map_err(unavailable)?;
    if others >= SAVED_VIEWS_MAX {
        return Err(DeskError::BadField {
            field: "name",
            why: "desk-fault-views-full",
        });
    }
    conn.execute(
        "INSERT INTO office_saved_view (person, name, query) VALUES (?1, ?2, ?3)
         ON CONFLICT (person, name) DO UPDATE SET query = excluded.query",
        params![person.as_bytes(), view.name, view.query],
    )
    .map_err(unavailable)?;
    Ok(())
}
