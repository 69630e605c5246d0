//! *Téléphones et équipes*, the page of one person, invitations, the end of a phone's rights.

use jawla_model::{IncarnationId, PersonId, Role, ScopeId};
use jawla_office::desk::{DeskError, PhoneListed, PhoneSaid, PhoneState, Place, TeamMember};

use crate::fake::NOW_MS;
use crate::page::{get, picture, post};
use crate::world::World;

const AMINA: PersonId = PersonId([9; 16]);
const KHOURIBGA: ScopeId = ScopeId([1; 16]);
const OUED_ZEM: ScopeId = ScopeId([2; 16]);
const DAY_S: u64 = 86_400;

fn phone(number: u8, days_ago: u64) -> PhoneListed {
    let seen_at_s = NOW_MS / 1_000 - days_ago * DAY_S;
    PhoneListed {
        incarnation: IncarnationId([number; 16]),
        person: AMINA,
        name_fr: "Amina Alami".to_owned(),
        name_ar: "أمينة العلمي".to_owned(),
        device_name: "Téléphone de service".to_owned(),
        enrolled_at_s: seen_at_s - 30 * DAY_S,
        seen_at_s,
        scopes: vec![(
            "Khouribga".to_owned(),
            "خريبكة".to_owned(),
            Role::TeamMember,
        )],
        state: PhoneState::Active,
        said: Some(PhoneSaid {
            at_s: seen_at_s,
            version: "0.1.0".to_owned(),
            changes: 0,
            files: 0,
        }),
        receipt: Some([1, 2, 3, 4]),
    }
}

fn phones() -> Vec<PhoneListed> {
    let mut waiting = phone(2, 20);
    waiting.device_name = "Tablette".to_owned();
    waiting.said.as_mut().unwrap().changes = 3;
    waiting.said.as_mut().unwrap().files = 11;
    let mut revoked = phone(3, 60);
    revoked.state = PhoneState::Revoked;
    revoked.said = None;
    let mut cloned = phone(4, 2);
    cloned.person = PersonId([8; 16]);
    cloned.name_fr = "Youssef Benali".to_owned();
    cloned.name_ar = String::new();
    cloned.state = PhoneState::Cloned;
    cloned.receipt = None;
    vec![phone(1, 0), waiting, cloned, revoked]
}

fn places() -> Vec<Place> {
    let place = |scope, fr: &str, ar: &str| Place {
        scope,
        name_fr: fr.to_owned(),
        name_ar: ar.to_owned(),
    };
    vec![
        place(KHOURIBGA, "Khouribga", "خريبكة"),
        place(OUED_ZEM, "Oued Zem", "وادي زم"),
    ]
}

fn amina(places: Vec<(ScopeId, Role)>) -> TeamMember {
    TeamMember {
        person: AMINA,
        name_fr: "Amina Alami".to_owned(),
        name_ar: "أمينة العلمي".to_owned(),
        places,
    }
}

fn day() -> World {
    let mut world = World::day();
    world.teams.phones = phones();
    world.teams.places = places();
    world.teams.members = vec![amina(vec![(KHOURIBGA, Role::TeamMember)])];
    world
}

fn without_phone() -> World {
    let mut world = day();
    world.teams.phones.clear();
    world
}

/// Her last place was taken; her phone is still known.
fn nowhere() -> World {
    let mut world = day();
    world.teams.members.clear();
    world.teams.phones.truncate(1);
    world
}

/// In the office's role there, which is not given or taken here.
fn of_the_office() -> World {
    let mut world = day();
    world.teams.members = vec![amina(vec![
        (KHOURIBGA, Role::Supervisor),
        (OUED_ZEM, Role::TeamLead),
    ])];
    world
}

fn refusing(error: DeskError) -> World {
    let mut world = day();
    world.teams.refusal = Some(error);
    world
}

#[tokio::test]
async fn every_state_of_phones_and_teams() {
    let form = format!(
        "nom_fr=Said+Mernissi&nom_ar=&role=membre_equipe&lieu={}",
        KHOURIBGA.hex()
    );
    let form = form.replace("membre_equipe", Role::TeamMember.code());
    let first = IncarnationId([1; 16]).hex();
    let cases = vec![
        get(
            "none",
            || {
                let mut world = World::empty();
                world.teams.places = places();
                world
            },
            "/telephones",
        ),
        get("day", day, "/telephones"),
        get(
            "read_only",
            || day().seen_by(Role::Controller),
            "/telephones",
        ),
        post("invited", day, "/telephones/inviter", form.clone())
            .answered(axum::http::StatusCode::OK),
        post(
            "no_address",
            || refusing(DeskError::NoAddress),
            "/telephones/inviter",
            form.clone(),
        ),
        post(
            "bad_name",
            || {
                refusing(DeskError::BadField {
                    field: "name_fr",
                    why: "desk-fault-name",
                })
            },
            "/telephones/inviter",
            form,
        ),
        get("revoke", day, format!("/telephones/{first}/retirer")),
    ];
    picture("phones", cases).await;
}

#[tokio::test]
async fn every_state_of_a_person() {
    let address = format!("/telephones/personnes/{}", AMINA.hex());
    let place = format!("lieu={}&role={}", OUED_ZEM.hex(), Role::TeamLead.code());
    let cases = vec![
        get("day", day, &address),
        get("without_phone", without_phone, &address),
        get("nowhere", nowhere, &address),
        get("of_the_office", of_the_office, &address),
        get("read_only", || day().seen_by(Role::Controller), &address),
        get("placed", day, format!("{address}?fait=lieu")),
        get("place_ended", nowhere, format!("{address}?fait=fin")),
        get("phone_revoked", day, format!("{address}?fait=retire")),
        post("another_phone", day, format!("{address}/inviter"), "")
            .answered(axum::http::StatusCode::OK),
        post(
            "role_not_to_be_given",
            || {
                refusing(DeskError::BadField {
                    field: "role",
                    why: "desk-fault-role",
                })
            },
            format!("{address}/lieux"),
            place,
        ),
        get(
            "unknown",
            day,
            format!("/telephones/personnes/{}", "0".repeat(32)),
        )
        .answered(axum::http::StatusCode::NOT_FOUND),
    ];
    picture("person", cases).await;
}
