//! Every kind of thing that travels, by name. The matches have no arm for the rest: whoever adds a
//! variant is stopped by the compiler here, and then by the test until a golden holds it.

use jawla_model::{MoneyAct, MoneyKind, Role};
use jawla_sync::answer::{AnswerItem, EntryBody, ScopeNews, StatusCode};
use jawla_sync::chain::MemberEvent;
use jawla_sync::enrol::EnrolRefusal;
use jawla_sync::request::{Flags, RequestItem};
use jawla_sync::short::{ActorName, Dependency, ShortChange};
use jawla_sync::sign::Label;
use jawla_sync::{EntryKind, Outcome, OutcomeForm};

macro_rules! variants {
    ($($function:ident($kind:ty) { $($pattern:pat => $name:literal,)* })*) => {
        $(
            pub fn $function(value: &$kind) -> &'static str {
                match value { $($pattern => $name,)* }
            }
        )*

        /// All of them, and the flags of a request.
        pub const EVERY: &[&str] = &[$($($name,)*)*
            "metered", "foreground", "compressed", "full", "second try", "certificate",
            "wants ticket", "short",
        ];
    };
}

variants! {
    entry_kind(EntryKind) {
        EntryKind::Change => "change entry",
        EntryKind::Actor => "actor entry",
        EntryKind::Member => "member entry",
        EntryKind::MovedIn => "moved in entry",
        EntryKind::MovedOut => "moved out entry",
        EntryKind::File => "file entry",
        EntryKind::Sealed => "sealed entry",
        EntryKind::Fact => "fact entry",
        EntryKind::Reference => "reference entry",
        EntryKind::Erased => "erased entry",
        EntryKind::Rejoined => "rejoined entry",
        EntryKind::Unknown(_) => "entry of an unknown kind",
    }
    answer_item(AnswerItem) {
        AnswerItem::Outcome { .. } => "OUTCOME",
        AnswerItem::Ruling(_) => "RULING",
        AnswerItem::Scope { .. } => "SCOPE",
        AnswerItem::Own { .. } => "SELF",
        AnswerItem::Diverged { .. } => "DIVERGED",
        AnswerItem::Rows(_) => "ROWS",
        AnswerItem::Segment(_) => "SEGMENT",
        AnswerItem::File { .. } => "FILE",
        AnswerItem::OwnEntries { .. } => "OWN",
        AnswerItem::Entry(_) => "ENTRY",
        AnswerItem::Mark { .. } => "MARK",
        AnswerItem::Person { .. } => "PERSON",
        AnswerItem::End { .. } => "END",
        AnswerItem::Unknown(_) => "unknown answer item",
    }
    scope_news(ScopeNews) {
        ScopeNews::Added { .. } => "scope added",
        ScopeNews::Gone(_) => "scope gone",
        ScopeNews::Backup { .. } => "scope backed up",
    }
    status(StatusCode) {
        StatusCode::Ok => "ok",
        StatusCode::Old { .. } => "old",
        StatusCode::Cloned(_) => "cloned",
        StatusCode::Revoked(_) => "revoked",
        StatusCode::Unknown(_) => "unknown",
        StatusCode::TooOld => "too old",
        StatusCode::Diverged => "diverged",
        StatusCode::Busy => "busy",
    }
    entry_body(EntryBody) {
        EntryBody::Payload(_) => "entry in full form",
        EntryBody::Hollow(_) => "hollow entry",
        EntryBody::Short(_) => "entry in short form",
    }
    short_change(ShortChange) {
        ShortChange::Skeleton { .. } => "skeleton step in short form",
        ShortChange::Written { .. } => "change in short form",
    }
    dependency(Dependency) {
        Dependency::Back(_) => "dependency by distance",
        Dependency::Named(_) => "dependency by hash",
    }
    actor_name(ActorName) {
        ActorName::Skeleton => "actor of the skeleton",
        ActorName::ShownAt(_) => "actor shown at a position",
        ActorName::Nonce(_) => "actor behind a nonce",
        ActorName::Named(_) => "actor by id",
    }
    request_item(RequestItem) {
        RequestItem::Certificate(_) => "certificate in a request",
        RequestItem::Tail(_) => "tail in a request",
        RequestItem::Pack(_) => "pack in full form",
        RequestItem::ShortPack(_) => "pack in short form",
        RequestItem::BrokenPack(_) => "pack that is none",
    }
    outcome_form(OutcomeForm) {
        OutcomeForm::Done { .. } => "done",
        OutcomeForm::Later => "later",
        OutcomeForm::SendFull => "send full",
        OutcomeForm::Held { .. } => "held",
    }
    outcome(Outcome) {
        Outcome::Duplicate(_) => "duplicate",
        Outcome::Quarantined(_) => "quarantined",
        Outcome::Refused(_) => "refused",
        Outcome::Moved { .. } => "moved",
        Outcome::Elsewhere => "elsewhere",
    }
    member_event(MemberEvent) {
        MemberEvent::Joined => "member joined",
        MemberEvent::Left => "member left",
        MemberEvent::Revoked => "member revoked",
    }
    refusal(EnrolRefusal) {
        EnrolRefusal::NotValid => "invitation not valid",
        EnrolRefusal::TriedTooOften => "invitation tried too often",
        EnrolRefusal::Malformed => "enrolment malformed",
        EnrolRefusal::Busy => "enrolment busy",
    }
    label(Label) {
        Label::Request => "label of a request",
        Label::Pack => "label of a pack",
        Label::Enrol => "label of an enrolment",
        Label::Mark => "label of a mark",
        Label::Rows => "label of rows",
        Label::Segment => "label of a segment",
        Label::Certificate => "label of a certificate",
        Label::Status => "label of a status",
        Label::Wipe => "label of a wipe",
        Label::Bundle => "label of a bundle",
        Label::Pv => "label of a PV",
        Label::Export => "label of an export",
    }
    role(Role) {
        Role::TeamMember => "team member",
        Role::TeamLead => "team lead",
        Role::CommissionMember => "commission member",
        Role::Supervisor => "supervisor",
        Role::Finance => "finance",
        Role::HeadOfDivision => "head of division",
        Role::Controller => "controller",
        Role::Administrator => "administrator",
        Role::Auditor => "auditor",
    }
    money_act(MoneyAct) {
        MoneyAct::Recorded(_) => "money recorded",
        MoneyAct::Cancelled(_) => "money cancelled",
    }
    money_kind(MoneyKind) {
        MoneyKind::Contract => "contract",
        MoneyKind::Commitment => "commitment",
        MoneyKind::PaymentOrder => "payment order",
        MoneyKind::Payment => "payment",
    }
}

/// The flags that are set.
pub fn flags(flags: Flags) -> Vec<&'static str> {
    let Flags {
        metered,
        foreground,
        compressed,
        full,
        second_try,
        certificate,
        wants_ticket,
        short,
    } = flags;
    let all = [
        (metered, "metered"),
        (foreground, "foreground"),
        (compressed, "compressed"),
        (full, "full"),
        (second_try, "second try"),
        (certificate, "certificate"),
        (wants_ticket, "wants ticket"),
        (short, "short"),
    ];
    let set = all.into_iter().filter(|(is_set, _)| *is_set);
    set.map(|(_, name)| name).collect()
}
