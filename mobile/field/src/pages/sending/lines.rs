//! What waits and what was set aside, record by record.

use std::collections::BTreeMap;

use jawla_model::visit::RecordWord;
use jawla_model::{DocumentId, Reason, VisitId};
use jawla_ui::{Texts, plain};
use jawla_views::phone::{Outgoing, SetAside, WhyWaiting};
use jawla_views::sheets::ProjectSheet;

use crate::pages::visit::typed::kind_name;
use crate::{Fault, Field};

/// Records that one page lists: what a phone gathers in weeks without a network; the rest is said
/// as a number.
const RECORDS_SHOWN_MAX: usize = 60;

/// A record on its way.
pub(super) struct WaitingLine {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) word: RecordWord,
    pub(super) word_text: String,
    pub(super) left: String,
    pub(super) why: String,
    pub(super) blocked: bool,
}

/// A record that the province did not take.
pub(super) struct AsideLine {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) sentence: String,
    pub(super) next: String,
    pub(super) reopen: Option<String>,
}

/// Sheets already read for this page, by dossier.
#[derive(Default)]
pub(super) struct Titles {
    sheets: BTreeMap<DocumentId, Option<ProjectSheet>>,
}

impl Titles {
    async fn of(
        &mut self,
        field: &Field,
        t: Texts,
        document: DocumentId,
        visit: Option<VisitId>,
    ) -> Result<(String, String), Fault> {
        use std::collections::btree_map::Entry;
        let sheet = match self.sheets.entry(document) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(field.phone.views().project(document).await?),
        };
        let Some(sheet) = sheet else {
            return Ok((t.get("visit-sending-unknown"), String::new()));
        };
        let title = plain(t.choose(&sheet.project.title_fr, &sheet.project.title_ar));
        let row = visit.and_then(|id| sheet.visits.iter().find(|row| row.visit == id));
        let kind = row.map_or_else(
            || t.get("visit-sending-project"),
            |row| format!("{} · {}", kind_name(t, &row.kind), t.day(row.started_at_ms)),
        );
        Ok((title, kind))
    }
}

fn href(document: DocumentId, visit: Option<VisitId>) -> String {
    match visit {
        Some(visit) => format!("/visites/{document}/{visit}"),
        None => format!("/projets/{document}"),
    }
}

pub(super) async fn waiting(
    field: &Field,
    t: Texts,
    outgoing: &[Outgoing],
    titles: &mut Titles,
) -> Result<Vec<WaitingLine>, Fault> {
    let mut lines = Vec::new();
    for one in outgoing.iter().take(RECORDS_SHOWN_MAX) {
        let (title, kind) = titles.of(field, t, one.document, one.visit).await?;
        lines.push(WaitingLine {
            href: href(one.document, one.visit),
            title,
            kind,
            word: one.word,
            word_text: t
                .choose(one.word.label_fr(), one.word.label_ar())
                .to_owned(),
            left: left(t, one),
            why: why_sentence(t, one.why),
            blocked: !matches!(
                one.why,
                WhyWaiting::NextExchange | WhyWaiting::UnderWay | WhyWaiting::BeingTyped
            ),
        });
    }
    Ok(lines)
}

fn left(t: Texts, one: &Outgoing) -> String {
    let mut parts = Vec::new();
    if one.change_bytes_left > 0 {
        parts.push(t.with("visit-sending-texts", "size", t.size(one.change_bytes_left)));
    }
    if one.files_left > 0 {
        let files = i64::try_from(one.files_left).unwrap_or(i64::MAX);
        let size = t.size(one.file_bytes_left);
        parts.push(t.count_with("visit-sending-photos", files, &[("size", &size)]));
    }
    parts.join(" · ")
}

pub(super) async fn asides(
    field: &Field,
    t: Texts,
    set_aside: &[SetAside],
    titles: &mut Titles,
) -> Result<Vec<AsideLine>, Fault> {
    let mut lines = Vec::new();
    for one in set_aside.iter().take(RECORDS_SHOWN_MAX) {
        let (title, kind) = titles.of(field, t, one.document, one.visit).await?;
        let reopenable = one.visit.filter(|_| one.reopenable);
        lines.push(AsideLine {
            href: href(one.document, one.visit),
            title,
            kind,
            sentence: t.with(
                "visit-sending-aside",
                "reason",
                reason_sentence(t, one.reason),
            ),
            next: t.get(if one.quarantined {
                "visit-sending-quarantined"
            } else {
                "visit-sending-refused"
            }),
            reopen: reopenable.map(|visit| format!("/envois/rouvrir/{}/{visit}", one.document)),
        });
    }
    Ok(lines)
}

fn reason_sentence(t: Texts, reason: Reason) -> String {
    t.get(&format!("reason-{}", reason.code()))
}

/// Why something waits, and what to do, in one sentence.
pub(super) fn why_sentence(t: Texts, why: WhyWaiting) -> String {
    t.get(match why {
        WhyWaiting::NextExchange => "why-next-exchange",
        WhyWaiting::UnderWay => "why-under-way",
        WhyWaiting::BeingTyped => "why-being-typed",
        WhyWaiting::NoNetwork => "why-no-network",
        WhyWaiting::Unreachable => "why-unreachable",
        WhyWaiting::NotOurServer => "why-not-our-server",
        WhyWaiting::Untrusted => "why-untrusted",
        WhyWaiting::Cut => "why-cut",
        WhyWaiting::ServerBusy => "why-server-busy",
        WhyWaiting::ServerFailed => "why-server-failed",
        WhyWaiting::WaitsForFreeLink => "why-waits-for-free-link",
        WhyWaiting::Paused => "why-paused",
        WhyWaiting::FileFailed => "why-file-failed",
        WhyWaiting::MustEnrol => "why-must-enrol",
    })
}
