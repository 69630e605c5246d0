//! The two languages of every page, paper and error.

use serde::{Deserialize, Serialize};

/// A language that people read Jawla in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French, as written in Morocco.
    #[default]
    Fr,
    /// Arabic, as written in Morocco, with Western digits.
    Ar,
}

impl Language {
    /// Both, in the order of the switch.
    pub const ALL: &'static [Self] = &[Language::Fr, Language::Ar];

    /// The code that is stored and stands in addresses: `fr`, `ar`.
    pub const fn code(self) -> &'static str {
        match self {
            Language::Fr => "fr",
            Language::Ar => "ar",
        }
    }

    /// The language with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.code() == code)
    }

    /// The value of `lang` on a page: `fr-MA`, `ar-MA`.
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Fr => "fr-MA",
            Language::Ar => "ar-MA",
        }
    }

    /// The value of `dir` on a page.
    pub const fn direction(self) -> &'static str {
        match self {
            Language::Fr => "ltr",
            Language::Ar => "rtl",
        }
    }

    /// Its own name, for the switch.
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::Fr => "Français",
            Language::Ar => "العربية",
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Language::Fr => Language::Ar,
            Language::Ar => Language::Fr,
        }
    }

    /// One of two texts: that of this language, or the other where it is empty.
    pub fn choose<'a>(self, fr: &'a str, ar: &'a str) -> &'a str {
        match self {
            Language::Fr if !fr.is_empty() => fr,
            Language::Ar if ar.is_empty() => fr,
            _ => ar,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_text_is_shown_in_the_other_language() {
        assert_eq!(Language::Fr.choose("École", "مدرسة"), "École");
        assert_eq!(Language::Fr.choose("", "مدرسة"), "مدرسة");
        assert_eq!(Language::Ar.choose("École", "مدرسة"), "مدرسة");
        assert_eq!(Language::Ar.choose("École", ""), "École");
        assert_eq!(Language::from_code("ar"), Some(Language::Ar));
        assert_eq!(Language::from_code("en"), None);
    }
}
