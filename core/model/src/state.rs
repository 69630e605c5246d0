//! The administrative life of a project: natures, states, legal moves, and what the province
//! counts.

use serde::{Deserialize, Serialize};

use crate::permissions::Role;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $code:literal $fr:literal $ar:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[doc = $fr] #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// Every value, in the order people read them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The stored codes, in the same order.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// The stored code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The value with that code; `None` for a code of a newer schema.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }

            /// Its name for people, French.
            pub const fn label_fr(self) -> &'static str {
                match self { $(Self::$variant => $fr,)* }
            }

            /// Its name for people, Arabic.
            pub const fn label_ar(self) -> &'static str {
                match self { $(Self::$variant => $ar,)* }
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// The five natures of a project, each with its own path.
    Nature {
        Works "TRAVAUX" "Travaux" "أشغال";
        Supply "FOURNITURE" "Acquisition" "توريدات";
        Grant "SUBVENTION" "Subvention" "دعم بموجب اتفاقية";
        Action "ACTION" "Action" "عملية / نشاط";
        Individual "INDIVIDUEL" "Projet individuel" "مشروع فردي للشباب";
    }
}

codes! {
    /// The administrative state of a project, recorded by the office.
    AdminState {
        Idea "IDEE" "Besoin / idée" "حاجة معبر عنها";
        Filed "DEPOSE" "Dossier déposé" "ملف مودع";
        UnderReview "INSTRUCTION" "En cours d'examen" "قيد الدراسة";
        MoreAsked "COMPLEMENT" "Complément demandé" "طلب استكمال الملف";
        Proposed "PROPOSE" "Proposé" "مقترح من اللجنة المحلية";
        Approved "APPROUVE" "Approuvé par le CPDH" "مصادق عليه من اللجنة الإقليمية";
        Adjourned "AJOURNE" "Ajourné" "مؤجل";
        Rejected "REJETE" "Rejeté" "مرفوض";
        Agreed "CONVENTIONNE" "Convention signée" "موقّعة اتفاقيته";
        Credited "CREDITE" "Crédits délégués" "مفوّضة اعتماداته";
        Tendering "PASSATION" "En cours de passation" "في طور الإسناد";
        NoTender "INFRUCTUEUX" "Appel d'offres infructueux" "طلب عروض عديم الجدوى";
        Awarded "ATTRIBUE" "Attribué / engagé" "مسند وملتزم به";
        UnderWay "EN_COURS" "En cours de réalisation" "في طور الإنجاز";
        Stopped "ARRET" "À l'arrêt" "متوقف بأمر";
        Completed "ACHEVE" "Travaux achevés" "أشغال منتهية";
        Received "RP_SANS" "Réception provisoire sans réserve" "تسلم مؤقت بدون تحفظات";
        ReceivedWithReserves "RP_AVEC" "Réception provisoire avec réserves" "تسلم مؤقت مع تحفظات";
        ReceptionRefused "RP_REFUS" "Réception refusée" "رفض أو تأجيل التسلم";
        ReservesLifted "RESERVES_LEVEES" "Réserves levées" "رُفعت التحفظات";
        UnderGuarantee "GARANTIE" "Délai de garantie" "فترة الضمان";
        FinallyReceived "RD" "Réception définitive" "تسلم نهائي";
        FinalRefused "RD_REFUS" "Réception définitive refusée" "رفض التسلم النهائي";
        InUse "EXPLOITATION" "En exploitation" "قيد الاستغلال";
        NotWorking "NON_FONCT" "Non fonctionnel" "غير مشغّل";
        Closed "CLOS" "Clôturé" "مغلق";
        Cancelled "ANNULE" "Annulé" "ملغى / متخلى عنه";
        Terminated "RESILIE" "Marché résilié" "عقد مفسوخ";
    }
}

codes! {
    /// What the province counts; derived on reading, never stored.
    ReportingState {
        NotLaunched "NL" "Non lancé" "لم ينطلق بعد";
        UnderWay "EC" "En cours" "في طور الإنجاز";
        Done "AC" "Achevé" "منجز";
        Abandoned "AB" "Abandonné" "ملغى / متخلى عنه";
        NotRetained "NR" "Non retenu" "غير منتقى";
    }
}

impl AdminState {
    /// Where a project may go from here. Moves computed from dates, such as the
    /// start of a guarantee, are listed too.
    pub const fn next(self) -> &'static [AdminState] {
        use AdminState::*;
        match self {
            Idea => &[Filed, Rejected],
            Filed => &[UnderReview],
            UnderReview => &[MoreAsked, Proposed, Rejected],
            MoreAsked => &[UnderReview, Rejected],
            Proposed => &[Approved, Adjourned, Rejected],
            Approved => &[Agreed, Cancelled],
            Adjourned => &[Proposed],
            Agreed => &[Credited, Cancelled],
            Credited => &[Tendering, UnderWay],
            Tendering => &[NoTender, Awarded],
            NoTender => &[Tendering, Cancelled],
            Awarded => &[UnderWay],
            UnderWay => &[Stopped, Completed, Terminated],
            Stopped => &[UnderWay, Terminated],
            Completed => &[Received, ReceivedWithReserves, ReceptionRefused, UnderWay],
            Received | ReservesLifted => &[UnderGuarantee],
            ReceivedWithReserves => &[ReservesLifted],
            ReceptionRefused => &[Completed],
            UnderGuarantee => &[FinallyReceived, FinalRefused],
            FinallyReceived => &[InUse, Closed],
            FinalRefused => &[FinallyReceived],
            InUse => &[NotWorking, Closed],
            NotWorking => &[InUse, Closed],
            Terminated => &[Tendering, Cancelled],
            Rejected | Closed | Cancelled => &[],
        }
    }

    /// Whose act puts a project into this state, as the role that records it.
    pub const fn recorded_by(self) -> &'static [Role] {
        use AdminState::*;
        match self {
            Idea => &[Role::Supervisor, Role::TeamLead, Role::TeamMember],
            Filed | UnderReview | MoreAsked | Proposed | InUse | NotWorking => &[Role::Supervisor],
            Approved | Adjourned | Rejected | Agreed | Closed | Cancelled => {
                &[Role::HeadOfDivision]
            }
            Credited | Tendering | NoTender | Awarded | UnderWay | Stopped | Completed
            | Received | ReceivedWithReserves | ReceptionRefused | ReservesLifted
            | FinallyReceived | FinalRefused | Terminated => &[Role::Finance],
            UnderGuarantee => &[],
        }
    }

    /// What the province counts this state as, where "done" means received.
    ///
    /// `started` says that a grant, an action or an individual project has its first payment or
    /// its start; `reported` that its final report is accepted. Both are ignored for works and
    /// supplies.
    pub fn reporting(self, nature: Nature, evidence: Evidence) -> ReportingState {
        use AdminState::*;
        let light = matches!(nature, Nature::Grant | Nature::Action | Nature::Individual);
        match self {
            Rejected | Adjourned => ReportingState::NotRetained,
            Cancelled | Terminated => ReportingState::Abandoned,
            _ if light && evidence == Evidence::Reported => ReportingState::Done,
            Received | ReceivedWithReserves | ReservesLifted | UnderGuarantee | FinallyReceived
            | FinalRefused | InUse | NotWorking | Closed => ReportingState::Done,
            UnderWay | Stopped | Completed | ReceptionRefused => ReportingState::UnderWay,
            _ if light && evidence == Evidence::Started => ReportingState::UnderWay,
            Idea | Filed | UnderReview | MoreAsked | Proposed | Approved | Agreed | Credited
            | Tendering | NoTender | Awarded => ReportingState::NotLaunched,
        }
    }
}

/// How far a grant, an action or an individual project is, where no works are received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing yet.
    None,
    /// Its first payment or its start.
    Started,
    /// Its final report is accepted.
    Reported,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_counts_as_the_province_counts_it() {
        let table = [
            (
                AdminState::Awarded,
                Nature::Works,
                Evidence::None,
                ReportingState::NotLaunched,
            ),
            (
                AdminState::NoTender,
                Nature::Works,
                Evidence::None,
                ReportingState::NotLaunched,
            ),
            (
                AdminState::Adjourned,
                Nature::Works,
                Evidence::None,
                ReportingState::NotRetained,
            ),
            (
                AdminState::ReceptionRefused,
                Nature::Works,
                Evidence::None,
                ReportingState::UnderWay,
            ),
            (
                AdminState::ReceivedWithReserves,
                Nature::Works,
                Evidence::None,
                ReportingState::Done,
            ),
            (
                AdminState::Terminated,
                Nature::Works,
                Evidence::None,
                ReportingState::Abandoned,
            ),
            (
                AdminState::Agreed,
                Nature::Grant,
                Evidence::Started,
                ReportingState::UnderWay,
            ),
            (
                AdminState::UnderWay,
                Nature::Grant,
                Evidence::Reported,
                ReportingState::Done,
            ),
            (
                AdminState::Agreed,
                Nature::Works,
                Evidence::Started,
                ReportingState::NotLaunched,
            ),
        ];
        for (state, nature, evidence, expected) in table {
            assert_eq!(
                state.reporting(nature, evidence),
                expected,
                "{state:?} {nature:?}"
            );
        }
    }

    #[test]
    fn codes_are_unique_and_moves_lead_somewhere() {
        for state in AdminState::ALL {
            assert_eq!(AdminState::from_code(state.code()), Some(*state));
            assert!(!state.next().contains(state), "{state:?} moves to itself");
        }
        let ends: Vec<_> = AdminState::ALL
            .iter()
            .filter(|s| s.next().is_empty())
            .collect();
        assert_eq!(
            ends,
            [
                &AdminState::Rejected,
                &AdminState::Closed,
                &AdminState::Cancelled
            ]
        );
    }
}
