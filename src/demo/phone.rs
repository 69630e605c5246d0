//! The four phones: whose they are, their clocks, how they are enrolled.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::Context;
use jawla_client::platform::{Now, Platform, SystemPlatform};
use jawla_client::{Client, NewVisit};
use jawla_model::{DocumentId, FieldPath, Role, ScopeId, VisitField, VisitKind};
use jawla_server::enrolment::{InviteRequest, invite};
use jawla_server::running::{DataFolder, INVITATION_LIFE_S, Running};
use jawla_world::{Person, Population, PopulationSize};

use crate::data;

/// One hour, in milliseconds.
pub(super) const HOUR_MS: i64 = 3_600_000;

/// Two years, in milliseconds: how far one clock is off.
const TWO_YEARS_MS: i64 = 2 * 365 * 24 * HOUR_MS;

/// Communes of each phone. Neighbours share some, so that their work meets.
const COMMUNES: [(&str, &[&str]); 4] = [
    ("A", &["053110513", "053110507"]),
    ("B", &["053110513", "053110503"]),
    ("C", &["053110505"]),
    ("D", &["053110505", "053110503"]),
];

/// The letter of the phone whose clock is wrong, and of the one that is killed.
pub(super) const WRONG_CLOCK: &str = "C";
/// The phone that is killed in the middle of a save.
pub(super) const KILLED: &str = "D";

/// A phone's clock: the machine's, moved. Days pass when the demonstration says so.
pub(super) struct MovedClock {
    system: SystemPlatform,
    offset_ms: AtomicI64,
}

impl MovedClock {
    fn new(offset_ms: i64) -> anyhow::Result<Self> {
        Ok(Self {
            system: SystemPlatform::new()?,
            offset_ms: AtomicI64::new(offset_ms),
        })
    }

    /// Lets time pass.
    pub(super) fn advance(&self, by_ms: i64) {
        self.offset_ms.fetch_add(by_ms, Ordering::SeqCst);
    }

    fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::SeqCst)
    }
}

impl Platform for MovedClock {
    fn now(&self) -> Now {
        let now = self.system.now();
        Now {
            wall_ms: now.wall_ms.saturating_add(self.offset_ms()),
            ..now
        }
    }

    fn random(&self, out: &mut [u8]) {
        self.system.random(out);
    }

    fn boot_id(&self) -> [u8; 8] {
        self.system.boot_id()
    }
}

/// One phone of the demonstration.
pub(super) struct Phone {
    /// A to D.
    pub(super) letter: &'static str,
    /// Whose it is.
    pub(super) person: Person,
    /// Its communes: code and French name.
    pub(super) of_communes: Vec<(String, String)>,
    /// Its clock.
    pub(super) clock: Arc<MovedClock>,
    /// Its store while it is open: closed while another process has it.
    pub(super) client: Option<Client>,
    /// What its journeys cost.
    pub(super) journeys: super::travel::Journeys,
    /// The folder of its store.
    pub(super) folder: PathBuf,
}

impl Phone {
    /// The names of its communes.
    pub(super) fn communes(&self) -> String {
        let names: Vec<&str> = self
            .of_communes
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        names.join(", ")
    }

    /// The opened store.
    pub(super) fn client(&self) -> anyhow::Result<Client> {
        self.client.clone().context("the phone's store is closed")
    }

    /// Opens the store again, as after a kill.
    pub(super) fn reopen(&mut self) -> anyhow::Result<()> {
        self.client = Some(Client::open(&self.folder, Arc::clone(&self.clock) as _)?);
        Ok(())
    }

    /// How far its clock is off now.
    pub(super) fn clock_offset_ms(&self) -> i64 {
        self.clock.offset_ms()
    }
}

/// Invites four people, opens four stores and enrols them over the office's own network.
pub(super) async fn enrol_four(
    folder: &DataFolder,
    running: &Running,
    root: &Path,
    seed: u64,
) -> anyhow::Result<Vec<Phone>> {
    let population = Population::from_seed(seed, PopulationSize::demo());
    let mut people = population.field_workers();
    let mut phones = Vec::new();
    for (letter, communes) in COMMUNES {
        let person = people
            .next()
            .context("the population has too few field workers")?
            .clone();
        let of_communes: Vec<(String, String)> = communes
            .iter()
            .filter_map(|code| folder.bundle.commune(code))
            .map(|commune| (commune.code.clone(), commune.name_fr.clone()))
            .collect();
        // Days pass during the demonstration; the work begins that many days ago.
        let days_ago_ms = -24 * HOUR_MS * i64::from(super::days::DAYS);
        let error_ms = if letter == WRONG_CLOCK {
            TWO_YEARS_MS
        } else {
            0
        };
        let clock = Arc::new(MovedClock::new(days_ago_ms + error_ms)?);
        let path = root.join(format!("phone-{letter}"));
        std::fs::create_dir_all(&path)?;
        let client = Client::open(&path, Arc::clone(&clock) as _)?;
        let invitation = invitation(folder, running, &person, &of_communes)?;
        client
            .enrol(&invitation, &format!("Téléphone {letter}"))
            .await?;
        let journeys = super::travel::Journeys::default();
        let client = Some(client);
        phones.push(Phone {
            letter,
            person,
            of_communes,
            clock,
            client,
            journeys,
            folder: path,
        });
    }
    Ok(phones)
}

fn invitation(
    folder: &DataFolder,
    running: &Running,
    person: &Person,
    communes: &[(String, String)],
) -> anyhow::Result<String> {
    let scopes: Vec<ScopeId> = folder
        .core
        .store()
        .list_scopes()?
        .into_iter()
        .filter(|held| {
            communes
                .iter()
                .any(|(code, _)| held.draft.communes == *code)
        })
        .map(|held| held.draft.scope)
        .collect();
    anyhow::ensure!(scopes.len() == communes.len(), "a commune has no scope");
    let request = InviteRequest {
        person: None,
        name_fr: person.name_fr.clone(),
        name_ar: person.name_ar.clone(),
        role: Role::TeamMember,
        scopes,
        life_s: INVITATION_LIFE_S,
    };
    let address = folder.address_for_phones(running.base_url.clone());
    Ok(invite(&folder.core, &request, &address, data::now())?.text())
}

/// The phone that is killed: types and leaves the screen, over and over, and says each save the
/// moment the store has confirmed it.
pub(super) async fn save_until_killed(
    folder: &Path,
    project: &str,
    clock_error_ms: i64,
) -> anyhow::Result<()> {
    use std::io::Write;
    /// Ends by itself should nobody kill it: some seconds of saving.
    const SAVES_MAX: u32 = 20_000;
    let clock = Arc::new(MovedClock::new(clock_error_ms)?);
    let client = Client::open(folder, clock)?;
    let document: DocumentId = project.parse()?;
    let visit = client
        .start_visit(NewVisit {
            document,
            kind: VisitKind::FollowUp,
        })
        .await?;
    let mut out = std::io::stdout();
    writeln!(out, "visit {visit}")?;
    out.flush()?;
    for n in 0..SAVES_MAX {
        let path = FieldPath::visit(visit, VisitField::Workers);
        client
            .type_value(document, path, i64::from(n).into())
            .await?;
        writeln!(out, "typed {n}")?;
        out.flush()?;
        if n % 3 == 0 {
            client.leave(document).await?;
            writeln!(out, "left {n}")?;
            out.flush()?;
        }
    }
    Ok(())
}
