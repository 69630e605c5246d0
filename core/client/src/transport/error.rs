//! Why no answer of our server came, sorted by what a person or the driver can do about it.

/// An exchange that brought no answer, or not the whole of one.
///
/// The driver tries again after all of them. Those for which
/// [`needs_a_person`](Self::needs_a_person) holds are shown; the others are the ordinary life of
/// a link in the mountains.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No network, no route, or the name of the server is not known here.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The machine is there, but no server listens on it.
    #[error("the server's machine refuses the connection")]
    Refused,
    /// Somebody answered with another key than the one in the invitation. Nothing was sent.
    #[error("another server answers under this address")]
    TlsPin,
    /// What answered does not speak TLS as we do: a portal, a proxy, a damaged line.
    #[error("no protected connection could be made")]
    TlsFailed,
    /// The link ended in the middle.
    #[error("the link was cut after {received_bytes} bytes of the answer")]
    Cut {
        /// Bytes of the answer's body that had arrived.
        received_bytes: u64,
    },
    /// No byte went either way for the idle time.
    #[error("the link is silent")]
    TimedOut,
    /// A page for people came where an answer was due.
    #[error("a portal answers in place of the server ({content_type})")]
    CaptivePortal {
        /// What it called its content, shortened.
        content_type: String,
    },
    /// The answer points elsewhere. It is never followed: the invitation says where the server is.
    #[error("the answer points to another address (status {status})")]
    Redirected {
        /// 300 to 399.
        status: u16,
    },
    /// Something before the server says that the server is unwell.
    #[error("the server is unwell (status {status})")]
    Status {
        /// 500 to 599.
        status: u16,
    },
    /// What came is not HTTP.
    #[error("the answer cannot be read")]
    Garbled,
    /// The answer is larger than its kind can be.
    #[error("the answer is larger than {size_bytes_max} bytes")]
    AnswerTooLarge {
        /// The limit that applied.
        size_bytes_max: u64,
    },
    /// The request cannot be put on a line: a defect of ours in its path or header fields.
    #[error("the request cannot be written")]
    RequestInvalid,
    /// The device ended the exchange itself: another network, or the app goes.
    #[error("the exchange was given up")]
    Cancelled,
}

impl LinkError {
    /// A short name for logs and counters; never changes for a variant.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::TlsPin => "tls_pin",
            Self::TlsFailed => "tls_failed",
            Self::Cut { .. } => "cut",
            Self::TimedOut => "timed_out",
            Self::CaptivePortal { .. } => "captive_portal",
            Self::Redirected { .. } => "redirected",
            Self::Status { .. } => "status",
            Self::Garbled => "garbled",
            Self::AnswerTooLarge { .. } => "answer_too_large",
            Self::RequestInvalid => "request_invalid",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether waiting will not help: a person must sign in to a portal, change the network or
    /// call somebody.
    pub const fn needs_a_person(&self) -> bool {
        match self {
            Self::TlsPin
            | Self::TlsFailed
            | Self::CaptivePortal { .. }
            | Self::Redirected { .. }
            | Self::AnswerTooLarge { .. }
            | Self::RequestInvalid => true,
            Self::Unreachable
            | Self::Refused
            | Self::Cut { .. }
            | Self::TimedOut
            | Self::Status { .. }
            | Self::Garbled
            | Self::Cancelled => false,
        }
    }

    /// What a person reads about it, in French.
    pub const fn sentence_fr(&self) -> &'static str {
        match self {
            Self::Unreachable => {
                "Pas de réseau vers le serveur. Votre travail reste sur le téléphone et partira plus tard."
            }
            Self::Refused => {
                "Le serveur est arrêté. Votre travail reste sur le téléphone et partira plus tard."
            }
            Self::TlsPin => {
                "Un autre serveur répond à cette adresse. Rien ne lui a été envoyé. Changez de réseau ou prévenez l'administrateur."
            }
            Self::TlsFailed => {
                "Le réseau empêche la connexion protégée. Rien n'a été envoyé. Essayez un autre réseau."
            }
            Self::Cut { .. } => "La liaison a été coupée. L'envoi reprendra où il s'est arrêté.",
            Self::TimedOut => "La liaison ne passe plus. Un nouvel essai suivra.",
            Self::CaptivePortal { .. } => {
                "Ce réseau demande d'abord de se connecter à sa page d'accueil."
            }
            Self::Redirected { .. } => {
                "Ce réseau renvoie vers une autre adresse. Rien n'a été suivi. Essayez un autre réseau."
            }
            Self::Status { .. } => {
                "Le serveur a un problème. Votre travail reste sur le téléphone et partira plus tard."
            }
            Self::Garbled => "La réponse est illisible. Un nouvel essai suivra.",
            Self::AnswerTooLarge { .. } => {
                "La réponse du serveur est trop grande. Prévenez l'administrateur."
            }
            Self::RequestInvalid => "La demande n'a pas pu être écrite. Prévenez l'administrateur.",
            Self::Cancelled => "L'envoi a été arrêté sur ce téléphone. Il reprendra.",
        }
    }

    /// What a person reads about it, in Arabic.
    pub const fn sentence_ar(&self) -> &'static str {
        match self {
            Self::Unreachable => "لا توجد شبكة تصل إلى الخادم. عملك محفوظ في الهاتف وسيُرسل لاحقا.",
            Self::Refused => "الخادم متوقف. عملك محفوظ في الهاتف وسيُرسل لاحقا.",
            Self::TlsPin => {
                "خادم آخر يجيب على هذا العنوان. لم يُرسل إليه أي شيء. غيّر الشبكة أو أخبر المسؤول عن النظام."
            }
            Self::TlsFailed => "هذه الشبكة تمنع الاتصال المحمي. لم يُرسل أي شيء. جرّب شبكة أخرى.",
            Self::Cut { .. } => "انقطع الاتصال. سيُستأنف الإرسال من حيث توقف.",
            Self::TimedOut => "الاتصال لا يستجيب. ستُعاد المحاولة.",
            Self::CaptivePortal { .. } => "تطلب هذه الشبكة تسجيل الدخول في صفحتها أولا.",
            Self::Redirected { .. } => {
                "تحوّل هذه الشبكة الطلب إلى عنوان آخر. لم يُتّبع التحويل. جرّب شبكة أخرى."
            }
            Self::Status { .. } => "في الخادم عطب. عملك محفوظ في الهاتف وسيُرسل لاحقا.",
            Self::Garbled => "تعذّرت قراءة الجواب. ستُعاد المحاولة.",
            Self::AnswerTooLarge { .. } => "جواب الخادم أكبر من اللازم. أخبر المسؤول عن النظام.",
            Self::RequestInvalid => "تعذّرت كتابة الطلب. أخبر المسؤول عن النظام.",
            Self::Cancelled => "أُوقف الإرسال في هذا الهاتف. سيُستأنف.",
        }
    }
}
