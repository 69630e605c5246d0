//! The reference bundle that ships with the product: the province of Khouribga, the programmes
//! of all periods, sectors, reasons. Another province is other files, not another program.

use jawla_model::reference::{Commune, Named, ReferenceBundle};

const LISTS: &str = include_str!("../../data/reference.json");
const COMMUNES: &str = include_str!("../../data/khouribga/communes.csv");
const PROVINCES: &str = include_str!("../../data/khouribga/provinces.csv");
const CERCLES: &str = include_str!("../../data/khouribga/cercles.csv");

/// The bundle's files do not have the form they should: a defect of what was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reference data in {file} cannot be read")]
pub struct ReferenceError {
    /// Which file.
    pub file: &'static str,
}

/// Reads the bundle.
///
/// # Errors
/// [`ReferenceError`] names the file that is broken.
pub fn shipped() -> Result<ReferenceBundle, ReferenceError> {
    let mut bundle: ReferenceBundle = serde_json::from_str(LISTS).map_err(|_| ReferenceError {
        file: "reference.json",
    })?;
    bundle.communes = communes().ok_or(ReferenceError {
        file: "communes.csv",
    })?;
    bundle.cercles = named(CERCLES).ok_or(ReferenceError {
        file: "cercles.csv",
    })?;
    let mut provinces = named(PROVINCES)
        .ok_or(ReferenceError {
            file: "provinces.csv",
        })?
        .into_iter();
    bundle.province = provinces.next().ok_or(ReferenceError {
        file: "provinces.csv",
    })?;
    Ok(bundle)
}

fn rows(text: &'static str) -> Option<Vec<std::collections::BTreeMap<String, String>>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .ok()
}

fn communes() -> Option<Vec<Commune>> {
    let read = |row: std::collections::BTreeMap<String, String>| {
        let text = |key: &str| row.get(key).cloned();
        let number = |key: &str| row.get(key)?.parse().ok();
        Some(Commune {
            code: text("code_digits")?,
            name_fr: text("name_fr")?,
            name_ar: text("name_ar")?,
            urban: row.get("type")? == "urban",
            cercle: text("cercle_code").filter(|code| !code.is_empty()),
            population_2024: number("population_2024")?,
            households_2024: number("households_2024")?,
            population_2014: number("population_2014")?,
        })
    };
    rows(COMMUNES)?.into_iter().map(read).collect()
}

fn named(text: &'static str) -> Option<Vec<Named>> {
    let read = |row: std::collections::BTreeMap<String, String>| {
        Some(Named {
            code: row.get("code")?.clone(),
            name_fr: row.get("name_fr")?.clone(),
            name_ar: row.get("name_ar")?.clone(),
        })
    };
    rows(text)?.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::shipped;

    #[test]
    fn the_province_is_whole() {
        let bundle = shipped().unwrap();
        assert_eq!(bundle.communes.len(), 31);
        assert_eq!(
            bundle
                .communes
                .iter()
                .filter(|commune| commune.urban)
                .count(),
            5
        );
        assert_eq!(bundle.cercles.len(), 3);
        assert_eq!(bundle.province.name_fr, "Khouribga");
        for code in ["III-P1", "III-P2", "III-P3", "III-P4", "I-R", "II-T"] {
            assert!(bundle.programme(code).is_some(), "{code}");
        }
        for code in ["EAU", "PIS", "EDU", "JEU"] {
            assert!(bundle.sector(code).is_some(), "{code}");
        }
        assert!(bundle.reason("FONC").is_some());
        let found = bundle
            .find_commune("أولاد عبدون")
            .map(|commune| commune.code.as_str());
        assert_eq!(found, Some("053110513"));
    }
}
