//! Days without network: visits, photos, the same field written by two people, a kill.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::Context;
use jawla_client::NewVisit;
use jawla_model::visit::PhotoRole;
use jawla_model::{
    DocumentId, Edit, FieldPath, Position, ProjectField, SiteState, Value, VisitField, VisitId,
    VisitKind,
};
use jawla_views::{PageWindow, ProjectQuery, ProjectRow, Views};
use jawla_world::texts::Topic;
use jawla_world::{Dice, PlannedVisit, photo};
use serde::Serialize;

use super::phone::{HOUR_MS, KILLED, Phone};

/// Days that pass without a network.
pub(super) const DAYS: i32 = 3;

/// Visits of one phone on one day.
const VISITS_PER_DAY: usize = 2;

/// Confirmed saves after which the phone is killed in the middle of the next.
const SAVES_BEFORE_KILL: usize = 60;

/// What was done in the field.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(super) struct Work {
    /// Visits finished.
    pub(super) visits: u64,
    /// Photos taken.
    pub(super) photos: u64,
    /// Fields typed and edits made.
    pub(super) edits: u64,
    /// Saves that the killed phone had confirmed, all of which were there afterwards.
    pub(super) confirmed_before_kill: u64,
    /// Fields that two people wrote without knowing of each other.
    pub(super) written_twice: u64,
}

/// Lets everybody work.
pub(super) async fn days_without_network(phones: &mut [Phone], seed: u64) -> anyhow::Result<Work> {
    let mut work = Work::default();
    for day in 0..DAYS {
        for phone in phones.iter_mut() {
            let mut dice = Dice::new(seed, &format!("demo-{}-{day}", phone.letter));
            let projects = projects(phone).await?;
            for _ in 0..VISITS_PER_DAY {
                let project = dice.pick(&projects).clone();
                visit(phone, &project, &mut dice, &mut work).await?;
                phone.clock.advance(2 * HOUR_MS);
            }
            if phone.letter == KILLED && day == DAYS - 1 {
                killed_in_the_middle(phone, &projects, &mut work).await?;
            }
            phone
                .clock
                .advance((24 - 2 * VISITS_PER_DAY as i64) * HOUR_MS);
        }
    }
    let [a, b, c, d] = phones else {
        anyhow::bail!("four phones are needed")
    };
    written_twice(
        a,
        b,
        ProjectField::BeneficiariesDirect,
        [120.into(), 145.into()],
        &mut work,
    )
    .await?;
    written_twice(
        c,
        d,
        ProjectField::Operator,
        [
            "Association locale du douar".into(),
            "Commune de Boulanouare".into(),
        ],
        &mut work,
    )
    .await?;
    Ok(work)
}

async fn projects(phone: &Phone) -> anyhow::Result<Vec<ProjectRow>> {
    let query = ProjectQuery {
        window: PageWindow {
            offset: 0,
            rows_max: 50,
        },
        ..ProjectQuery::default()
    };
    let page = phone.client()?.views().projects(&query).await?;
    anyhow::ensure!(
        !page.rows.is_empty(),
        "phone {} has no project",
        phone.letter
    );
    Ok(page.rows)
}

/// One visit as a person makes it: begun, typed field by field, photographed, finished.
async fn visit(
    phone: &Phone,
    project: &ProjectRow,
    dice: &mut Dice,
    work: &mut Work,
) -> anyhow::Result<()> {
    let client = phone.client()?;
    let document = project.document;
    let topic = if project.nature == "TRAVAUX" {
        Topic::Works
    } else {
        Topic::Activity
    };
    let code = phone
        .of_communes
        .first()
        .map(|(code, _)| code.as_str())
        .unwrap_or_default();
    let commune = jawla_world::places::commune(code).context("the commune has no place")?;
    let stands_at = project.progress_bp.unwrap_or(2_000) + dice.between(0, 1_500);
    let plan = PlannedVisit::draw(dice, &phone.person.habits, topic, commune, stands_at);
    let kind = VisitKind::from_code(plan.kind).unwrap_or(VisitKind::FollowUp);
    let visit = client.start_visit(NewVisit { document, kind }).await?;
    for (field, value) in typed(&plan) {
        client
            .type_value(document, FieldPath::visit(visit, field), value)
            .await?;
        work.edits += 1;
    }
    client.leave(document).await?;
    let mut edits = Vec::new();
    for (reason, note) in &plan.difficulties {
        edits.push(Edit::RaiseDifficulty {
            visit,
            reason: (*reason).into(),
            note: note.clone(),
        });
    }
    work.edits += edits.len() as u64;
    if !edits.is_empty() {
        client.edit(document, edits).await?;
    }
    for (n, photo_seed) in plan.photo_seeds.iter().enumerate() {
        let role = if n == 0 {
            PhotoRole::Overview
        } else {
            PhotoRole::Detail
        };
        let seed = *photo_seed;
        let jpeg = tokio::task::spawn_blocking(move || photo::make_field_photo(seed)).await?;
        client.attach_photo(document, visit, role, jpeg).await?;
        work.photos += 1;
    }
    client
        .finish_visit(document, visit)
        .await
        .with_context(|| format!("phone {} cannot finish a visit", phone.letter))?;
    work.visits += 1;
    Ok(())
}

fn typed(plan: &PlannedVisit) -> Vec<(VisitField, Value)> {
    let state = SiteState::from_code(plan.site_state).unwrap_or(SiteState::Active);
    let place = match plan.position {
        Some((latitude_e7, longitude_e7, accuracy_m)) => {
            let position = Position {
                latitude_e7,
                longitude_e7,
                accuracy_m,
            };
            (VisitField::Position, Value::Text(position.text()))
        }
        None => (
            VisitField::NoPositionReason,
            "Pas de signal entre les bâtiments".into(),
        ),
    };
    vec![
        place,
        (VisitField::SiteState, state.code().into()),
        (VisitField::Workers, plan.workers.into()),
        (VisitField::Machines, plan.machines.into()),
        (VisitField::Progress, plan.progress_bp.into()),
        (VisitField::Quality, plan.quality.into()),
        (VisitField::Safety, plan.safety.into()),
        (VisitField::Note, plan.note.as_str().into()),
    ]
}

/// Two people write the same field of the same project, neither knowing of the other.
async fn written_twice(
    one: &Phone,
    other: &Phone,
    field: ProjectField,
    values: [Value; 2],
    work: &mut Work,
) -> anyhow::Result<()> {
    let theirs = projects(other).await?;
    let shared = projects(one)
        .await?
        .into_iter()
        .find(|row| theirs.iter().any(|their| their.document == row.document))
        .context("the two phones share no project")?;
    let [first, second] = values;
    for (phone, value) in [(one, first), (other, second)] {
        let client = phone.client()?;
        client
            .type_value(shared.document, FieldPath::project(field), value)
            .await?;
        client.leave(shared.document).await?;
        work.edits += 1;
    }
    work.written_twice += 1;
    Ok(())
}

/// The phone's process is killed while it saves; then its store is opened again.
async fn killed_in_the_middle(
    phone: &mut Phone,
    projects: &[ProjectRow],
    work: &mut Work,
) -> anyhow::Result<()> {
    let document = projects.first().context("no project")?.document;
    phone.client = None;
    let folder = phone.folder.clone();
    let offset_ms = phone.clock_offset_ms();
    let seen = tokio::task::spawn_blocking(move || kill_while_saving(&folder, document, offset_ms))
        .await??;
    phone.reopen()?;
    let (visit, confirmed) = seen;
    let editing = phone.client()?.visit(document, visit).await?;
    let found = editing
        .fields
        .get(VisitField::Workers.key())
        .and_then(Value::as_int);
    anyhow::ensure!(
        found.is_some_and(|found| found >= confirmed),
        "the killed phone lost a save: confirmed {confirmed}, found {found:?}"
    );
    work.confirmed_before_kill = u64::try_from(confirmed + 1)?;
    Ok(())
}

/// Runs the phone as a process of its own, reads what it confirms, and kills it under way.
fn kill_while_saving(
    folder: &std::path::Path,
    document: DocumentId,
    clock_offset_ms: i64,
) -> anyhow::Result<(VisitId, i64)> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("demo-phone")
        .arg(folder)
        .arg(document.hex())
        .arg("--")
        .arg(clock_offset_ms.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the phone that is to be killed")?;
    let out = child.stdout.take().context("the phone says nothing")?;
    let mut lines = BufReader::new(out).lines();
    let mut visit = None;
    let mut confirmed = -1;
    for line in lines.by_ref().take(SAVES_BEFORE_KILL) {
        note(&line?, &mut visit, &mut confirmed)?;
    }
    child.kill()?;
    // What it had still said before it died was confirmed too.
    for line in lines.map_while(Result::ok) {
        note(&line, &mut visit, &mut confirmed)?;
    }
    child.wait()?;
    Ok((visit.context("the phone began no visit")?, confirmed))
}

fn note(line: &str, visit: &mut Option<VisitId>, confirmed: &mut i64) -> anyhow::Result<()> {
    match line.split_once(' ') {
        Some(("visit", id)) => *visit = Some(id.parse()?),
        Some(("typed", n)) => *confirmed = n.parse()?,
        _ => {}
    }
    Ok(())
}
