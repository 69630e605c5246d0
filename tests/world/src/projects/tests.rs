use std::collections::{BTreeMap, BTreeSet};

use jawla_model::schema::OPERATIONS;
use jawla_model::{AdminState, Centimes, Nature};

use super::*;
use crate::DEMO_SEED;

#[derive(serde::Deserialize)]
struct Coded {
    code: String,
}

#[derive(serde::Deserialize)]
struct Reference {
    programmes: Vec<Coded>,
    sectors: Vec<Coded>,
}

fn by<K: Ord>(projects: &[DemoProject], key: impl Fn(&DemoProject) -> K) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for project in projects {
        *counts.entry(key(project)).or_insert(0) += 1;
    }
    counts
}

#[test]
fn the_split_follows_the_province() {
    let projects = demo_projects(DEMO_SEED);
    let programmes = by(&projects, |project| project.programme);
    assert_eq!(
        programmes.into_values().collect::<Vec<_>>(),
        [21, 25, 157, 47]
    );
    let natures = by(&projects, |project| (project.programme, project.nature));
    assert_eq!(natures[&("P1", "TRAVAUX")], 21);
    assert!(natures[&("P3", "INDIVIDUEL")] > 125);
    assert!(
        natures
            .keys()
            .filter(|(programme, _)| *programme == "P2")
            .count()
            >= 3
    );
    assert!(
        natures
            .keys()
            .filter(|(programme, _)| *programme == "P4")
            .count()
            == 4
    );
    let communes = by(&projects, |project| project.communes[0].clone());
    assert_eq!(communes.len(), 31, "every commune has a project");
    assert!(communes.values().all(|count| *count < 100));
    let tracks = projects.iter().filter(|project| project.sector == "PIS");
    for project in tracks {
        assert!(
            places::commune(&project.communes[0]).unwrap().is_rural(),
            "a track in a town"
        );
    }
    let shared = projects
        .iter()
        .filter(|project| project.communes.len() == 2)
        .count();
    assert!((3..=15).contains(&shared), "{shared}");
}

#[test]
fn costs_have_the_means_of_the_programmes() {
    let projects = demo_projects(DEMO_SEED);
    for (programme, _, mean_dh) in PROGRAMMES {
        let costs: Vec<i64> = projects
            .iter()
            .filter(|project| project.programme == programme)
            .map(|project| project.cost_centimes)
            .collect();
        let mean = costs.iter().sum::<i64>() / costs.len() as i64;
        assert!(
            (mean - mean_dh * 100).abs() < mean_dh,
            "{programme}: {mean}"
        );
        assert!(costs.iter().max().unwrap() > &(costs.iter().min().unwrap() * 3));
    }
    for project in &projects {
        assert!(project.indh_share_centimes > 0);
        assert!(project.indh_share_centimes <= project.cost_centimes);
    }
}

#[test]
fn every_code_is_one_of_the_model_or_of_the_reference() {
    let reference: Reference =
        serde_json::from_str(include_str!("../../../../data/reference.json")).unwrap();
    let codes = |list: &[Coded]| list.iter().map(|c| c.code.clone()).collect::<BTreeSet<_>>();
    let (programmes, sectors) = (codes(&reference.programmes), codes(&reference.sectors));
    let projects = demo_projects(DEMO_SEED);
    for project in &projects {
        assert!(programmes.contains(&format!("{}-{}", project.phase, project.programme)));
        assert!(sectors.contains(project.sector), "{}", project.sector);
        assert!(
            Nature::from_code(project.nature).is_some(),
            "{}",
            project.nature
        );
        assert!(
            OPERATIONS.contains(&project.operation),
            "{}",
            project.operation
        );
        assert!(
            AdminState::from_code(project.admin_state).is_some(),
            "{}",
            project.admin_state
        );
    }
    let states: BTreeSet<_> = projects.iter().map(|project| project.admin_state).collect();
    let missing: Vec<_> = AdminState::ALL
        .iter()
        .map(|s| s.code())
        .filter(|code| !states.contains(code))
        .collect();
    assert!(missing.is_empty(), "no project is in {missing:?}");
}

#[test]
fn texts_are_marked_in_both_languages_and_name_their_communes() {
    for project in demo_projects(DEMO_SEED) {
        assert!(project.title_fr.ends_with(MARK_FR) && project.title_ar.ends_with(MARK_AR));
        assert!(project.title_fr.chars().count() < 200 && !project.title_fr.contains('{'));
        assert!(project.title_ar.chars().count() < 200 && !project.title_ar.contains('{'));
        for code in &project.communes {
            let commune = places::commune(code).unwrap();
            assert!(
                project.title_fr.contains(&commune.name_fr),
                "{}",
                project.title_fr
            );
            assert!(
                project.title_ar.contains(&commune.name_ar),
                "{}",
                project.title_ar
            );
        }
        assert!(project.beneficiaries_women <= project.beneficiaries);
        assert!(project.planned_start < project.planned_end);
        assert!(
            jawla_model::time::is_civil_day(&project.planned_start),
            "{}",
            project.planned_start
        );
        assert!(
            jawla_model::time::is_civil_day(&project.planned_end),
            "{}",
            project.planned_end
        );
    }
}

#[test]
fn the_file_reads_back_as_the_projects_and_amounts_as_the_model_reads_them() {
    let projects = demo_projects(7);
    let text = demo_projects_csv(7);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        COLUMNS
    );
    let mut codes = BTreeSet::new();
    let mut count = 0;
    for (line, project) in reader.records().zip(&projects) {
        let line = line.unwrap();
        assert_eq!(line.iter().collect::<Vec<_>>(), cells(project));
        let cost = Centimes::parse_dirhams(&line[13]).unwrap();
        assert_eq!(cost.0, project.cost_centimes);
        assert!(codes.insert(project.code_das.clone()));
        count += 1;
    }
    assert_eq!(count, 250);
    assert_eq!(degrees(-68_341_200), "-6.8341200");
    assert_eq!(dirhams(123_456_789), "1234567,89");
}

#[test]
fn a_seed_is_a_file() {
    assert_eq!(demo_projects_csv(1), demo_projects_csv(1));
    assert_ne!(demo_projects_csv(1), demo_projects_csv(2));
}

/// The file in the repository is the generator's, byte for byte: `make_projects` writes it.
#[test]
fn the_file_shipped_is_the_generators() {
    let shipped = include_str!("../../../../data/demo-projects.csv");
    assert!(
        shipped == demo_projects_csv(DEMO_SEED),
        "run the example make_projects again"
    );
}

#[test]
fn a_commune_of_a_measurement_has_its_projects() {
    let commune = places::commune("053110513").unwrap();
    let projects = projects_of_commune(3, commune, 33);
    assert_eq!(projects.len(), 33);
    assert!(
        projects
            .iter()
            .all(|project| project.communes == [commune.code.clone()])
    );
    assert_eq!(by(&projects, |project| project.programme).len(), 4);
}

#[test]
fn the_reference_reads_as_the_models_bundle_and_its_codes_are_unique() {
    let bundle: jawla_model::reference::ReferenceBundle =
        serde_json::from_str(include_str!("../../../../data/reference.json")).unwrap();
    assert_eq!(bundle.version, 1);
    let unique = |codes: Vec<&String>| codes.iter().collect::<BTreeSet<_>>().len() == codes.len();
    assert!(unique(bundle.periods.iter().map(|p| &p.code).collect()));
    assert!(unique(bundle.programmes.iter().map(|p| &p.code).collect()));
    assert!(unique(bundle.sectors.iter().map(|s| &s.code).collect()));
    assert!(unique(bundle.reasons.iter().map(|r| &r.code).collect()));
    assert_eq!((bundle.sectors.len(), bundle.reasons.len()), (20, 15));
    for programme in &bundle.programmes {
        let period = bundle.periods.iter().find(|p| p.code == programme.period);
        assert!(period.is_some(), "{}", programme.code);
        assert!(
            programme
                .code
                .starts_with(&format!("{}-", programme.period))
        );
    }
}
