//! Why a change was not accepted: one list for the guard, the wire, the stores and the pages.

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($variant:ident $number:literal $code:literal $fr:literal $ar:literal;)*) => {
        /// Why a change was refused or quarantined. The number travels; it is never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Reason {
            $(#[doc = $fr] #[serde(rename = $code)] $variant,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its number on the wire.
            pub const fn number(self) -> u8 {
                match self { $(Self::$variant => $number,)* }
            }

            /// The reason with that number; a newer server's reason reads as [`Reason::Unknown`].
            pub fn from_number(number: u8) -> Self {
                Self::ALL.iter().copied().find(|r| r.number() == number).unwrap_or(Self::Unknown)
            }

            /// Its stable code, for logs and machines.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// A sentence for a person, French.
            pub const fn sentence_fr(self) -> &'static str {
                match self { $(Self::$variant => $fr,)* }
            }

            /// The same, Arabic.
            pub const fn sentence_ar(self) -> &'static str {
                match self { $(Self::$variant => $ar,)* }
            }
        }
    };
}

reasons! {
    Unknown 0 "UNKNOWN" "Motif inconnu de cette version de l'application."
        "سبب لا تعرفه هذه النسخة من التطبيق.";
    TooLarge 1 "TOO_LARGE" "La modification est trop grande."
        "حجم التعديل كبير جدا.";
    NotAChange 2 "NOT_A_CHANGE" "Le contenu reçu n'est pas une modification lisible."
        "المحتوى المتوصل به ليس تعديلا مقروءا.";
    WrongHash 3 "WRONG_HASH" "Le contenu reçu ne correspond pas à son empreinte."
        "المحتوى المتوصل به لا يطابق بصمته.";
    BadHeader 4 "BAD_HEADER" "L'en-tête de la modification n'est pas valable."
        "ترويسة التعديل غير صالحة.";
    MissingDependency 5 "MISSING_DEPENDENCY" "La modification s'appuie sur une autre qui manque."
        "التعديل مبني على تعديل آخر غير موجود.";
    WrongActor 6 "WRONG_ACTOR" "La modification n'a pas été écrite par ce téléphone."
        "هذا التعديل لم يكتبه هذا الهاتف.";
    Fork 7 "FORK" "Deux modifications différentes portent le même numéro."
        "تعديلان مختلفان يحملان الرقم نفسه.";
    WrongOrder 8 "WRONG_ORDER" "La modification n'est pas à sa place dans la suite de son auteur."
        "التعديل ليس في مكانه ضمن تسلسل صاحبه.";
    TooManyOperations 9 "TOO_MANY_OPERATIONS" "La modification contient trop d'opérations."
        "التعديل يتضمن عمليات كثيرة جدا.";
    BadColumns 10 "BAD_COLUMNS" "Le contenu de la modification est mal formé."
        "محتوى التعديل غير سليم.";
    Unreadable 11 "UNREADABLE" "La modification n'a pas pu être lue sans risque."
        "تعذرت قراءة التعديل بأمان.";
    NotCanonical 12 "NOT_CANONICAL" "La modification ne se relit pas à l'identique."
        "إعادة قراءة التعديل لا تعطي المحتوى نفسه.";
    Role 13 "ROLE" "Ce rôle n'a pas le droit d'écrire ici."
        "هذه الصفة لا تخول الكتابة هنا.";
    OutsideVisit 14 "OUTSIDE_VISIT" "Une visite n'écrit qu'en elle-même."
        "الزيارة لا تكتب إلا داخلها.";
    Schema 15 "SCHEMA" "La modification sort du cadre du dossier."
        "التعديل خارج إطار الملف.";
    Skeleton 16 "SKELETON" "Le début du dossier n'est pas celui attendu."
        "بداية الملف ليست البداية المنتظرة.";
    DocumentTooLarge 17 "DOCUMENT_TOO_LARGE" "Le dossier dépasserait la taille permise."
        "حجم الملف سيتجاوز الحد المسموح به.";
    Depends 18 "DEPENDS" "La modification s'appuie sur une autre qui n'a pas été acceptée."
        "التعديل مبني على تعديل آخر لم يُقبل.";
    MembershipEnded 19 "MEMBERSHIP_ENDED" "L'auteur n'était plus membre à l'arrivée."
        "صاحب التعديل لم يعد عضوا عند وصوله.";
    Cloned 20 "CLONED" "Ce téléphone existe en double."
        "توجد نسختان من هذا الهاتف.";
    Unproved 21 "UNPROVED" "Rien ne prouve que cette suite avait été acceptée."
        "لا شيء يثبت أن هذا التسلسل قد قُبل.";
    NeverAllowed 22 "NEVER_ALLOWED" "L'auteur n'a jamais eu le droit d'écrire ici."
        "لم يكن لصاحب التعديل قط حق الكتابة هنا.";
    Signature 23 "SIGNATURE" "La signature n'est pas valable."
        "التوقيع غير صالح.";
    Revoked 24 "REVOKED" "Les droits de ce téléphone ont été retirés."
        "سُحبت حقوق هذا الهاتف.";
    UnknownKind 25 "UNKNOWN_KIND" "Ce genre d'entrée n'est pas accepté d'un téléphone."
        "هذا النوع من القيود لا يُقبل من هاتف.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Reason;

    #[test]
    fn numbers_are_unique_and_unknown_ones_are_kept_readable() {
        let numbers: BTreeSet<u8> = Reason::ALL.iter().map(|r| r.number()).collect();
        assert_eq!(numbers.len(), Reason::ALL.len());
        assert_eq!(Reason::from_number(13), Reason::Role);
        assert_eq!(Reason::from_number(250), Reason::Unknown);
    }

    #[test]
    fn each_reason_is_a_sentence_of_its_own_in_both_languages() {
        let arabic = |text: &str| text.chars().any(|c| ('\u{621}'..='\u{64a}').contains(&c));
        let mut sentences = BTreeSet::new();
        for reason in Reason::ALL {
            let (fr, ar) = (reason.sentence_fr(), reason.sentence_ar());
            assert!(fr.ends_with('.') && !arabic(fr), "{fr}");
            assert!(ar.ends_with('.') && arabic(ar), "{ar}");
            assert!(sentences.insert(fr) && sentences.insert(ar), "{reason:?}");
        }
    }
}
