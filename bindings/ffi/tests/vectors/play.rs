//! One call of the library, named and with its arguments as JSON. A new call is a new line here.

use std::fmt::Debug;
use std::sync::Arc;

use jawla::{
    FieldStore, FieldValue, FieldWritten, HttpHeader, HttpRequest, JawlaError, Language,
    NetworkKind, PageRequest, PhotoRole, ProjectFilter, ProjectSort, RecordWord, ReportingState,
    Settings, SortDirection, SyncBudget, VisitFilter, VisitKind, field_schema,
};
use serde_json::{Value, json};

use crate::seen::{seen, snake};

/// The arguments of one call.
struct Given<'a>(&'a Value);

impl Given<'_> {
    fn text(&self, name: &str) -> String {
        self.maybe(name).unwrap_or_else(|| panic!("no {name}"))
    }

    fn maybe(&self, name: &str) -> Option<String> {
        self.0[name].as_str().map(str::to_owned)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.0[name].as_u64()
    }

    fn small(&self, name: &str) -> u32 {
        u32::try_from(self.number(name).unwrap_or_else(|| panic!("no {name}"))).unwrap()
    }

    fn yes(&self, name: &str) -> bool {
        self.0[name].as_bool().unwrap_or_default()
    }

    fn texts(&self, name: &str) -> Vec<String> {
        let list = self.0[name].as_array().into_iter().flatten();
        list.map(|one| one.as_str().unwrap().to_owned()).collect()
    }

    /// One of an enum's words; none when it is not named.
    fn word<T: Debug + Copy>(&self, name: &str, words: &[T]) -> Option<T> {
        self.maybe(name).map(|text| word(&text, words))
    }

    fn page(&self) -> PageRequest {
        let page = Given(&self.0["page"]);
        PageRequest {
            offset: page.small("offset"),
            limit: page.small("limit"),
        }
    }

    fn projects(&self) -> ProjectFilter {
        let filter = Given(&self.0["filter"]);
        let states = [ReportingState::Done, ReportingState::Abandoned];
        let states = filter
            .texts("reporting_states")
            .iter()
            .map(|text| word(text, &states))
            .collect();
        ProjectFilter {
            text: filter.maybe("text").unwrap_or_default(),
            scopes: filter.texts("scopes"),
            reporting_states: states,
            sort: filter.word("sort", &[ProjectSort::Cost, ProjectSort::Code]),
            direction: filter.word("direction", &[SortDirection::Falling]),
            ..ProjectFilter::default()
        }
    }

    fn visits(&self) -> VisitFilter {
        let filter = Given(&self.0["filter"]);
        let words = filter
            .texts("words")
            .iter()
            .map(|text| word(text, &[RecordWord::Draft, RecordWord::Received]))
            .collect();
        VisitFilter {
            own: filter.yes("own"),
            own_drafts: filter.yes("own_drafts"),
            words,
            ..VisitFilter::default()
        }
    }

    fn budget(&self) -> SyncBudget {
        let budget = Given(&self.0["budget"]);
        SyncBudget {
            time_ms: budget.number("time_ms"),
            bytes: budget.number("bytes"),
            tries: budget
                .number("tries")
                .map(|tries| u32::try_from(tries).unwrap()),
        }
    }

    fn fields(&self) -> Vec<FieldWritten> {
        let fields = self.0["fields"].as_array().unwrap().iter();
        let fields = fields.map(|field| FieldWritten {
            key: Given(field).text("key"),
            value: value(&field["value"]),
        });
        fields.collect()
    }

    fn settings(&self) -> Settings {
        let settings = Given(&self.0["settings"]);
        Settings {
            language: settings.word("language", &[Language::Fr, Language::Ar]),
            text_step: u8::try_from(settings.small("text_step")).unwrap(),
            sun: settings.yes("sun"),
            photos_on_free_link_only: settings.yes("photos_on_free_link_only"),
            paused: settings.yes("paused"),
        }
    }

    fn request(&self) -> HttpRequest {
        let request = Given(&self.0["request"]);
        let headers = request.0["headers"].as_array().unwrap().iter();
        let headers = headers.map(|header| HttpHeader {
            name: Given(header).text("name"),
            value: Given(header).text("value"),
        });
        HttpRequest {
            method: request.text("method"),
            path: request.text("path"),
            headers: headers.collect(),
            body: request.maybe("body").map(String::into_bytes),
        }
    }
}

fn word<T: Debug + Copy>(text: &str, words: &[T]) -> T {
    let found = words.iter().find(|one| snake(&format!("{one:?}")) == text);
    *found.unwrap_or_else(|| panic!("{text} is none of {words:?}"))
}

/// A value of a field: by what it holds.
fn value(given: &Value) -> FieldValue {
    if let Some(text) = given["text"].as_str() {
        return FieldValue::Text { text: text.into() };
    }
    if let Some(number) = given["number"].as_i64() {
        return FieldValue::Whole { number };
    }
    match given["yes"].as_bool() {
        Some(yes) => FieldValue::Flag { yes },
        None => FieldValue::Cleared,
    }
}

const KINDS: [VisitKind; 3] = [VisitKind::FollowUp, VisitKind::Launch, VisitKind::Diagnosis];
const ROLES: [PhotoRole; 4] = [
    PhotoRole::Overview,
    PhotoRole::Detail,
    PhotoRole::Defect,
    PhotoRole::SitePanel,
];
const LINKS: [NetworkKind; 4] = [
    NetworkKind::Unknown,
    NetworkKind::NoLink,
    NetworkKind::Metered,
    NetworkKind::Unmetered,
];

/// Makes the call and answers what came back.
pub async fn play(
    store: &Arc<FieldStore>,
    call: &str,
    arguments: &Value,
) -> Result<Value, JawlaError> {
    let given = Given(arguments);
    let document = || given.text("document");
    let visit = || given.text("visit");
    let kind = || given.word("kind", &KINDS).unwrap();
    let page = || given.page();
    Ok(match call {
        "add_photo" => {
            let role = given.word("role", &ROLES).unwrap();
            seen(
                &store
                    .add_photo(document(), visit(), given.text("path"), role)
                    .await?,
            )
        }
        "begin_visit" => seen(&store.begin_visit(document(), kind()).await?),
        "begin_visit_as_before" => seen(&store.begin_visit_as_before(document(), kind()).await?),
        "change_serial" => seen(&store.change_serial()?),
        "changes_after" => seen(&store.changes_after(given.number("serial").unwrap()).await?),
        "close_store" => seen(&store.close_store().await?),
        "communes" => seen(&store.communes().await?),
        "copy_photo" => seen(
            &store
                .copy_photo(given.text("photo"), given.text("path"))
                .await?,
        ),
        "delete_draft" => seen(&store.delete_draft(document(), visit()).await?),
        "diagnostics" => seen(&store.diagnostics().await?),
        "difficulty_reasons" => seen(&store.difficulty_reasons().await?),
        "disagreements" => seen(&store.disagreements(given.maybe("document"), page()).await?),
        "enrol" => {
            let name = given.text("device_name");
            seen(&store.enrol(given.text("invitation"), name).await?)
        }
        "export_unsent" => seen(&store.export_unsent(given.text("path")).await?),
        "field_schema" => seen(&field_schema()),
        "fill_as_before" => seen(&store.fill_as_before(document(), visit()).await?),
        "finish_visit" => seen(&store.finish_visit(document(), visit()).await?),
        "history" => seen(&store.history(document(), page()).await?),
        "http" => {
            let answer = store.http(given.request()).await?;
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            json!({ "status": answer.status, "headers": seen(&answer.headers), "body": body })
        }
        "is_closed" => seen(&store.is_closed()),
        "leave" => seen(&store.leave(document()).await?),
        "may_synchronise" => seen(&store.may_synchronise().await?),
        "outgoing" => seen(&store.outgoing().await?),
        "people" => seen(&store.people().await?),
        "plan_action" => {
            let (what, owner, due) = (given.text("what"), given.text("owner"), given.text("due"));
            let item = given.maybe("item");
            seen(
                &store
                    .plan_action(document(), visit(), item, what, owner, due)
                    .await?,
            )
        }
        "programmes" => seen(&store.programmes().await?),
        "project" => seen(&store.project(document()).await?),
        "projects" => seen(&store.projects(given.projects(), page()).await?),
        "raise_difficulty" => {
            let (reason, note) = (given.text("reason"), given.text("note"));
            seen(
                &store
                    .raise_difficulty(document(), visit(), reason, note)
                    .await?,
            )
        }
        "remove_photo" => seen(
            &store
                .remove_photo(document(), visit(), given.text("photo"))
                .await?,
        ),
        "reopen_visit" => seen(&store.reopen_visit(document(), visit()).await?),
        "retry_files" => seen(&store.retry_files().await?),
        "returned_visits" => seen(&store.returned_visits(page()).await?),
        "save_part" => seen(&store.save_part(document(), visit(), given.fields()).await?),
        "save_project_field" => {
            let value = value(&given.0["value"]);
            seen(
                &store
                    .save_project_field(document(), given.text("key"), value)
                    .await?,
            )
        }
        "save_settings" => seen(&store.save_settings(given.settings()).await?),
        "scopes" => seen(&store.scopes().await?),
        "sectors" => seen(&store.sectors().await?),
        "set_aside" => seen(&store.set_aside().await?),
        "set_network" => seen(
            &store
                .set_network(given.word("kind", &LINKS).unwrap())
                .await?,
        ),
        "settle" => {
            let (path, value) = (given.text("path"), value(&given.0["value"]));
            seen(
                &store
                    .settle(document(), path, value, given.texts("seen"))
                    .await?,
            )
        }
        "status" => seen(&store.status().await?),
        "synchronise" => seen(&store.synchronise(given.budget()).await?),
        "take_position" => seen(
            &store
                .take_position(document(), visit(), given.small("wait_ms"))
                .await?,
        ),
        "undo" => seen(&store.undo(document(), given.text("change")).await?),
        "visit" => seen(&store.visit(document(), visit()).await?),
        "visits" => seen(&store.visits(given.visits(), page()).await?),
        "wipe" => seen(&store.wipe().await?),
        "withdraw_difficulty" => seen(
            &store
                .withdraw_difficulty(document(), visit(), given.text("reason"))
                .await?,
        ),
        other => panic!("no call {other}: add it to play.rs"),
    })
}
