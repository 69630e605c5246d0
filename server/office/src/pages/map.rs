//! The map: communes by how many projects they have, projects by their state.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use jawla_model::ReportingState;
use jawla_ui::Texts;
use jawla_views::{ProjectQuery, ProjectRow};
use serde_json::json;

use crate::filters::ProjectFilters;
use crate::map::{SHAPES, Sheet, sheet};
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::names::{Names, Title};
use crate::pages::rows::{self, Walk, Writing};
use crate::pages::{Demonstration, Frame, Section, html};
use crate::{Office, format, limits};

/// The address of the points of the live map.
const POINTS: &str = "/carte/projets.geojson";

const GEOJSON_KIND: &str = "application/geo+json";

/// How many steps of colour there are.
const STEPS: usize = 5;

/// Room for a letter of a name on the map, and for a line of names, in units of its drawing.
const LETTER_WIDTH: i32 = 7;
const NAME_HEIGHT: i32 = 15;

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
    filters: ProjectFilters,
}

impl MapPage {
    /// Where the live map reads its points: those of the same filters.
    fn points_href(&self) -> String {
        match self.filters.to_query() {
            query if query.is_empty() => POINTS.to_owned(),
            query => format!("{POINTS}?{query}"),
        }
    }
}

/// One commune, on the map and in the table.
struct CommuneShown {
    code: String,
    name: String,
    href: String,
    outline: String,
    x: i32,
    y: i32,
    step: usize,
    width: i32,
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
    alert: Alert,
    title: String,
    href: String,
}

/// Whether somebody should look at a project: people disagree about it, or its planned end is past
/// and it is neither finished nor given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alert {
    Ringed,
    Quiet,
}

impl Alert {
    fn of(row: &ProjectRow, today: &str) -> Self {
        let ends = matches!(
            row.reporting_state,
            ReportingState::NotLaunched | ReportingState::UnderWay
        );
        let end = row.planned_end.as_str();
        let late = jawla_model::time::is_civil_day(end) && end < today && ends;
        match late || row.conflicts > 0 {
            true => Alert::Ringed,
            false => Alert::Quiet,
        }
    }

    fn is_ringed(self) -> bool {
        self == Alert::Ringed
    }
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

/// The addresses of this page.
pub(crate) fn routes() -> Router<Office> {
    Router::new()
        .route("/carte", get(show))
        .route("/carte/communes.geojson", get(communes))
        .route(POINTS, get(points))
}

async fn show(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let filters = on_map(&query.unwrap_or_default());
    let make = |visitor| build(&office, visitor, filters);
    for_person(&office, &caller, make).await
}

/// The filters of an address, without what only a list has: its order and its page.
fn on_map(query: &str) -> ProjectFilters {
    let asked = ProjectFilters::from_query(query);
    ProjectFilters {
        sort: Default::default(),
        direction: Default::default(),
        pages_before: 0,
        ..asked
    }
}

/// The shapes of the communes, for people who are signed in.
async fn communes(
    State(office): State<Office>,
    caller: Caller,
    headers: HeaderMap,
) -> Response<Body> {
    for_person(&office, &caller, |_| async {
        let tag = tag_of(&SHAPES);
        match asks_again(&headers, &tag) {
            true => Ok(geojson(StatusCode::NOT_MODIFIED, Body::empty(), &tag)),
            false => Ok(geojson(StatusCode::OK, Body::from(SHAPES), &tag)),
        }
    })
    .await
}

/// The projects with a position, as short as a map needs them.
async fn points(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let office = &office;
    let make = |visitor: Visitor| async move {
        let filters = on_map(&query.unwrap_or_default());
        let scopes = visitor.who.scopes.clone();
        let today = format::day_for_machines(office.now_utc_ms()).unwrap_or_default();
        // Serials begin anew with each process, and know nothing of what another process brought
        // in: an import is seen by the figures.
        static PROCESS: OnceLock<i64> = OnceLock::new();
        let process = *PROCESS.get_or_init(|| office.now_utc_ms());
        let serial = office.changes.serial();
        let figures = format!("{:?}", office.views.overview(&scopes).await?);
        let language = visitor.t.language.code();
        let asked = (filters.to_query(), format!("{scopes:?}"), language);
        let tag = tag_of(&(process, serial, figures, &today, asked));
        if asks_again(&headers, &tag) {
            return Ok(geojson(StatusCode::NOT_MODIFIED, Body::empty(), &tag));
        }
        let question = filters.question(scopes, office.now_utc_ms());
        let walk = Walk::of(office, question, limits::EXPORT_ROWS_MAX);
        let writing = PointsWriting {
            t: visitor.t,
            today,
            left: limits::MAP_FEATURES_MAX,
            between: "",
        };
        let body = rows::body(walk, writing).await?;
        Ok(geojson(StatusCode::OK, body, &tag))
    };
    for_person(office, &caller, make).await
}

fn tag_of(content: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

fn asks_again(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH);
    known.is_some_and(|known| known.as_bytes() == tag.as_bytes())
}

/// Kept by the browser of the person, and asked about each time.
fn geojson(status: StatusCode, body: Body, tag: &str) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(GEOJSON_KIND));
    let cache = HeaderValue::from_static("private, no-cache");
    headers.insert(header::CACHE_CONTROL, cache);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Points of the live map: title, state, whether they are ringed.
struct PointsWriting {
    t: Texts,
    today: String,
    left: usize,
    between: &'static str,
}

impl Writing for PointsWriting {
    fn head(&mut self) -> Vec<u8> {
        br#"{"type":"FeatureCollection","features":["#.to_vec()
    }

    fn rows(&mut self, rows: Vec<ProjectRow>) -> Vec<u8> {
        let mut out = String::new();
        for row in rows {
            let Some((latitude, longitude)) = row.latitude_e7.zip(row.longitude_e7) else {
                continue;
            };
            if sheet().place(latitude, longitude).is_none() || self.left == 0 {
                continue;
            }
            self.left -= 1;
            let point = json!({
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [f64::from(longitude) / 1e7, f64::from(latitude) / 1e7],
                },
                "properties": {
                    "project": row.document.hex(),
                    "title": Title::of(self.t, &row.title_fr, &row.title_ar).text,
                    "state": row.reporting_state.code(),
                    "progress": row.progress_bp.map(|progress| self.t.percent(progress)),
                    "alert": i32::from(Alert::of(&row, &self.today).is_ringed()),
                },
            });
            out.push_str(self.between);
            out.push_str(&point.to_string());
            self.between = ",";
        }
        out.into_bytes()
    }

    fn tail(&mut self) -> Vec<u8> {
        b"]}".to_vec()
    }
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

async fn count(
    office: &Office,
    question: ProjectQuery,
    sheet: &Sheet,
) -> Result<Counted, PageFault> {
    let mut counted = Counted::default();
    let mut walk = Walk::of(office, question, limits::EXPORT_ROWS_MAX);
    while let Some(rows) = walk.page().await? {
        for row in rows {
            counted.add(sheet, row);
        }
    }
    Ok(counted)
}

async fn build(
    office: &Office,
    visitor: Visitor,
    filters: ProjectFilters,
) -> Result<Response<Body>, PageFault> {
    let t = visitor.t;
    let sheet = sheet();
    let now_ms = office.now_utc_ms();
    let question = filters.question(visitor.who.scopes.clone(), now_ms);
    let counted = count(office, question, sheet).await?;
    let names = Names::of(t, &office.reference);
    let breaks = breaks(&counted);
    let mut communes: Vec<CommuneShown> = sheet
        .shapes
        .iter()
        .map(|shape| {
            let states = counted.by_commune.get(&shape.code);
            commune(t, &names, (shape, &filters), states, &breaks)
        })
        .collect();
    communes.sort_by(|a, b| b.number.cmp(&a.number).then_with(|| a.name.cmp(&b.name)));
    name_where_there_is_room(&mut communes);
    let shown = Demonstration::of(counted.demonstration);
    let frame = Frame::at_work(office, &visitor, Section::Map, shown).await;
    let today = format::day_for_machines(now_ms).unwrap_or_default();
    let page = MapPage {
        frame: frame.showing("project"),
        t,
        height: sheet.height,
        communes,
        points: counted
            .placed
            .iter()
            .filter_map(|row| point(t, sheet, row, &today))
            .collect(),
        states: states(t),
        steps: steps(t, &breaks),
        without_position: t.count("office-map-without-position", counted.without_position),
        filters,
    };
    html(StatusCode::OK, &page)
}

fn states(t: Texts) -> Vec<StateShown> {
    ReportingState::ALL
        .iter()
        .map(|state| StateShown {
            code: state.code(),
            label: t.choose(state.label_fr(), state.label_ar()),
        })
        .collect()
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
    (shape, filters): (&crate::map::Shape, &ProjectFilters),
    states: Option<&BTreeMap<ReportingState, u64>>,
    breaks: &[u64],
) -> CommuneShown {
    let of = |state: &ReportingState| states.and_then(|it| it.get(state)).copied().unwrap_or(0);
    let number = ReportingState::ALL.iter().map(of).sum();
    let name = names.commune(&shape.code);
    let list = ProjectFilters {
        commune: Some(shape.code.clone()),
        ..filters.clone()
    };
    CommuneShown {
        code: shape.code.clone(),
        href: list.href(),
        outline: shape.outline.clone(),
        x: shape.label.0,
        y: shape.label.1,
        step: step(number, breaks),
        width: shape.width,
        named: Named::No,
        projects: t.count("office-projects-total", number),
        counts: ReportingState::ALL
            .iter()
            .map(|state| t.count_of(of(state)))
            .collect(),
        number,
        name,
    }
}

/// Names the communes in their order: one whose name would stand far out of its shape, or over a
/// name that is already there, stays without.
fn name_where_there_is_room(communes: &mut [CommuneShown]) {
    let mut taken: Vec<(i32, i32, i32)> = Vec::new(); // where a name is, and half its width
    for commune in communes {
        let letters = i32::try_from(commune.name.chars().count()).unwrap_or(i32::MAX);
        let half = letters.saturating_mul(LETTER_WIDTH) / 2;
        let is_free = taken.iter().all(|(x, y, other)| {
            (commune.x - x).abs() > half.saturating_add(*other)
                || (commune.y - y).abs() > NAME_HEIGHT
        });
        if half <= commune.width * 2 / 3 && is_free {
            taken.push((commune.x, commune.y, half));
            commune.named = Named::Yes;
        }
    }
}

fn point(t: Texts, sheet: &Sheet, row: &ProjectRow, today: &str) -> Option<Point> {
    let (x, y) = sheet.place(row.latitude_e7?, row.longitude_e7?)?;
    Some(Point {
        x,
        y,
        state: row.reporting_state.code(),
        alert: Alert::of(row, today),
        title: Title::of(t, &row.title_fr, &row.title_ar).text,
        href: format!("/projets/{}", row.document.hex()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commune_at(name: &str, x: i32, y: i32, width: i32) -> CommuneShown {
        CommuneShown {
            code: String::new(),
            href: String::new(),
            outline: String::new(),
            x,
            y,
            step: 0,
            width,
            named: Named::No,
            projects: String::new(),
            counts: Vec::new(),
            number: 0,
            name: name.to_owned(),
        }
    }

    #[test]
    fn names_neither_overprint_each_other_nor_stand_far_out_of_their_shape() {
        let mut communes = [
            commune_at("Khouribga", 500, 300, 60),
            commune_at("Oulad Abdoune", 530, 310, 200),
            commune_at("Oulad Azzouz", 530, 330, 200),
            commune_at("Un nom beaucoup trop long", 100, 100, 60),
        ];
        name_where_there_is_room(&mut communes);
        let named: Vec<bool> = communes.iter().map(CommuneShown::is_named).collect();
        assert_eq!(named, [true, false, true, false]);
    }

    #[test]
    fn every_commune_has_its_step_and_the_most_is_deepest() {
        let breaks = [2, 3, 5, 8, 90];
        let steps: Vec<usize> = [0, 1, 2, 3, 4, 8, 9, 90].map(|n| step(n, &breaks)).into();
        assert_eq!(steps, [0, 1, 1, 2, 3, 4, 5, 5]);
        assert_eq!(step(4, &[4]), 5);
        assert_eq!(super::breaks(&Counted::default()), Vec::<u64>::new());
    }
}
