//! What the census says of the communes: 2014 and 2024 side by side. Compiled in; the source
//! stands beside every list of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jawla_ui::Texts;

/// One value a line: commune, indicator, year, sex, value, unit.
const INDICATORS: &str = include_str!("../../../data/khouribga/indicators.csv");

/// Those that a sheet shows, in its order; the key of the text is made from the name.
const SHOWN: [&str; 7] = [
    "households_with_electricity",
    "households_with_running_water",
    "households_on_public_sewer",
    "mean_distance_to_paved_road",
    "illiteracy_rate_10_plus",
    "schooling_rate_6_to_11",
    "unemployment_rate",
];

/// Value and unit by year.
type Years = BTreeMap<u16, (String, String)>;

static FACTS: LazyLock<BTreeMap<(String, String), Years>> = LazyLock::new(read);

fn read() -> BTreeMap<(String, String), Years> {
    let mut facts: BTreeMap<_, Years> = BTreeMap::new();
    for line in INDICATORS.lines().skip(1) {
        let mut cells = line.split(',');
        let mut next = || cells.next().unwrap_or_default().trim();
        let (code, indicator, year) = (next().replace('.', ""), next(), next());
        let (sex, value, unit) = (next(), next(), next());
        if let (Ok(year), "all") = (year.parse(), sex) {
            facts
                .entry((code, indicator.to_owned()))
                .or_default()
                .insert(year, (value.to_owned(), unit.to_owned()));
        }
    }
    facts
}

/// Name and value of every indicator known of a commune: `62,1 % (2014) → 70,4 % (2024)`.
pub(crate) fn of(t: Texts, commune: &str) -> Vec<(String, String)> {
    SHOWN
        .iter()
        .filter_map(|indicator| {
            let years = FACTS.get(&(commune.to_owned(), (*indicator).to_owned()))?;
            let values: Vec<String> = years
                .iter()
                .map(|(year, (value, unit))| {
                    let value = value.replace('.', ",");
                    let said = match unit.as_str() {
                        "percent" => format!("{value}\u{202f}% ({year})"),
                        _ => t.with_all(
                            "office-facts-km",
                            &[("value", &value), ("year", &year.to_string())],
                        ),
                    };
                    // Each value by itself, so that the years follow the direction of the page.
                    format!("\u{2068}{said}\u{2069}")
                })
                .collect();
            let arrow = match t.language {
                jawla_model::Language::Fr => " → ",
                jawla_model::Language::Ar => " ← ",
            };
            let name = t.get(&format!("office-facts-{}", indicator.replace('_', "-")));
            Some((name, values.join(arrow)))
        })
        .collect()
}
