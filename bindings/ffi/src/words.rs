//! The closed lists of words, as enums of every language.

use jawla_model::visit as model;
use jawla_views::phone;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $model:path { $($(#[$vdoc:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl From<$model> for $name {
            fn from(word: $model) -> Self {
                use $model as Model;
                match word { $(Model::$variant => $name::$variant,)* }
            }
        }

        impl From<$name> for $model {
            fn from(word: $name) -> Self {
                use $model as Model;
                match word { $($name::$variant => Model::$variant,)* }
            }
        }
    };
}

words! {
    /// The language of sentences and pages.
    Language of jawla_model::Language {
        /// French, as written in Morocco.
        Fr,
        /// Arabic, as written in Morocco, with Western digits.
        Ar,
    }
}

words! {
    /// Why somebody went to a site.
    VisitKind of model::VisitKind {
        /// *Diagnostic*.
        Diagnosis,
        /// *Implantation / lancement*.
        Launch,
        /// *Suivi courant*.
        FollowUp,
        /// *Réunion de chantier*.
        SiteMeeting,
        /// *Pré-réception*.
        PreReception,
        /// *Levée de réserves*.
        ReservesLifting,
        /// *Pérennité / exploitation*.
        Durability,
        /// *Constat AGR*.
        ActivityCheck,
        /// *Visite inopinée*.
        Unannounced,
    }
}

words! {
    /// What a photo shows.
    PhotoRole of model::PhotoRole {
        /// *Vue d'ensemble*.
        Overview,
        /// *Détail*.
        Detail,
        /// *Défaut*.
        Defect,
        /// *Panneau de chantier*.
        SitePanel,
    }
}

words! {
    /// The five words a record can show; there are no others.
    RecordWord of model::RecordWord {
        /// *Brouillon*.
        Draft,
        /// *Enregistré sur ce téléphone*.
        OnThisPhone,
        /// *Reçu par la province*: every change of it is in the province's log.
        Received,
        /// *Validé*.
        Approved,
        /// *À corriger*.
        Returned,
    }
}

words! {
    /// What the province counts a project as.
    ReportingState of jawla_model::ReportingState {
        /// *Non lancé*.
        NotLaunched,
        /// *En cours*.
        UnderWay,
        /// *Achevé*.
        Done,
        /// *Abandonné*.
        Abandoned,
        /// *Non retenu*: outside the counts.
        NotRetained,
    }
}

words! {
    /// What an official amount is; a contract, a commitment and a payment are never one sum.
    MoneyKind of jawla_model::MoneyKind {
        /// *Marché ou bon de commande*.
        Contract,
        /// *Engagement*.
        Commitment,
        /// *Émission (ordonnancement)*.
        PaymentOrder,
        /// *Paiement*.
        Payment,
    }
}

words! {
    /// A person's role.
    Role of jawla_model::Role {
        /// *Membre d'équipe*.
        TeamMember,
        /// *Responsable d'équipe*.
        TeamLead,
        /// *Membre de commission*.
        CommissionMember,
        /// *Suivi et évaluation*.
        Supervisor,
        /// *Finances*.
        Finance,
        /// *Chef de division*.
        HeadOfDivision,
        /// *Contrôleur*: reads.
        Controller,
        /// *Administrateur*.
        Administrator,
        /// *Auditeur*: reads.
        Auditor,
    }
}

words! {
    /// Whether this store may write, and as whom.
    Standing of phone::PhoneStanding {
        /// Nobody's yet: enrol it.
        NotEnrolled,
        /// As it should be.
        Enrolled,
        /// The database was copied back or away: readable, must be enrolled again.
        RolledBack,
        /// The province withdrew the rights: the work is kept, nothing more is taken.
        Withdrawn,
    }
}

/// What the link costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum NetworkKind {
    /// Nobody knows: counts as metered.
    Unknown,
    /// No link.
    NoLink,
    /// Paid by volume: texts and thumbnails travel.
    Metered,
    /// Free: photos travel too.
    Unmetered,
}

impl From<NetworkKind> for phone::Network {
    fn from(kind: NetworkKind) -> Self {
        match kind {
            NetworkKind::Unknown => phone::Network::Unknown,
            NetworkKind::NoLink => phone::Network::None,
            NetworkKind::Metered => phone::Network::Metered,
            NetworkKind::Unmetered => phone::Network::Unmetered,
        }
    }
}

impl From<phone::Network> for NetworkKind {
    fn from(kind: phone::Network) -> Self {
        match kind {
            phone::Network::Unknown => NetworkKind::Unknown,
            phone::Network::None => NetworkKind::NoLink,
            phone::Network::Metered => NetworkKind::Metered,
            phone::Network::Unmetered => NetworkKind::Unmetered,
        }
    }
}

words! {
    /// Why what waits is not on its way.
    WhyWaiting of phone::WhyWaiting {
        /// It goes with the next exchange.
        NextExchange,
        /// It is under way now.
        UnderWay,
        /// It is still being typed.
        BeingTyped,
        /// There is no network.
        NoNetwork,
        /// The server does not answer.
        Unreachable,
        /// Something else answers in its place, a portal perhaps.
        NotOurServer,
        /// The server is not the one that was enrolled with.
        Untrusted,
        /// The link broke off; it goes on where it was.
        Cut,
        /// The server is busy.
        ServerBusy,
        /// The server failed or refused.
        ServerFailed,
        /// Photos wait for a free link.
        WaitsForFreeLink,
        /// The person paused sending.
        Paused,
        /// A file arrived damaged twice: the person may order another try.
        FileFailed,
        /// The store must be enrolled again.
        MustEnrol,
    }
}
