//! Why a call failed, sorted by what whoever reads it can do.

use jawla_client::ClientError;
use jawla_model::Reason;
use jawla_model::rules::Violation;
use jawla_model::rules::field::ValueError;
use jawla_views::commands::PhotoFault;
use jawla_views::phone::EnrolFault;
use jawla_views::{CommandError, ViewError};

/// A rule that a visit breaks.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RuleBroken {
    /// The key of the field to look at.
    pub field: String,
    /// Stable code of the rule, `photos_of_works`.
    pub rule: String,
    /// What is wrong and what to do, French.
    pub sentence_fr: String,
    /// The same, Arabic.
    pub sentence_ar: String,
}

impl From<Violation> for RuleBroken {
    fn from(broken: Violation) -> Self {
        Self {
            field: broken.field.to_owned(),
            rule: broken.rule.to_owned(),
            sentence_fr: broken.sentence_fr,
            sentence_ar: broken.sentence_ar,
        }
    }
}

/// Why a call failed. The variant says what can be done; `code` is stable and for machines; the
/// two sentences are for the person. Nothing was changed, unless the call says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum JawlaError {
    /// Fix the input: another value, another photo, a whole invitation, a look at what stands
    /// there now.
    #[error("{code}: {sentence_fr}")]
    FixInput {
        /// Stable code.
        code: String,
        /// For the person, French.
        sentence_fr: String,
        /// For the person, Arabic.
        sentence_ar: String,
        /// The key of the field it is about, if one.
        field: Option<String>,
        /// Every rule that is broken, in the order of the form (code `rules_broken`).
        violations: Vec<RuleBroken>,
    },
    /// Ask the person: free some space, ask for a new invitation, update the app, allow
    /// something.
    #[error("{code}: {sentence_fr}")]
    AskPerson {
        /// Stable code.
        code: String,
        /// For the person, French.
        sentence_fr: String,
        /// For the person, Arabic.
        sentence_ar: String,
    },
    /// Wait and try again: the link or the server; nothing is lost.
    #[error("{code}: {sentence_fr}")]
    Wait {
        /// Stable code.
        code: String,
        /// For the person, French.
        sentence_fr: String,
        /// For the person, Arabic.
        sentence_ar: String,
        /// A time after which to try again, in milliseconds, when there is a good one.
        retry_after_ms: Option<u64>,
    },
    /// The store must be enrolled, for the first time or again.
    #[error("{code}: {sentence_fr}")]
    EnrolAgain {
        /// Stable code.
        code: String,
        /// For the person, French.
        sentence_fr: String,
        /// For the person, Arabic.
        sentence_ar: String,
    },
    /// A defect of ours or of the disk: report it. The store stays usable.
    #[error("{code}: {detail}")]
    ReportBug {
        /// Stable code.
        code: String,
        /// For the person, French.
        sentence_fr: String,
        /// For the person, Arabic.
        sentence_ar: String,
        /// What happened, for developers, English, without personal data.
        detail: String,
    },
    /// The store was closed before or during the call: open it again.
    #[error("{code}: {sentence_fr}")]
    Closed {
        /// Stable code: `closed`.
        code: String,
        /// For the person, French.
        sentence_fr: String,
        /// For the person, Arabic.
        sentence_ar: String,
    },
}

/// The sentences of each code: code, French, Arabic.
const SENTENCES: &[(&str, &str, &str)] = &[
    (
        "not_an_id",
        "Cet identifiant n'en est pas un.",
        "هذا المعرف غير صحيح.",
    ),
    (
        "unknown_field",
        "Ce champ n'existe pas.",
        "هذا الحقل غير موجود.",
    ),
    (
        "not_found",
        "Cet élément n'est pas sur ce téléphone.",
        "هذا العنصر غير موجود في هذا الهاتف.",
    ),
    (
        "changed",
        "Les valeurs ont changé entre-temps : regardez-les de nouveau.",
        "تغيرت القيم في هذه الأثناء: انظر إليها من جديد.",
    ),
    (
        "rules_broken",
        "Il manque quelque chose pour terminer la visite.",
        "هناك ما ينقص لإنهاء الزيارة.",
    ),
    (
        "not_a_photo",
        "Ce fichier n'est pas une photo.",
        "هذا الملف ليس صورة.",
    ),
    (
        "photo_too_large",
        "Cette photo est trop grande.",
        "هذه الصورة كبيرة جدا.",
    ),
    (
        "photo_damaged",
        "Cette photo est abîmée : prenez-en une autre.",
        "هذه الصورة تالفة: التقط صورة أخرى.",
    ),
    (
        "file_unreadable",
        "Ce fichier ne peut pas être lu.",
        "لا يمكن قراءة هذا الملف.",
    ),
    (
        "file_unwritable",
        "Ce fichier ne peut pas être écrit à cet endroit.",
        "لا يمكن كتابة هذا الملف في هذا المكان.",
    ),
    (
        "bad_money",
        "Ce montant ou cette référence n'est pas valable : corrigez-le.",
        "هذا المبلغ أو المرجع غير صالح: صححه.",
    ),
    (
        "too_much",
        "La visite ou le dossier est plein : ouvrez une seconde visite.",
        "امتلأت الزيارة أو الملف: افتح زيارة ثانية.",
    ),
    (
        "not_undoable",
        "Il n'y a rien à annuler, ou quelqu'un a écrit depuis.",
        "لا شيء يمكن التراجع عنه، أو كتب شخص آخر بعد ذلك.",
    ),
    (
        "not_an_invitation",
        "Ce texte n'est pas une invitation complète : copiez-la en entier.",
        "هذا النص ليس دعوة كاملة: انسخها بأكملها.",
    ),
    (
        "already_open",
        "Ces données sont déjà ouvertes.",
        "هذه المعطيات مفتوحة من قبل.",
    ),
    (
        "bad_request",
        "Cette demande n'est pas valable.",
        "هذا الطلب غير صالح.",
    ),
    (
        "bad_reference",
        "Les données de référence ne peuvent pas être lues.",
        "لا يمكن قراءة المعطيات المرجعية.",
    ),
    (
        "no_position",
        "La position n'est pas connue pour le moment.",
        "الموقع غير معروف حاليا.",
    ),
    (
        "invitation_expired",
        "Cette invitation n'est plus valable : demandez-en une autre au bureau.",
        "لم تعد هذه الدعوة صالحة: اطلب دعوة أخرى من المكتب.",
    ),
    (
        "enrol_refused",
        "Le serveur a refusé ce téléphone : parlez-en au bureau.",
        "رفض الخادم هذا الهاتف: اتصل بالمكتب.",
    ),
    (
        "not_our_server",
        "Un autre serveur répond à la place du nôtre : vérifiez le réseau.",
        "خادم آخر يجيب مكان خادمنا: تحقق من الشبكة.",
    ),
    (
        "not_allowed",
        "Votre rôle ne permet pas cela.",
        "صفتك لا تسمح بذلك.",
    ),
    (
        "storage_full",
        "Le téléphone est plein : libérez de la place, rien n'est perdu.",
        "امتلأ الهاتف: أفرغ بعض المساحة، لم يضع شيء.",
    ),
    (
        "wrong_key",
        "La clé de ce téléphone n'ouvre pas ces données : demandez de l'aide au bureau.",
        "مفتاح هذا الهاتف لا يفتح هذه المعطيات: اطلب المساعدة من المكتب.",
    ),
    (
        "key_missing",
        "La clé de ces données a disparu de ce téléphone.",
        "اختفى مفتاح هذه المعطيات من هذا الهاتف.",
    ),
    (
        "key_store_failed",
        "Le coffre du téléphone ne répond pas : déverrouillez-le, puis recommencez.",
        "خزنة مفاتيح الهاتف لا تجيب: افتح قفل الهاتف ثم أعد المحاولة.",
    ),
    (
        "too_new",
        "Ces données viennent d'une version plus récente : mettez l'application à jour.",
        "هذه المعطيات من نسخة أحدث: حدّث التطبيق.",
    ),
    (
        "unreachable",
        "Le serveur ne répond pas : réessayez quand le réseau est meilleur.",
        "الخادم لا يجيب: أعد المحاولة عندما تتحسن الشبكة.",
    ),
    (
        "busy",
        "L'application est occupée : réessayez.",
        "التطبيق مشغول: أعد المحاولة.",
    ),
    (
        "not_enrolled",
        "Ce téléphone doit être inscrit : demandez une invitation au bureau.",
        "يجب تسجيل هذا الهاتف: اطلب دعوة من المكتب.",
    ),
    (
        "closed",
        "Ces données ont été fermées : rouvrez l'application.",
        "أُغلقت هذه المعطيات: أعد فتح التطبيق.",
    ),
];

/// What a person reads where only a developer can help.
const DEFECT: (&str, &str) = (
    "L'application a rencontré un défaut : signalez-le. Rien n'est perdu.",
    "صادف التطبيق خللا: بلّغ عنه. لم يضع شيء.",
);

fn sentences(code: &str) -> (String, String) {
    let found = SENTENCES.iter().find(|(of, _, _)| *of == code);
    let (fr, ar) = found.map_or(DEFECT, |(_, fr, ar)| (fr, ar));
    (fr.to_owned(), ar.to_owned())
}

impl JawlaError {
    pub(crate) fn fix(code: &str) -> Self {
        let (sentence_fr, sentence_ar) = sentences(code);
        Self::FixInput {
            code: code.to_owned(),
            sentence_fr,
            sentence_ar,
            field: None,
            violations: Vec::new(),
        }
    }

    pub(crate) fn unknown_field(key: &str) -> Self {
        let (sentence_fr, sentence_ar) = sentences("unknown_field");
        Self::FixInput {
            code: "unknown_field".to_owned(),
            sentence_fr,
            sentence_ar,
            field: Some(key.to_owned()),
            violations: Vec::new(),
        }
    }

    fn bad_value(key: &str, error: ValueError) -> Self {
        let code = match error {
            ValueError::WrongType => "value_of_wrong_type",
            ValueError::TooLong { .. } => "value_too_long",
            ValueError::ControlCharacter => "value_has_control_characters",
            ValueError::UnknownCode => "value_not_in_list",
            ValueError::OutOfBounds => "value_out_of_bounds",
            ValueError::Malformed => "value_malformed",
        };
        Self::FixInput {
            code: code.to_owned(),
            sentence_fr: error.sentence_fr(),
            sentence_ar: error.sentence_ar(),
            field: Some(key.to_owned()),
            violations: Vec::new(),
        }
    }

    fn rules_broken(violations: Vec<Violation>) -> Self {
        let (sentence_fr, sentence_ar) = sentences("rules_broken");
        Self::FixInput {
            code: "rules_broken".to_owned(),
            sentence_fr,
            sentence_ar,
            field: None,
            violations: violations.into_iter().map(RuleBroken::from).collect(),
        }
    }

    pub(crate) fn ask(code: &str) -> Self {
        let (sentence_fr, sentence_ar) = sentences(code);
        Self::AskPerson {
            code: code.to_owned(),
            sentence_fr,
            sentence_ar,
        }
    }

    fn not_allowed(reason: Reason) -> Self {
        Self::AskPerson {
            code: "not_allowed".to_owned(),
            sentence_fr: reason.sentence_fr().to_owned(),
            sentence_ar: reason.sentence_ar().to_owned(),
        }
    }

    pub(crate) fn wait(code: &str) -> Self {
        let (sentence_fr, sentence_ar) = sentences(code);
        Self::Wait {
            code: code.to_owned(),
            sentence_fr,
            sentence_ar,
            retry_after_ms: None,
        }
    }

    pub(crate) fn enrol() -> Self {
        let (sentence_fr, sentence_ar) = sentences("not_enrolled");
        Self::EnrolAgain {
            code: "not_enrolled".to_owned(),
            sentence_fr,
            sentence_ar,
        }
    }

    pub(crate) fn bug(code: &str, detail: impl std::fmt::Display) -> Self {
        let (sentence_fr, sentence_ar) = sentences(code);
        Self::ReportBug {
            code: code.to_owned(),
            sentence_fr,
            sentence_ar,
            detail: detail.to_string(),
        }
    }

    pub(crate) fn closed() -> Self {
        let (sentence_fr, sentence_ar) = sentences("closed");
        Self::Closed {
            code: "closed".to_owned(),
            sentence_fr,
            sentence_ar,
        }
    }

    /// Its stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::FixInput { code, .. }
            | Self::AskPerson { code, .. }
            | Self::Wait { code, .. }
            | Self::EnrolAgain { code, .. }
            | Self::ReportBug { code, .. }
            | Self::Closed { code, .. } => code,
        }
    }
}

impl From<ClientError> for JawlaError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Value { path, error } => {
                let key = path.rsplit('/').next().unwrap_or_default();
                Self::bad_value(key, error)
            }
            ClientError::RulesBroken(violations) => Self::rules_broken(violations),
            ClientError::Photo(error) => {
                use jawla_client::photo::PhotoError;
                Self::fix(match error {
                    PhotoError::NotAnImage => "not_a_photo",
                    PhotoError::TooManyPixels { .. } | PhotoError::TooLarge { .. } => {
                        "photo_too_large"
                    }
                    PhotoError::Truncated | PhotoError::Unreadable => "photo_damaged",
                })
            }
            ClientError::Invitation(_) | ClientError::Address(_) => Self::fix("not_an_invitation"),
            ClientError::TooMuch => Self::fix("too_much"),
            ClientError::NotFound(_) => Self::fix("not_found"),
            ClientError::NotYours => Self::ask("not_allowed"),
            ClientError::NotEnrolled => Self::enrol(),
            ClientError::Refused(_) => Self::ask("enrol_refused"),
            ClientError::Link(_) => Self::wait("unreachable"),
            ClientError::StorageFull => Self::ask("storage_full"),
            ClientError::WrongKey => Self::ask("wrong_key"),
            ClientError::TooNew => Self::ask("too_new"),
            ClientError::Closed => Self::closed(),
            ClientError::Defect(what) => Self::bug("defect", what),
            ClientError::Storage(error) => Self::bug("storage", error),
        }
    }
}

impl From<ViewError> for JawlaError {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Busy(_) => Self::wait("busy"),
            ViewError::TooManyScopes { .. } => Self::fix("bad_request"),
            ViewError::Store(cause) => match cause.downcast::<ClientError>() {
                Ok(cause) => (*cause).into(),
                Err(cause) => Self::bug("storage", cause),
            },
            other => Self::bug("storage", other),
        }
    }
}

impl From<CommandError> for JawlaError {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::NotFound => Self::fix("not_found"),
            CommandError::Changed => Self::fix("changed"),
            CommandError::BadValue { key, error } => Self::bad_value(key, error),
            CommandError::RulesBroken(violations) => Self::rules_broken(violations),
            CommandError::BadPhoto(PhotoFault::NotAPhoto) => Self::fix("not_a_photo"),
            CommandError::BadPhoto(PhotoFault::TooLarge) => Self::fix("photo_too_large"),
            CommandError::BadPhoto(PhotoFault::Damaged) => Self::fix("photo_damaged"),
            CommandError::BadMoney(_) => Self::fix("bad_money"),
            CommandError::TooMuch => Self::fix("too_much"),
            CommandError::NotUndoable => Self::fix("not_undoable"),
            CommandError::NotEnrolled => Self::enrol(),
            CommandError::NotAllowed(reason) => Self::not_allowed(reason),
            CommandError::StorageFull => Self::ask("storage_full"),
            CommandError::Busy => Self::wait("busy"),
            CommandError::Store(cause) => match cause.downcast::<ClientError>() {
                Ok(cause) => (*cause).into(),
                Err(cause) => Self::bug("storage", cause),
            },
        }
    }
}

impl From<EnrolFault> for JawlaError {
    fn from(fault: EnrolFault) -> Self {
        match fault {
            EnrolFault::NotAnInvitation => Self::fix("not_an_invitation"),
            EnrolFault::Expired => Self::ask("invitation_expired"),
            EnrolFault::Unreachable => Self::wait("unreachable"),
            EnrolFault::NotOurServer => Self::ask("not_our_server"),
            EnrolFault::StorageFull => Self::ask("storage_full"),
            EnrolFault::Refused => Self::ask("enrol_refused"),
            EnrolFault::Defect => Self::bug("enrol", "enrolment failed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_code_has_a_sentence_of_its_own_in_both_languages() {
        let arabic = |text: &str| text.chars().any(|c| ('\u{621}'..='\u{64a}').contains(&c));
        let mut seen = BTreeSet::new();
        for (code, fr, ar) in SENTENCES {
            assert!(fr.ends_with('.') && !arabic(fr), "{code}");
            assert!(ar.ends_with('.') && arabic(ar), "{code}");
            assert!(
                seen.insert(*code) && seen.insert(fr) && seen.insert(ar),
                "{code}"
            );
        }
        assert_eq!(JawlaError::ask("storage_full").code(), "storage_full");
        assert!(matches!(
            JawlaError::bug("defect", "x"),
            JawlaError::ReportBug { sentence_fr, .. } if sentence_fr == DEFECT.0
        ));
    }
}
