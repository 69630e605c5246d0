//! The schema of a dossier: every field there is, its kind, who writes it, what a conflict in it
//! weighs.
//!
//! One table drives reading, edits, the change guard and the conflicts shown, so that a field
//! cannot be known to one of them only. A key in a document that stands in no table is kept,
//! passed on and never edited. Source of the fields: the domain brief 3.1 and 3.4.

use crate::limits;
use crate::state::{AdminState, Nature};
use crate::visit::{SiteState, VisitKind, VisitStatus};

/// What a field holds, and so how its value is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    Line,
    /// Several lines of text, kept as one scalar: a note merges whole, never letter by letter.
    Note,
    /// One of a closed list of codes.
    Code(&'static [&'static str]),
    /// A code of the reference bundle, or codes joined by `+`; checked against the bundle on
    /// reading, never by the guard, since bundles change.
    Reference,
    /// A whole number between two bounds.
    Whole {
        /// Smallest value that makes sense.
        min: i64,
        /// Largest value that makes sense.
        max: i64,
    },
    /// A share in basis points, 0 to 10 000.
    Share,
    /// An amount in centimes.
    Amount,
    /// A calendar day, `2026-11-23`.
    Day,
    /// A claimed instant in milliseconds since 1970 UTC.
    Instant,
    /// A position, see [`crate::Position`].
    Position,
    /// Yes or no.
    Flag,
    /// The office's review of a visit, see [`crate::Review`].
    Review,
}

/// What two different values at once mean to the figures that use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Shown with the mark.
    Plain,
    /// Money: no silent winner, every figure that uses it carries the mark.
    Money,
    /// A measured quantity: the same.
    Measured,
}

/// Who may write a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// Field teams and the office.
    Team,
    /// The office alone; a field team proposes.
    Office,
}

/// What a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entity {
    /// The project itself.
    Project,
    /// One visit.
    Visit,
}

/// One line of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// What the field belongs to.
    pub entity: Entity,
    /// Its key in the document, for ever.
    pub key: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// What a conflict in it weighs.
    pub weight: Weight,
    /// Who may write it.
    pub writers: Writers,
    /// Its name for people, French.
    pub label_fr: &'static str,
    /// Its name for people, Arabic.
    pub label_ar: &'static str,
}

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident of $entity:ident {
        $($variant:ident $key:literal $kind:expr, $weight:ident, $writers:ident, $fr:literal, $ar:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = $fr] $variant,)*
        }

        impl $name {
            /// Every field, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its line of the schema.
            pub const fn spec(self) -> FieldSpec {
                match self {
                    $(Self::$variant => FieldSpec {
                        entity: Entity::$entity,
                        key: $key,
                        kind: $kind,
                        weight: Weight::$weight,
                        writers: Writers::$writers,
                        label_fr: $fr,
                        label_ar: $ar,
                    },)*
                }
            }

            /// Its key in the document.
            pub const fn key(self) -> &'static str {
                self.spec().key
            }

            /// The field with that key; `None` for a key of a newer schema.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|field| field.key() == key)
            }
        }
    };
}

const COUNT: FieldKind = FieldKind::Whole {
    min: 0,
    max: 10_000_000,
};
const GRADE: FieldKind = FieldKind::Whole { min: 1, max: 4 };

/// Operations a project can consist of.
pub const OPERATIONS: &[&str] = &[
    "construction",
    "extension",
    "amenagement",
    "equipement",
    "acquisition",
    "raccordement",
    "fonctionnement",
    "accompagnement",
];

/// Situations of the land a project stands on.
pub const LAND_STATUSES: &[&str] = &[
    "communal",
    "domanial",
    "collectif",
    "prive_cede",
    "acquisition",
    "litige",
];

/// How far the technical studies are.
pub const STUDIES_STATUSES: &[&str] = &["sans_objet", "a_faire", "en_cours", "validees"];

fields! {
    /// The fields of a project.
    ProjectField of Project {
        CodeDas "code_das" FieldKind::Line, Plain, Office, "N° d'ordre DAS", "رقم ترتيبي";
        CodeIndh "code_indh" FieldKind::Line, Plain, Office, "Code projet INDH", "رمز المشروع";
        TitleFr "title_fr" FieldKind::Line, Plain, Office, "Intitulé (français)", "عنوان المشروع (بالفرنسية)";
        TitleAr "title_ar" FieldKind::Line, Plain, Office, "Intitulé (arabe)", "عنوان المشروع (بالعربية)";
        Phase "phase" FieldKind::Reference, Plain, Office, "Phase", "المرحلة";
        Programme "programme" FieldKind::Reference, Plain, Office, "Programme", "البرنامج";
        Axis "axis" FieldKind::Line, Plain, Office, "Axe", "المحور";
        Year "year" FieldKind::Whole { min: 2005, max: 2100 }, Plain, Office, "Exercice", "السنة";
        Tranche "tranche" FieldKind::Whole { min: 0, max: 20 }, Plain, Office, "Tranche CPDH", "الشطر";
        Nature "nature" FieldKind::Code(Nature::CODES), Plain, Office, "Nature", "طبيعة المشروع";
        Operation "operation" FieldKind::Code(OPERATIONS), Plain, Office, "Type d'opération", "نوع العملية";
        Sector "sector" FieldKind::Reference, Plain, Office, "Secteur", "القطاع";
        Communes "communes" FieldKind::Reference, Plain, Office, "Communes", "الجماعات";
        Place "place" FieldKind::Line, Plain, Team, "Douar ou quartier", "الدوار أو الحي";
        Position "position" FieldKind::Position, Plain, Team, "Coordonnées GPS", "الإحداثيات";
        Holder "holder" FieldKind::Line, Plain, Office, "Porteur de projet", "حامل المشروع";
        Owner "owner" FieldKind::Line, Plain, Office, "Maître d'ouvrage", "صاحب المشروع";
        Operator "operator" FieldKind::Line, Plain, Team, "Gestionnaire après réception", "الجهة المسيرة";
        Objective "objective" FieldKind::Note, Plain, Office, "Objectifs et résultats", "الأهداف والنتائج";
        LandStatus "land_status" FieldKind::Code(LAND_STATUSES), Plain, Team, "Situation foncière", "الوضعية العقارية";
        LandArea "land_area_m2" COUNT, Measured, Team, "Superficie (m²)", "المساحة";
        StudiesStatus "studies_status" FieldKind::Code(STUDIES_STATUSES), Plain, Office, "Études techniques", "الدراسات التقنية";
        Cost "cost_centimes" FieldKind::Amount, Money, Office, "Coût global", "الكلفة الإجمالية";
        IndhShare "indh_share_centimes" FieldKind::Amount, Money, Office, "Part INDH", "مساهمة المبادرة";
        BeneficiariesDirect "beneficiaries" COUNT, Measured, Team, "Bénéficiaires directs", "المستفيدون المباشرون";
        BeneficiariesWomen "beneficiaries_women" COUNT, Measured, Team, "dont femmes", "منهم نساء";
        BeneficiariesYouth "beneficiaries_youth" COUNT, Measured, Team, "dont jeunes", "منهم شباب";
        JobsPlanned "jobs_planned" COUNT, Measured, Team, "Emplois prévus", "مناصب الشغل المتوقعة";
        PlannedStart "planned_start" FieldKind::Day, Plain, Office, "Lancement prévu", "تاريخ الانطلاقة المتوقع";
        PlannedEnd "planned_end" FieldKind::Day, Plain, Office, "Achèvement prévu", "تاريخ الانتهاء المتوقع";
        ActualStart "actual_start" FieldKind::Day, Plain, Office, "Lancement réel", "تاريخ الانطلاقة الفعلي";
        ActualEnd "actual_end" FieldKind::Day, Plain, Office, "Achèvement réel", "تاريخ الانتهاء الفعلي";
        AdminState "admin_state" FieldKind::Code(AdminState::CODES), Plain, Office, "État administratif", "الحالة الإدارية";
        Note "note" FieldKind::Note, Plain, Team, "Observations", "ملاحظات";
        Demonstration "demonstration" FieldKind::Flag, Plain, Office, "Donnée de démonstration", "معطيات تجريبية";
        Status "status" FieldKind::Code(&["present", "deleted"]), Plain, Office, "Présence", "الوجود";
    }
}

fields! {
    /// The fields of a visit. A visit writes only inside itself.
    VisitField of Visit {
        Kind "kind" FieldKind::Code(VisitKind::CODES), Plain, Team, "Type de visite", "نوع الزيارة";
        Status "status" FieldKind::Code(VisitStatus::CODES), Plain, Team, "État de la visite", "حالة الزيارة";
        StartedAt "started_at" FieldKind::Instant, Plain, Team, "Début", "البداية";
        FinishedAt "finished_at" FieldKind::Instant, Plain, Team, "Fin", "النهاية";
        Position "position" FieldKind::Position, Plain, Team, "Position", "الموقع";
        NoPositionReason "no_position" FieldKind::Line, Plain, Team, "Motif sans position", "سبب غياب الموقع";
        Participants "participants" FieldKind::Line, Plain, Team, "Présents", "الحاضرون";
        SiteState "site_state" FieldKind::Code(SiteState::CODES), Plain, Team, "État du chantier", "حالة الورش";
        Workers "workers" COUNT, Measured, Team, "Ouvriers", "العمال";
        Machines "machines" COUNT, Measured, Team, "Engins", "الآليات";
        Progress "progress_bp" FieldKind::Share, Measured, Team, "Avancement physique observé", "نسبة الإنجاز الملاحظة";
        Planned "planned_bp" FieldKind::Share, Measured, Team, "Avancement prévu à date", "النسبة المتوقعة";
        Quality "quality" GRADE, Plain, Team, "Qualité (1 à 4)", "الجودة";
        Safety "safety" GRADE, Plain, Team, "Sécurité (1 à 4)", "السلامة";
        Environment "environment" GRADE, Plain, Team, "Environnement (1 à 4)", "البيئة";
        Opinion "opinion" FieldKind::Note, Plain, Team, "Avis de la population", "رأي الساكنة";
        Functional "functional" FieldKind::Flag, Plain, Team, "Fonctionnel", "مشغل";
        Note "note" FieldKind::Note, Plain, Team, "Observations", "ملاحظات";
        Replaces "replaces" FieldKind::Line, Plain, Team, "Remplace la visite", "تعوض الزيارة";
        Review "review" FieldKind::Review, Plain, Office, "Avis du superviseur", "تأشير المشرف";
    }
}

/// The map of a document that holds the project's fields.
pub const PROJECT_MAP: &str = "project";
/// The map of a document that holds visits by id.
pub const VISITS_MAP: &str = "visits";
/// Maps by id that a visit contains from its first change: photos by hash, difficulties by
/// reason code, actions and quantities by item id.
pub const VISIT_MAPS: &[&str] = &[PHOTOS_MAP, DIFFICULTIES_MAP, ACTIONS_MAP, QUANTITIES_MAP];
/// Photos of a visit, by the hash of the file that is sent.
pub const PHOTOS_MAP: &str = "photos";
/// Difficulties of a visit, by reason code; the value is the note.
pub const DIFFICULTIES_MAP: &str = "difficulties";
/// Actions to take, by item id; one scalar each.
pub const ACTIONS_MAP: &str = "actions";
/// Quantities observed, by item id; one scalar each.
pub const QUANTITIES_MAP: &str = "quantities";

/// The maps that the first skeleton step creates, so that two people never create the same map
/// apart. Those without fields yet wait for the issues that fill them.
pub const SKELETON_MAPS: &[&str] = &[
    PROJECT_MAP,
    VISITS_MAP,
    "contributions",
    "contracts",
    "quantities",
    "reserves",
    "acts",
    "proposals",
    "links",
];

/// The newest skeleton step this build knows.
pub const SCHEMA_STEP: u32 = 1;

impl FieldSpec {
    /// The most characters a text of this field may have.
    pub const fn chars_max(&self) -> usize {
        match self.kind {
            FieldKind::Note | FieldKind::Review => limits::NOTE_CHARS_MAX,
            _ => limits::LINE_CHARS_MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_are_unique_and_find_their_field_again() {
        let mut keys = BTreeSet::new();
        for field in ProjectField::ALL {
            assert!(keys.insert(field.key()), "{}", field.key());
            assert_eq!(ProjectField::from_key(field.key()), Some(*field));
        }
        let mut keys = BTreeSet::new();
        for field in VisitField::ALL {
            assert!(keys.insert(field.key()), "{}", field.key());
            assert_eq!(VisitField::from_key(field.key()), Some(*field));
            assert!(
                !VISIT_MAPS.contains(&field.key()),
                "a map and a field share a key"
            );
        }
        assert_eq!(VisitField::from_key("field_of_2031"), None);
    }

    #[test]
    fn the_review_is_the_offices_alone() {
        assert_eq!(VisitField::Review.spec().writers, Writers::Office);
        assert_eq!(ProjectField::AdminState.spec().writers, Writers::Office);
        assert_eq!(ProjectField::Cost.spec().weight, Weight::Money);
        assert_eq!(VisitField::Progress.spec().weight, Weight::Measured);
    }
}
