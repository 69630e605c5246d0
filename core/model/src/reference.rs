//! The reference bundle: communes, programmes, sectors, reasons. Data, versioned and signed by
//! the server, so that another province or period needs no other program.

use serde::{Deserialize, Serialize};

use crate::fold::fold;

/// Something with a code and a name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Named {
    /// Its code, as stored in documents.
    pub code: String,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
}

/// A period of the programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// `I`, `II`, `III`.
    pub code: String,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// First year.
    pub from_year: u16,
    /// Last year known, both included; absent while it runs.
    #[serde(default)]
    pub to_year: Option<u16>,
}

/// A programme of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Its code, unique over all periods: `III-P1`.
    pub code: String,
    /// The period's code.
    pub period: String,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
}

/// A commune, with the census figures of 2014 and 2024 (HCP).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commune {
    /// HCP code, nine digits without dots: `053110513`.
    pub code: String,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// Whether it is an urban commune.
    pub urban: bool,
    /// Code of its cercle; none for an urban commune.
    #[serde(default)]
    pub cercle: Option<String>,
    /// Legal population, census of 2024.
    pub population_2024: u32,
    /// Households, census of 2024.
    pub households_2024: u32,
    /// Legal population, census of 2014.
    pub population_2014: u32,
}

/// Everything a phone and the office must agree on before they speak of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ReferenceBundle {
    /// Rises with each publication.
    pub version: u32,
    /// The province itself.
    #[serde(default)]
    pub province: Named,
    /// Periods of the programme.
    pub periods: Vec<Period>,
    /// Programmes, by period.
    pub programmes: Vec<Programme>,
    /// Sectors.
    pub sectors: Vec<Named>,
    /// Reasons for difficulties.
    pub reasons: Vec<Named>,
    /// Communes of the province.
    #[serde(default)]
    pub communes: Vec<Commune>,
    /// Cercles of the province.
    #[serde(default)]
    pub cercles: Vec<Named>,
}

impl ReferenceBundle {
    /// The commune with that code.
    pub fn commune(&self, code: &str) -> Option<&Commune> {
        self.communes.iter().find(|commune| commune.code == code)
    }

    /// The commune a person means by a code (dots allowed) or by a French or Arabic name.
    pub fn find_commune(&self, text: &str) -> Option<&Commune> {
        let digits: String = text.chars().filter(|c| *c != '.').collect();
        let name = fold(text);
        self.communes.iter().find(|commune| {
            commune.code == digits
                || fold(&commune.name_fr) == name
                || fold(&commune.name_ar) == name
        })
    }

    /// The programme with that code.
    pub fn programme(&self, code: &str) -> Option<&Programme> {
        self.programmes
            .iter()
            .find(|programme| programme.code == code)
    }

    /// The sector with that code.
    pub fn sector(&self, code: &str) -> Option<&Named> {
        self.sectors.iter().find(|sector| sector.code == code)
    }

    /// The reason with that code.
    pub fn reason(&self, code: &str) -> Option<&Named> {
        self.reasons.iter().find(|reason| reason.code == code)
    }
}
