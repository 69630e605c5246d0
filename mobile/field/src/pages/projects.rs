//! *Projets*: every project of the person's communes, searched, filtered, in an order.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use jawla_model::{Language, ReportingState};
use jawla_ui::format::plain;
use jawla_views::{
    Disagreements, Page, PageWindow, ProjectQuery, ProjectRow, ProjectSort, SortDirection,
};

use crate::names::{Names, day_number};
use crate::pages::lines::ProjectLine;
use crate::{Answer, Fault, Field, Frame, Tab, limits, page};

/// What the address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    text: String,
    state: Option<ReportingState>,
    commune: String,
    programme: String,
    disputed: bool,
    order: Order,
    /// Where the phone is, ten-millionths of a degree.
    here: Option<(i32, i32)>,
    offset: u32,
    for_visit: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Late,
    Title,
    Visit,
    Distance,
}

impl Order {
    const ALL: [Self; 4] = [Order::Late, Order::Title, Order::Visit, Order::Distance];

    const fn code(self) -> &'static str {
        match self {
            Order::Late => "retard",
            Order::Title => "titre",
            Order::Visit => "visite",
            Order::Distance => "distance",
        }
    }
}

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "q" => {
                    asked.text = value
                        .chars()
                        .take(jawla_views::limits::SEARCH_CHARS_MAX)
                        .collect()
                }
                "etat" => asked.state = ReportingState::from_code(&value),
                "commune" => asked.commune = value.chars().take(20).collect(),
                "programme" => asked.programme = value.chars().take(40).collect(),
                "marque" => asked.disputed = value == "departager",
                "tri" => {
                    let found = Order::ALL.into_iter().find(|order| order.code() == value);
                    asked.order = found.unwrap_or_default();
                }
                "ici" => asked.here = position(&value),
                "debut" => asked.offset = value.parse().unwrap_or(0),
                "pour" => asked.for_visit = value == "visite",
                _ => {}
            }
        }
        asked
    }

    fn is_filtered(&self) -> bool {
        !self.text.trim().is_empty()
            || self.state.is_some()
            || !self.commune.is_empty()
            || !self.programme.is_empty()
            || self.disputed
    }

    /// The address that asks the same.
    fn href(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        };
        put("q", self.text.trim());
        put("etat", self.state.map_or("", ReportingState::code));
        put("commune", &self.commune);
        put("programme", &self.programme);
        put("marque", if self.disputed { "departager" } else { "" });
        put(
            "tri",
            if self.order == Order::default() {
                ""
            } else {
                self.order.code()
            },
        );
        if let Some((latitude, longitude)) = self.here {
            put(
                "ici",
                &format!("{},{}", degrees(latitude), degrees(longitude)),
            );
        }
        put(
            "debut",
            &if self.offset == 0 {
                String::new()
            } else {
                self.offset.to_string()
            },
        );
        put("pour", if self.for_visit { "visite" } else { "" });
        let query = query.finish();
        if query.is_empty() {
            "/projets".to_owned()
        } else {
            format!("/projets?{query}")
        }
    }

    fn query(&self, language: Language, now_ms: i64) -> ProjectQuery {
        let by_title = match language {
            Language::Fr => ProjectSort::TitleFr,
            Language::Ar => ProjectSort::TitleAr,
        };
        let (sort, direction) = match (self.order, self.here) {
            (Order::Late, _) => (
                ProjectSort::Delay {
                    today_days: day_number(now_ms),
                    language,
                },
                SortDirection::Falling,
            ),
            (Order::Visit, _) => (ProjectSort::LastVisit, SortDirection::Rising),
            (Order::Distance, Some((latitude_e7, longitude_e7))) => (
                ProjectSort::Distance {
                    latitude_e7,
                    longitude_e7,
                },
                SortDirection::Rising,
            ),
            (Order::Title | Order::Distance, _) => (by_title, SortDirection::Rising),
        };
        ProjectQuery {
            programme: Some(self.programme.clone()).filter(|code| !code.is_empty()),
            reporting_states: self.state.into_iter().collect::<BTreeSet<_>>(),
            commune: Some(self.commune.clone()).filter(|code| !code.is_empty()),
            text: self.text.clone(),
            disagreements: match self.disputed {
                true => Disagreements::Open,
                false => Disagreements::Whether,
            },
            sort,
            direction,
            window: PageWindow {
                offset: self.offset,
                rows_max: limits::ROWS_PER_PAGE,
            },
            ..ProjectQuery::default()
        }
    }
}

/// `32.8811,-6.9063` as a browser says it.
fn position(text: &str) -> Option<(i32, i32)> {
    let (latitude, longitude) = text.split_once(',')?;
    let e7 = |part: &str, most: f64| {
        let degrees: f64 = part.trim().parse().ok()?;
        (degrees.is_finite() && degrees.abs() <= most).then_some((degrees * 1e7) as i32)
    };
    Some((e7(latitude, 90.0)?, e7(longitude, 180.0)?))
}

fn degrees(e7: i32) -> String {
    let sign = if e7 < 0 { "-" } else { "" };
    let size = e7.unsigned_abs();
    format!("{sign}{}.{:07}", size / 10_000_000, size % 10_000_000)
}

/// Metres between two places, flat over a province: good to a few metres in a hundred kilometres.
fn metres(from: (i32, i32), to: (i32, i32)) -> u64 {
    let north = f64::from(to.0) - f64::from(from.0);
    let middle = (f64::from(to.0) + f64::from(from.0)) / 2e7;
    let east = (f64::from(to.1) - f64::from(from.1)) * middle.to_radians().cos();
    let e7_to_metres = 111_320.0 / 1e7;
    (north.hypot(east) * e7_to_metres).round() as u64
}

/// One of several choices that a tap makes.
struct Chip {
    href: String,
    label: String,
    on: bool,
}

/// One of a list of choices.
struct Choice {
    value: String,
    label: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "field/projects.html")]
struct ProjectsPage {
    frame: Frame,
    asked: Asked,
    total: String,
    states: Vec<Chip>,
    communes: Vec<Choice>,
    programmes: Vec<Choice>,
    orders: Vec<Choice>,
    lines: Vec<(ProjectLine, String)>,
    next: Option<String>,
    filtered: bool,
    installing: bool,
    state_code: &'static str,
    demonstration: bool,
}

/// Shows the list.
pub(crate) async fn list(State(field): State<Field>, RawQuery(query): RawQuery) -> Answer {
    let asked = Asked::read(&query.unwrap_or_default());
    let status = field.status().await?;
    let names = Names::of(&field, &status).await?;
    let query = asked.query(names.t.language, status.now_ms);
    let Page { rows, total, .. } = field.phone.views().projects(&query).await?;
    let shown = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let end = asked.offset.saturating_add(shown);
    let next = (shown > 0 && u64::from(end) < total).then(|| {
        Asked {
            offset: end,
            ..asked.clone()
        }
        .href()
    });
    let demonstration = rows.iter().any(|row| row.demonstration);
    let lines = rows
        .iter()
        .map(|row| line(&names, &asked, row, status.now_ms))
        .collect();
    let title = match asked.for_visit {
        true => "phone-choose-title",
        false => "tab-projects",
    };
    let mut frame = Frame::new(&status, title)
        .tab(Tab::Projects)
        .watch("project");
    if asked.for_visit {
        frame = frame.back("/a-faire");
    }
    page(
        StatusCode::OK,
        &ProjectsPage {
            total: names.t.count(
                "phone-projects-count",
                i64::try_from(total).unwrap_or(i64::MAX),
            ),
            states: states(&names, &asked),
            communes: communes(&field, &names, &asked).await?,
            programmes: programmes(&names, &asked),
            orders: orders(&names, &asked),
            filtered: asked.is_filtered(),
            installing: !status.installed,
            state_code: asked.state.map_or("", ReportingState::code),
            lines,
            next,
            demonstration,
            frame,
            asked,
        },
    )
}

fn line(names: &Names, asked: &Asked, row: &ProjectRow, now_ms: i64) -> (ProjectLine, String) {
    let mut line = ProjectLine::of(names, row, now_ms);
    let there = row.latitude_e7.zip(row.longitude_e7);
    line.distance = asked
        .here
        .zip(there)
        .map(|(here, there)| names.t.distance(metres(here, there)));
    let href = match asked.for_visit {
        true => format!("{}/nouvelle-visite", line.href),
        false => line.href.clone(),
    };
    (line, href)
}

fn states(names: &Names, asked: &Asked) -> Vec<Chip> {
    let from_start = Asked {
        offset: 0,
        ..asked.clone()
    };
    let mut chips = vec![Chip {
        href: Asked {
            state: None,
            disputed: false,
            ..from_start.clone()
        }
        .href(),
        label: names.t.get("phone-all"),
        on: asked.state.is_none() && !asked.disputed,
    }];
    let shown = [
        ReportingState::UnderWay,
        ReportingState::NotLaunched,
        ReportingState::Done,
    ];
    chips.extend(shown.into_iter().map(|state| {
        Chip {
            href: Asked {
                state: Some(state),
                ..from_start.clone()
            }
            .href(),
            label: names.reporting(state).to_owned(),
            on: asked.state == Some(state),
        }
    }));
    chips.push(Chip {
        href: Asked {
            disputed: !asked.disputed,
            ..from_start
        }
        .href(),
        label: names.t.get("word-clash"),
        on: asked.disputed,
    });
    chips
}

/// The communes that this person's scopes lie in; all of the province where no scope says.
async fn communes(field: &Field, names: &Names, asked: &Asked) -> Result<Vec<Choice>, Fault> {
    let scopes = field.phone.views().scopes().await?;
    let mut codes: BTreeSet<String> = scopes
        .iter()
        .flat_map(|scope| scope.communes.split('+'))
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect();
    if codes.is_empty() {
        codes = names
            .reference
            .communes
            .iter()
            .map(|one| one.code.clone())
            .collect();
    }
    let mut choices: Vec<Choice> = codes
        .into_iter()
        .map(|code| Choice {
            label: names.communes(&code),
            on: asked.commune == code,
            value: plain(&code),
        })
        .collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    Ok(choices)
}

fn programmes(names: &Names, asked: &Asked) -> Vec<Choice> {
    let newest = names
        .reference
        .periods
        .last()
        .map(|period| period.code.clone());
    let of_period = names
        .reference
        .programmes
        .iter()
        .filter(|one| Some(&one.period) == newest.as_ref() || one.code == asked.programme);
    of_period
        .map(|one| Choice {
            value: one.code.clone(),
            label: names.programme(&one.code),
            on: asked.programme == one.code,
        })
        .collect()
}

fn orders(names: &Names, asked: &Asked) -> Vec<Choice> {
    let with_place = |order: &Order| *order != Order::Distance || asked.here.is_some();
    Order::ALL
        .into_iter()
        .filter(with_place)
        .map(|order| Choice {
            value: order.code().to_owned(),
            label: names.t.get(&format!("phone-order-{}", order.code())),
            on: asked.order == order,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_what_it_says() {
        let asked = Asked::read(
            "q=%C3%A9cole+neuve&etat=EC&tri=distance&ici=32.88,-6.9&debut=50&pour=visite&x=1",
        );
        assert_eq!(asked.text, "école neuve");
        assert_eq!(asked.state, Some(ReportingState::UnderWay));
        assert_eq!(asked.here, Some((328_800_000, -69_000_000)));
        assert_eq!(Asked::read(asked.href().split_once('?').unwrap().1), asked);
        assert_eq!(
            Asked::read("etat=ZZ&tri=magie&ici=nan,1&debut=-4"),
            Asked::default()
        );
        assert_eq!(Asked::default().href(), "/projets");
    }

    #[test]
    fn distances_are_those_of_the_map() {
        // Khouribga to Oued Zem: 31 km by the map.
        let far = metres((328_811_000, -69_063_000), (328_627_000, -65_738_000));
        assert!((30_000..32_500).contains(&far), "{far}");
        assert_eq!(metres((1, 1), (1, 1)), 0);
    }
}
