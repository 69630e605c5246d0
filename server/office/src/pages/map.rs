//! The map: communes by how many projects they have, projects by their state.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use jawla_model::ReportingState;
use jawla_ui::Texts;
use jawla_views::limits::PROJECTS_PER_PAGE_MAX;
use jawla_views::{PageWindow, ProjectQuery, ProjectRow};

use crate::filters::ProjectFilters;
use crate::map::{Sheet, sheet};
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::names::{Names, Title};
use crate::pages::{Demonstration, Frame, Section, html};
use crate::{Office, limits};

/// How many steps of colour there are.
const STEPS: usize = 5;

#[derive(Template)]
#[template(path = "map.html")]
struct MapPage {
    frame: Frame,
    t: Texts,
    height: i32,
    communes: Vec<CommuneShown>,
    points: Vec<Point>,
    states: Vec<StateShown>,
    steps: Vec<Step>,
    without_position: String,
}

/// One commune, on the map and in the table.
struct CommuneShown {
    name: String,
    href: String,
    outline: String,
    x: i32,
    y: i32,
    step: usize,
    named: Named,
    projects: String,
    number: u64,
    counts: Vec<String>,
}

/// Whether the name of a commune stands on the map: only where it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Yes,
    No,
}

impl CommuneShown {
    fn is_named(&self) -> bool {
        self.named == Named::Yes
    }
}

/// One project with a position.
struct Point {
    x: i32,
    y: i32,
    state: &'static str,
    title: String,
    href: String,
}

/// A state, in the legend and as a column.
struct StateShown {
    code: &'static str,
    label: &'static str,
}

/// A step of colour, in the legend.
struct Step {
    number: usize,
    label: String,
}

/// The address of this page.
pub(crate) fn routes() -> Router<Office> {
    Router::new().route("/carte", get(show))
}

async fn show(State(office): State<Office>, caller: Caller) -> Response<Body> {
    for_person(&office, &caller, |visitor| build(&office, visitor)).await
}

/// Projects by commune and state, and those with a position.
#[derive(Default)]
struct Counted {
    by_commune: BTreeMap<String, BTreeMap<ReportingState, u64>>,
    placed: Vec<ProjectRow>,
    without_position: u64,
    demonstration: u64,
}

impl Counted {
    fn add(&mut self, sheet: &Sheet, row: ProjectRow) {
        for code in row.communes.split('+').filter(|code| !code.is_empty()) {
            let states = self.by_commune.entry(code.to_owned()).or_default();
            *states.entry(row.reporting_state).or_default() += 1;
        }
        self.demonstration += u64::from(row.demonstration);
        let placed = row.latitude_e7.zip(row.longitude_e7);
        match placed.and_then(|(latitude, longitude)| sheet.place(latitude, longitude)) {
            Some(_) if self.placed.len() < limits::MAP_POINTS_MAX => self.placed.push(row),
            Some(_) => {}
            None => self.without_position += 1,
        }
    }
}

async fn count(office: &Office, visitor: &Visitor, sheet: &Sheet) -> Result<Counted, PageFault> {
    let mut question = ProjectQuery {
        scopes: visitor.who.scopes.clone(),
        ..ProjectQuery::default()
    };
    let mut counted = Counted::default();
    let mut offset = Some(0);
    while let Some(from) = offset {
        question.window = PageWindow {
            offset: from,
            rows_max: PROJECTS_PER_PAGE_MAX,
        };
        let page = office.views.projects(&question).await?;
        offset = page
            .next_offset()
            .filter(|next| u64::from(*next) < limits::EXPORT_ROWS_MAX);
        for row in page.rows {
            counted.add(sheet, row);
        }
    }
    Ok(counted)
}

async fn build(office: &Office, visitor: Visitor) -> Result<Response<Body>, PageFault> {
    let t = visitor.t;
    let sheet = sheet();
    let counted = count(office, &visitor, sheet).await?;
    let names = Names::of(t, &office.reference);
    let breaks = breaks(&counted);
    let mut communes: Vec<CommuneShown> = sheet
        .shapes
        .iter()
        .map(|shape| {
            let states = counted.by_commune.get(&shape.code);
            commune(t, &names, shape, states, &breaks)
        })
        .collect();
    communes.sort_by(|a, b| b.number.cmp(&a.number).then_with(|| a.name.cmp(&b.name)));
    let shown = Demonstration::of(counted.demonstration);
    let frame = Frame::at_work(office, &visitor, Section::Map, shown).await;
    let page = MapPage {
        frame: frame.showing("project"),
        t,
        height: sheet.height,
        communes,
        points: counted
            .placed
            .iter()
            .filter_map(|row| point(t, sheet, row))
            .collect(),
        states: ReportingState::ALL
            .iter()
            .map(|state| StateShown {
                code: state.code(),
                label: t.choose(state.label_fr(), state.label_ar()),
            })
            .collect(),
        steps: steps(t, &breaks),
        without_position: t.count("office-map-without-position", counted.without_position),
    };
    html(StatusCode::OK, &page)
}

/// The largest count of each step of colour: as many communes in each as their counts allow, so
/// that one town of many projects does not wash out all the others.
fn breaks(counted: &Counted) -> Vec<u64> {
    let mut numbers: Vec<u64> = counted
        .by_commune
        .values()
        .map(|states| states.values().sum())
        .filter(|number| *number > 0)
        .collect();
    numbers.sort_unstable();
    let mut breaks: Vec<u64> = (1..=STEPS)
        .filter_map(|step| numbers.get((numbers.len() * step / STEPS).checked_sub(1)?))
        .copied()
        .collect();
    breaks.dedup();
    breaks
}

/// The step of colour of a count: none for no project, the last for the most.
fn step(number: u64, breaks: &[u64]) -> usize {
    match number {
        0 => 0,
        _ => {
            let below = breaks.iter().filter(|to| **to < number).count();
            // Fewer steps than colours: the deep end is used, so that the most is always deep.
            below + 1 + STEPS.saturating_sub(breaks.len().max(1))
        }
    }
}

fn steps(t: Texts, breaks: &[u64]) -> Vec<Step> {
    let mut from = 1;
    let mut out = Vec::new();
    for to in breaks {
        let label = match from == *to {
            true => t.count_of(from),
            false => format!("\u{200e}{}–{}", t.count_of(from), t.count_of(*to)),
        };
        out.push(Step {
            number: step(*to, breaks),
            label,
        });
        from = to + 1;
    }
    out
}

fn commune(
    t: Texts,
    names: &Names<'_>,
    shape: &crate::map::Shape,
    states: Option<&BTreeMap<ReportingState, u64>>,
    breaks: &[u64],
) -> CommuneShown {
    let of = |state: &ReportingState| states.and_then(|it| it.get(state)).copied().unwrap_or(0);
    let number = ReportingState::ALL.iter().map(of).sum();
    let name = names.commune(&shape.code);
    let letters = i32::try_from(name.chars().count()).unwrap_or(i32::MAX);
    let list = ProjectFilters {
        commune: Some(shape.code.clone()),
        ..ProjectFilters::default()
    };
    CommuneShown {
        href: list.href(),
        outline: shape.outline.clone(),
        x: shape.label.0,
        y: shape.label.1,
        step: step(number, breaks),
        named: if letters.saturating_mul(8) <= shape.width {
            Named::Yes
        } else {
            Named::No
        },
        projects: t.count("office-projects-total", number),
        counts: ReportingState::ALL
            .iter()
            .map(|state| t.count_of(of(state)))
            .collect(),
        number,
        name,
    }
}

fn point(t: Texts, sheet: &Sheet, row: &ProjectRow) -> Option<Point> {
    let (x, y) = sheet.place(row.latitude_e7?, row.longitude_e7?)?;
    Some(Point {
        x,
        y,
        state: row.reporting_state.code(),
        title: Title::of(t, &row.title_fr, &row.title_ar).text,
        href: format!("/projets/{}", row.document.hex()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commune_has_its_step_and_the_most_is_deepest() {
        let breaks = [2, 3, 5, 8, 90];
        let steps: Vec<usize> = [0, 1, 2, 3, 4, 8, 9, 90].map(|n| step(n, &breaks)).into();
        assert_eq!(steps, [0, 1, 1, 2, 3, 4, 5, 5]);
        assert_eq!(step(4, &[4]), 5);
        assert_eq!(super::breaks(&Counted::default()), Vec::<u64>::new());
    }
}
