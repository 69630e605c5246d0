//! The communes of the province, with a point inside or near each.

use std::sync::LazyLock;

/// A commune and what the world needs of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Commune {
    /// HCP code, nine digits without dots: `053110513`.
    pub code: String,
    /// French name, as HCP spells it.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// Code of its rural cercle with dots; empty for an urban commune.
    pub cercle_code: String,
    /// Legal population, census of 2024.
    pub population_2024: u64,
    /// Latitude of the mean of its outline, ten-millionths of a degree.
    pub latitude_e7: i32,
    /// Longitude of the same point.
    pub longitude_e7: i32,
}

impl Commune {
    /// Whether it belongs to a rural cercle.
    pub fn is_rural(&self) -> bool {
        !self.cercle_code.is_empty()
    }
}

const COMMUNES_CSV: &str = include_str!("../../../data/khouribga/communes.csv");
const SHAPES: &str = include_str!("../../../data/khouribga/communes.geojson");

#[derive(serde::Deserialize)]
struct CommuneLine {
    code: String,
    code_digits: String,
    name_fr: String,
    name_ar: String,
    cercle_code: String,
    population_2024: u64,
}

#[derive(serde::Deserialize)]
struct Shapes {
    features: Vec<Shape>,
}

#[derive(serde::Deserialize)]
struct Shape {
    properties: ShapeProperties,
    geometry: Outline,
}

#[derive(serde::Deserialize)]
struct ShapeProperties {
    code: String,
}

#[derive(serde::Deserialize)]
struct Outline {
    /// Rings of longitude and latitude; the first is the outer one.
    coordinates: Vec<Vec<[f64; 2]>>,
}

/// The 31 communes, by code.
pub fn communes() -> &'static [Commune] {
    static COMMUNES: LazyLock<Vec<Commune>> = LazyLock::new(read_communes);
    &COMMUNES
}

/// The commune with that nine-digit code.
pub fn commune(code: &str) -> Option<&'static Commune> {
    communes().iter().find(|commune| commune.code == code)
}

fn read_communes() -> Vec<Commune> {
    // Both files are compiled in; a test reads all of them, so that a bad one is seen there.
    let shapes: Shapes = serde_json::from_str(SHAPES).unwrap_or(Shapes {
        features: Vec::new(),
    });
    let mut reader = csv::Reader::from_reader(COMMUNES_CSV.as_bytes());
    let mut communes: Vec<Commune> = reader
        .deserialize::<CommuneLine>()
        .filter_map(Result::ok)
        .filter_map(|line| {
            let shape = shapes
                .features
                .iter()
                .find(|shape| shape.properties.code == line.code)?;
            let (latitude_e7, longitude_e7) = middle(shape.geometry.coordinates.first()?);
            Some(Commune {
                code: line.code_digits,
                name_fr: line.name_fr,
                name_ar: line.name_ar,
                cercle_code: line.cercle_code,
                population_2024: line.population_2024,
                latitude_e7,
                longitude_e7,
            })
        })
        .collect();
    communes.sort_by(|a, b| a.code.cmp(&b.code));
    communes
}

/// The mean of an outline's points: near enough for a project's position.
fn middle(ring: &[[f64; 2]]) -> (i32, i32) {
    let count = ring.len().max(1) as f64;
    let longitude: f64 = ring.iter().map(|point| point[0]).sum::<f64>() / count;
    let latitude: f64 = ring.iter().map(|point| point[1]).sum::<f64>() / count;
    (
        (latitude * 1e7).round() as i32,
        (longitude * 1e7).round() as i32,
    )
}

/// The nearest other commune of the same cercle, for projects that span two; `None` for a commune
/// without a rural cercle.
pub fn neighbour(commune: &Commune) -> Option<&'static Commune> {
    let distance = |other: &Commune| {
        let north = i64::from(other.latitude_e7 - commune.latitude_e7);
        let east = i64::from(other.longitude_e7 - commune.longitude_e7);
        north * north + east * east
    };
    communes()
        .iter()
        .filter(|other| commune.is_rural() && other.cercle_code == commune.cercle_code)
        .filter(|other| other.code != commune.code)
        .min_by_key(|other| distance(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_31_communes_are_read_with_names_population_and_a_point_in_the_province() {
        let all = communes();
        assert_eq!(all.len(), 31);
        assert_eq!(all.iter().filter(|commune| !commune.is_rural()).count(), 5);
        assert_eq!(
            all.iter()
                .map(|commune| commune.population_2024)
                .sum::<u64>(),
            525_145
        );
        for commune in all {
            assert!(commune.code.len() == 9 && commune.code.starts_with("05311"));
            assert!(!commune.name_fr.is_empty() && !commune.name_ar.is_empty());
            assert!(
                (324_000_000..334_200_000).contains(&commune.latitude_e7),
                "{commune:?}"
            );
            assert!(
                (-72_500_000..-60_000_000).contains(&commune.longitude_e7),
                "{commune:?}"
            );
        }
        assert_eq!(commune("053110513").unwrap().name_fr, "Oulad Abdoune");
    }

    #[test]
    fn a_rural_commune_has_a_neighbour_in_its_cercle() {
        for commune in communes() {
            match neighbour(commune) {
                Some(other) => {
                    assert_eq!(other.cercle_code, commune.cercle_code);
                    assert_ne!(other.code, commune.code);
                }
                None => assert!(!commune.is_rural(), "{}", commune.code),
            }
        }
    }
}
