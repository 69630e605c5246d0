//! Names of projects, communes and programmes as pages show them.

use jawla_model::Language;
use jawla_model::reference::{Commune, ReferenceBundle};
use jawla_ui::Texts;

use crate::format::plain;
use crate::limits;

/// The title of a project in the language it has.
pub(crate) struct Title {
    pub(crate) text: String,
    /// The language of the text, which the element around it says where the page is in another.
    pub(crate) language: Language,
    page: Language,
}

impl Title {
    /// The title in the language of the page; the other one where there is none.
    pub(crate) fn of(t: Texts, title_fr: &str, title_ar: &str) -> Self {
        let (french, arabic) = (plain(title_fr), plain(title_ar));
        let chosen = match (t.language, french.is_empty(), arabic.is_empty()) {
            (_, true, true) => None,
            (Language::Fr, false, _) | (Language::Ar, false, true) => Some((Language::Fr, french)),
            (Language::Ar, _, false) | (Language::Fr, true, false) => Some((Language::Ar, arabic)),
        };
        let (language, text) =
            chosen.unwrap_or_else(|| (t.language, t.get("office-projects-no-title")));
        Self {
            text,
            language,
            page: t.language,
        }
    }

    /// Whether the text is in another language than the page.
    pub(crate) fn is_foreign(&self) -> bool {
        self.language != self.page
    }
}

/// Something to choose in a filter or a form.
pub(crate) struct Choice {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) chosen: Chosen,
}

/// Whether a choice is the one made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chosen {
    Yes,
    No,
}

impl Choice {
    pub(crate) fn new(code: &str, name: String, chosen: Option<&str>) -> Self {
        let chosen = if chosen == Some(code) {
            Chosen::Yes
        } else {
            Chosen::No
        };
        Self {
            code: code.to_owned(),
            name,
            chosen,
        }
    }

    pub(crate) fn is_chosen(&self) -> bool {
        self.chosen == Chosen::Yes
    }
}

/// Names by code, from the reference bundle; a code without a name stands for itself.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    t: Texts,
    reference: &'a ReferenceBundle,
}

impl<'a> Names<'a> {
    pub(crate) fn of(t: Texts, reference: &'a ReferenceBundle) -> Self {
        Self { t, reference }
    }

    /// The programme's name; empty where only the code is known.
    pub(crate) fn programme(&self, code: &str) -> String {
        self.reference
            .programme(code)
            .map(|one| plain(self.t.choose(&one.name_fr, &one.name_ar)))
            .unwrap_or_default()
    }

    /// The sector's name, or its code.
    pub(crate) fn sector(&self, code: &str) -> String {
        self.reference.sector(code).map_or_else(
            || plain(code),
            |one| plain(self.t.choose(&one.name_fr, &one.name_ar)),
        )
    }

    /// The name of a reason of difficulty, or its code.
    pub(crate) fn reason(&self, code: &str) -> String {
        self.reference.reason(code).map_or_else(
            || plain(code),
            |one| plain(self.t.choose(&one.name_fr, &one.name_ar)),
        )
    }

    /// The communes of a project in one line.
    pub(crate) fn communes(&self, joined: &str) -> String {
        let codes: Vec<&str> = joined.split('+').filter(|code| !code.is_empty()).collect();
        if codes.is_empty() {
            return self.t.get("office-projects-no-commune");
        }
        let named: Vec<String> = codes
            .iter()
            .take(limits::COMMUNES_NAMED_MAX)
            .map(|code| self.commune(code))
            .collect();
        let line = named.join(self.between());
        match codes.len().saturating_sub(named.len()) {
            0 => line,
            others => format!(
                "{line} {}",
                self.t.count(
                    "office-projects-others",
                    i64::try_from(others).unwrap_or(i64::MAX)
                )
            ),
        }
    }

    /// What stands between the parts of a list.
    pub(crate) const fn between(&self) -> &'static str {
        match self.t.language {
            Language::Fr => ", ",
            Language::Ar => "، ",
        }
    }

    /// A commune's name, or its code.
    pub(crate) fn commune(&self, code: &str) -> String {
        self.reference.commune(code).map_or_else(
            || plain(code),
            |one| plain(self.t.choose(&one.name_fr, &one.name_ar)),
        )
    }

    /// The communes that a project lies in and this office knows.
    pub(crate) fn known_communes(&self, joined: &str) -> Vec<&'a Commune> {
        joined
            .split('+')
            .filter_map(|code| self.reference.commune(code))
            .collect()
    }

    /// Communes to choose from, by name; a chosen one that nobody knows is kept.
    pub(crate) fn commune_choices(&self, chosen: Option<&str>) -> Vec<Choice> {
        let mut choices: Vec<Choice> = self
            .reference
            .communes
            .iter()
            .map(|one| {
                let name = plain(self.t.choose(&one.name_fr, &one.name_ar));
                Choice::new(&one.code, name, chosen)
            })
            .collect();
        choices.sort_by_cached_key(|choice| jawla_model::fold::fold(&choice.name));
        keep_unknown(&mut choices, chosen);
        choices
    }

    /// Sectors to choose from, in the bundle's order.
    pub(crate) fn sector_choices(&self, chosen: Option<&str>) -> Vec<Choice> {
        let mut choices: Vec<Choice> = self
            .reference
            .sectors
            .iter()
            .map(|one| {
                let name = plain(self.t.choose(&one.name_fr, &one.name_ar));
                Choice::new(&one.code, name, chosen)
            })
            .collect();
        keep_unknown(&mut choices, chosen);
        choices
    }

    /// Every programme there is, to choose from.
    pub(crate) fn all_programme_choices(&self, chosen: Option<&str>) -> Vec<Choice> {
        let codes = self
            .reference
            .programmes
            .iter()
            .map(|one| one.code.as_str());
        self.programme_choices(codes, chosen)
    }

    /// Programmes to choose from: those that have projects and a code that an address can say;
    /// a chosen one without any is kept.
    pub(crate) fn programme_choices<'c>(
        &self,
        codes: impl IntoIterator<Item = &'c str>,
        chosen: Option<&str>,
    ) -> Vec<Choice> {
        let named = |code: &str| match self.programme(code) {
            name if name.is_empty() => plain(code),
            name => format!("{} – {name}", plain(code)),
        };
        let mut choices: Vec<Choice> = codes
            .into_iter()
            .filter(|code| !code.is_empty() && plain(code) == *code)
            .map(|code| Choice::new(code, named(code), chosen))
            .collect();
        keep_unknown(&mut choices, chosen);
        choices
    }
}

fn keep_unknown(choices: &mut Vec<Choice>, chosen: Option<&str>) {
    if let Some(code) = chosen
        && !code.is_empty()
        && !choices.iter().any(Choice::is_chosen)
    {
        choices.push(Choice::new(code, plain(code), chosen));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_shown_in_the_language_it_has() {
        let (fr, ar) = (Texts::of(Language::Fr), Texts::of(Language::Ar));
        let arabic = Title::of(fr, " ", "دار الطالبة");
        assert_eq!(
            (arabic.text.as_str(), arabic.is_foreign()),
            ("دار الطالبة", true)
        );
        assert!(!Title::of(fr, "Piste", "مسلك").is_foreign());
        assert_eq!(Title::of(ar, "Piste", "مسلك").text, "مسلك");
        assert!(Title::of(ar, "Piste", "").is_foreign());
        assert_eq!(Title::of(fr, "", "\u{202e}").text, "Sans intitulé");
    }

    #[test]
    fn communes_stand_in_one_line() {
        let reference = ReferenceBundle::default();
        let names = Names::of(Texts::of(Language::Fr), &reference);
        assert_eq!(names.communes("1+2"), "1, 2");
        assert_eq!(names.communes("1+2+3+4+5"), "1, 2, 3 et 2 autres");
        assert_eq!(names.communes(""), "commune non renseignée");
    }
}
