//! Draws one project.

use std::collections::BTreeMap;

use super::kinds::{self, Kind, Span};
use super::{DemoProject, MARK_AR, MARK_FR};
use crate::dice::{Dice, apportion};
use crate::places::{self, Commune};

/// What a project is about and where it stands.
pub(super) struct Plan {
    kind: &'static Kind,
    admin_state: &'static str,
}

/// Plans so many projects of each programme, in quotas: a small list is as mixed as a large one.
pub(super) fn plan(dice: &mut Dice, programmes: &[&str], counts: &[u64]) -> Vec<Vec<Plan>> {
    let kinds: Vec<Vec<&'static Kind>> = programmes
        .iter()
        .zip(counts)
        .map(|(programme, count)| {
            let all = kinds::of_programme(programme);
            let shares: Vec<u64> = all.iter().map(|kind| kind.share).collect();
            let kinds = all.iter().zip(apportion(*count, &shares));
            let mut kinds: Vec<_> = kinds
                .flat_map(|(kind, part)| (0..part).map(move |_| kind))
                .collect();
            dice.shuffle(&mut kinds);
            kinds
        })
        .collect();
    let mut natures = BTreeMap::new();
    for kind in kinds.iter().flatten() {
        *natures.entry(kind.nature).or_insert(0) += 1;
    }
    let mut left: BTreeMap<&str, Vec<&'static str>> = natures
        .into_iter()
        .map(|(nature, count)| (nature, states(dice, nature, count)))
        .collect();
    let mut planned = |kind: &'static Kind| Plan {
        kind,
        admin_state: left
            .get_mut(kind.nature)
            .and_then(Vec::pop)
            .unwrap_or("EN_COURS"),
    };
    kinds
        .into_iter()
        .map(|kinds| kinds.into_iter().map(&mut planned).collect())
        .collect()
}

/// The states of so many projects of a nature: each that it can have once, where there are enough
/// of them, and the rest by share.
fn states(dice: &mut Dice, nature: &str, count: u64) -> Vec<&'static str> {
    let shares = kinds::states(nature);
    let each = u64::from(count >= shares.len() as u64);
    let rest = count - each * shares.len() as u64;
    let parts = apportion(
        rest,
        &shares.iter().map(|(_, share)| *share).collect::<Vec<_>>(),
    );
    let mut states: Vec<&'static str> = shares
        .iter()
        .zip(parts)
        .flat_map(|((state, _), part)| (0..part + each).map(|_| *state))
        .collect();
    dice.shuffle(&mut states);
    states
}

/// Exchanges communes so that, as far as there are enough, tracks, preschool units and farms do
/// not lie in a town.
pub(super) fn keep_rural_kinds_rural(plans: &[Plan], places: &mut [&'static Commune]) {
    let rural: Vec<bool> = plans
        .iter()
        .map(|plan| kinds::is_rural(plan.kind))
        .collect();
    let misplaced = |number: usize, place: &Commune, wanted: bool| {
        rural.get(number) == Some(&wanted) && place.is_rural() != wanted
    };
    for number in 0..places.len() {
        let other = places
            .iter()
            .enumerate()
            .find(|(other, place)| misplaced(*other, place, false))
            .map(|(other, _)| other);
        let here = places
            .get(number)
            .is_some_and(|place| misplaced(number, place, true));
        if let (true, Some(other)) = (here, other) {
            places.swap(number, other);
        }
    }
}

/// A project of that plan in that commune, shared with a neighbour where both spans let it. Its cost is a share of the mean, in
/// percent, until [`settle_costs`]; its code is empty until [`number`].
pub(super) fn project(
    dice: &mut Dice,
    programme: &'static str,
    plan: &Plan,
    span: Span,
    commune: &'static Commune,
) -> DemoProject {
    let Plan { kind, admin_state } = *plan;
    let (place, place_ar) = *dice.pick(kinds::PLACES);
    let partner = match (span, kind.span) {
        (Span::MaybeTwo, Span::MaybeTwo) if dice.chance(85) => places::neighbour(commune),
        _ => None,
    };
    let communes: Vec<&Commune> = std::iter::once(commune).chain(partner).collect();
    let names = |of: fn(&Commune) -> &str, joint: &str| {
        communes
            .iter()
            .map(|commune| of(commune))
            .collect::<Vec<_>>()
            .join(joint)
    };
    let in_fr = names(|commune| &commune.name_fr, " et ");
    let in_ar = names(|commune| &commune.name_ar, " و");
    let (in_fr, in_ar) = match partner {
        Some(_) => (format!("communes {in_fr}"), format!("جماعتا {in_ar}")),
        None => (format!("commune {in_fr}"), format!("جماعة {in_ar}")),
    };
    let year = year(dice, admin_state);
    let (planned_start, planned_end) = dates(dice, year);
    let beneficiaries = dice.between(kind.beneficiaries.0, kind.beneficiaries.1);
    let (owner, holder) = actors(dice, kind.nature, commune);
    DemoProject {
        code_das: String::new(),
        title_fr: titled(kind.title_fr, place, &in_fr, MARK_FR),
        title_ar: titled(kind.title_ar, place_ar, &in_ar, MARK_AR),
        phase: "III",
        programme,
        axis: kind.axis,
        year,
        tranche: dice.between(1, 2) as u8,
        nature: kind.nature,
        operation: kind.operation,
        sector: kind.sector,
        communes: communes
            .iter()
            .map(|commune| commune.code.clone())
            .collect(),
        place,
        admin_state,
        cost_centimes: dice.between(35, 220),
        indh_share_centimes: dice.between(-15, 15) + indh_percent(programme),
        owner,
        holder,
        beneficiaries: beneficiaries as u32,
        beneficiaries_women: (beneficiaries * dice.between(20, 80) / 100) as u32,
        planned_start,
        planned_end,
        latitude_e7: commune.latitude_e7 + dice.between(-180_000, 180_000) as i32,
        longitude_e7: commune.longitude_e7 + dice.between(-210_000, 210_000) as i32,
    }
}

fn titled(title: &str, place: &str, commune: &str, mark: &str) -> String {
    format!(
        "{} {mark}",
        title.replace("{d}", place).replace("{c}", commune)
    )
}

/// INDH's share of a programme's cost, percent (2019-2022: 47.7 of 105.75 MDH in programme 1,
/// 30.47 of 52.41 in programme 2).
fn indh_percent(programme: &str) -> i64 {
    match programme {
        "P1" => 45,
        "P2" => 58,
        "P3" => 60,
        _ => 80,
    }
}

/// A budget year that fits the state late in 2026.
fn year(dice: &mut Dice, admin_state: &str) -> u16 {
    let (first, last) = match admin_state {
        "IDEE" | "DEPOSE" | "INSTRUCTION" | "COMPLEMENT" | "PROPOSE" => (2026, 2026),
        "APPROUVE" | "CONVENTIONNE" | "CREDITE" | "PASSATION" | "INFRUCTUEUX" => (2025, 2026),
        "ATTRIBUE" => (2024, 2025),
        "EN_COURS" | "ARRET" | "ACHEVE" | "RP_REFUS" | "RP_AVEC" | "RP_SANS" => (2022, 2025),
        "RESERVES_LEVEES" | "GARANTIE" => (2021, 2024),
        _ => (2019, 2022),
    };
    dice.between(first, last) as u16
}

fn dates(dice: &mut Dice, year: u16) -> (String, String) {
    let start_month = dice.between(2, 10);
    let end_month = start_month + dice.between(3, 14);
    let day = |month: i64, day: i64| {
        let (years, month) = ((month - 1) / 12, (month - 1) % 12 + 1);
        format!("{}-{month:02}-{day:02}", i64::from(year) + years)
    };
    (
        day(start_month, dice.between(1, 28)),
        day(end_month, dice.between(1, 28)),
    )
}

/// The project owner and who carries the project, all made up.
fn actors(dice: &mut Dice, nature: &str, commune: &Commune) -> (String, String) {
    const NAMES: [&str; 10] = [
        "Al Amal",
        "Al Wifaq",
        "Annour",
        "Tadamoun",
        "Al Karama",
        "Al Ofoq",
        "Attanmia",
        "Al Baraka",
        "Al Mostaqbal",
        "Errahma",
    ];
    let town = format!("Commune {}", commune.name_fr);
    let association = format!("Association {} ({})", dice.pick(&NAMES), commune.name_fr);
    match nature {
        "TRAVAUX" => (
            town.clone(),
            if dice.chance(30) { association } else { town },
        ),
        "FOURNITURE" => ("Province de Khouribga".to_owned(), association),
        "INDIVIDUEL" => (
            "Plateforme des jeunes de Khouribga".to_owned(),
            format!("Jeune porteur n° {}", dice.between(100, 999)),
        ),
        _ => ("Province de Khouribga".to_owned(), association),
    }
}

/// Turns shares of the mean into amounts whose mean is `mean_dh`, and percents into INDH's shares.
/// Most amounts are round, as approved ones are; one in five has centimes.
pub(super) fn settle_costs(projects: &mut [DemoProject], mean_dh: i64) {
    let sum: i64 = projects.iter().map(|project| project.cost_centimes).sum();
    let total_centimes = mean_dh * 100 * projects.len() as i64;
    for (number, project) in projects.iter_mut().enumerate() {
        let exact = total_centimes * project.cost_centimes / sum.max(1);
        let step = if number % 5 == 4 { 1 } else { 10_000 };
        project.cost_centimes = exact / step * step;
        let share = project.cost_centimes / 100 * project.indh_share_centimes;
        project.indh_share_centimes = (share / step * step).clamp(0, project.cost_centimes);
    }
}

/// Gives each project the next number of its year and programme, and puts them in order.
pub(super) fn number(projects: &mut [DemoProject]) {
    let mut last = BTreeMap::new();
    for project in projects.iter_mut() {
        let number = last.entry((project.year, project.programme)).or_insert(0);
        *number += 1;
        project.code_das = format!("KHO-{}-{}-{number:03}", project.year, project.programme);
    }
    projects.sort_by(|a, b| a.code_das.cmp(&b.code_das));
}
