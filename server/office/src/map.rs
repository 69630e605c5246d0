//! The communes of the province, drawn: shapes projected once, positions onto the same sheet.

use std::sync::LazyLock;

use serde::Deserialize;

/// The shapes that are shipped; the line on their origin stands on every page that shows them.
pub(crate) const SHAPES: &str = include_str!("../../../data/khouribga/communes.geojson");

/// Width of the sheet, in units of the drawing.
pub(crate) const WIDTH: f64 = 1_000.0;
/// Room around the province.
const MARGIN: f64 = 12.0;

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    code: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

/// One commune on the sheet.
pub(crate) struct Shape {
    /// HCP code, nine digits.
    pub(crate) code: String,
    /// The outline, as the `d` of a path.
    pub(crate) outline: String,
    /// Where its name stands.
    pub(crate) label: (i32, i32),
    /// How wide it is, in units of the sheet.
    pub(crate) width: i32,
}

/// The sheet: every shape, and how positions come onto it.
pub(crate) struct Sheet {
    /// The communes.
    pub(crate) shapes: Vec<Shape>,
    /// Height of the sheet, in its units.
    pub(crate) height: i32,
    projection: Projection,
}

/// Longitudes shrunk by the cosine of the middle latitude: true to a thousandth in a province.
struct Projection {
    west: f64,
    north: f64,
    scale: f64,
    narrow: f64,
}

impl Projection {
    fn place(&self, longitude: f64, latitude: f64) -> (f64, f64) {
        (
            (longitude - self.west) * self.narrow * self.scale + MARGIN,
            (self.north - latitude) * self.scale + MARGIN,
        )
    }
}

static SHEET: LazyLock<Sheet> = LazyLock::new(|| draw(SHAPES));

/// The map of the province.
pub(crate) fn sheet() -> &'static Sheet {
    &SHEET
}

impl Sheet {
    /// Where a position (ten-millionths of a degree) lies; `None` off the sheet.
    pub(crate) fn place(&self, latitude_e7: i32, longitude_e7: i32) -> Option<(i32, i32)> {
        let (x, y) = self
            .projection
            .place(f64::from(longitude_e7) / 1e7, f64::from(latitude_e7) / 1e7);
        let inside = (0.0..=WIDTH).contains(&x) && (0.0..=f64::from(self.height)).contains(&y);
        inside.then(|| (whole(x), whole(y)))
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "units of a sheet of a thousand, and the cast saturates"
)]
fn whole(number: f64) -> i32 {
    number.round() as i32
}

fn rings(geometry: &Geometry) -> Vec<&[[f64; 2]]> {
    match geometry {
        Geometry::Polygon(rings) => rings.iter().map(Vec::as_slice).collect(),
        Geometry::MultiPolygon(parts) => parts.iter().flatten().map(Vec::as_slice).collect(),
    }
}

fn draw(text: &str) -> Sheet {
    let features = serde_json::from_str::<Collection>(text)
        .map(|collection| collection.features)
        .unwrap_or_default();
    let points = || {
        features
            .iter()
            .flat_map(|feature| rings(&feature.geometry))
            .flatten()
    };
    let (mut west, mut east) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut south, mut north) = (f64::INFINITY, f64::NEG_INFINITY);
    for [longitude, latitude] in points() {
        (west, east) = (west.min(*longitude), east.max(*longitude));
        (south, north) = (south.min(*latitude), north.max(*latitude));
    }
    let narrow = ((south + north) / 2.0).to_radians().cos();
    let projection = Projection {
        west,
        north,
        scale: (WIDTH - 2.0 * MARGIN) / ((east - west) * narrow),
        narrow,
    };
    Sheet {
        shapes: features.iter().map(|one| shape(&projection, one)).collect(),
        height: whole((north - south) * projection.scale + 2.0 * MARGIN),
        projection,
    }
}

fn shape(projection: &Projection, feature: &Feature) -> Shape {
    let mut outline = String::new();
    let mut largest: (f64, (f64, f64), f64) = (0.0, (0.0, 0.0), 0.0);
    for ring in rings(&feature.geometry) {
        let placed: Vec<(f64, f64)> = ring
            .iter()
            .map(|[longitude, latitude]| projection.place(*longitude, *latitude))
            .collect();
        for (index, (x, y)) in placed.iter().enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            outline.push_str(&format!("{letter}{x:.1} {y:.1}"));
        }
        outline.push('Z');
        let (area, centre) = centre(&placed);
        if area > largest.0 {
            largest = (area, centre, width(&placed));
        }
    }
    Shape {
        code: feature.properties.code.replace('.', ""),
        outline,
        label: (whole(largest.1.0), whole(largest.1.1)),
        width: whole(largest.2),
    }
}

fn width(ring: &[(f64, f64)]) -> f64 {
    let xs = || ring.iter().map(|(x, _)| *x);
    xs().fold(0.0, f64::max) - xs().fold(f64::INFINITY, f64::min)
}

/// Area and centre of gravity of a ring.
fn centre(ring: &[(f64, f64)]) -> (f64, (f64, f64)) {
    let (mut twice, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    let following = ring.iter().cycle().skip(1);
    for ((x, y), (x_next, y_next)) in ring.iter().zip(following) {
        let cross = x * y_next - x_next * y;
        twice += cross;
        x_sum += (x + x_next) * cross;
        y_sum += (y + y_next) * cross;
    }
    if twice == 0.0 {
        return (0.0, (0.0, 0.0));
    }
    (
        twice.abs() / 2.0,
        (x_sum / (3.0 * twice), y_sum / (3.0 * twice)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commune_is_drawn_on_the_sheet() {
        let sheet = sheet();
        assert_eq!(sheet.shapes.len(), 31);
        for shape in &sheet.shapes {
            assert_eq!(shape.code.len(), 9, "{}", shape.code);
            assert!(shape.outline.starts_with('M') && shape.outline.ends_with('Z'));
            let (x, y) = shape.label;
            assert!((0..=1_000).contains(&x) && (0..=sheet.height).contains(&y));
        }
        // The town of Khouribga lies on it, Paris does not.
        assert!(sheet.place(328_800_000, -69_100_000).is_some());
        assert_eq!(sheet.place(488_500_000, 23_500_000), None);
    }
}
