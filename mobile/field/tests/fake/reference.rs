//! The reference data of the province, as the server would send it.

use jawla_model::reference::{Commune, Named, ReferenceBundle};

const LISTS: &str = include_str!("../../../../data/reference.json");
const COMMUNES: &str = include_str!("../../../../data/khouribga/communes.csv");

pub fn bundle() -> ReferenceBundle {
    let mut bundle: ReferenceBundle = serde_json::from_str(LISTS).expect("the shipped lists");
    bundle.province = Named {
        code: "05.311".into(),
        name_fr: "Khouribga".into(),
        name_ar: "خريبكة".into(),
    };
    bundle.communes = COMMUNES.lines().skip(1).filter_map(commune).collect();
    bundle
}

fn commune(line: &str) -> Option<Commune> {
    let cells: Vec<&str> = line.split(',').collect();
    Some(Commune {
        code: (*cells.get(1)?).to_owned(),
        name_fr: (*cells.get(2)?).to_owned(),
        name_ar: (*cells.get(3)?).to_owned(),
        urban: *cells.get(4)? == "urban",
        cercle: cells
            .get(7)
            .filter(|code| !code.is_empty())
            .map(|code| (*code).to_owned()),
        population_2024: cells.get(8)?.parse().ok()?,
        households_2024: cells.get(9)?.parse().ok()?,
        population_2014: cells.get(10)?.parse().ok()?,
    })
}
