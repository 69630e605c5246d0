//! *Téléphones et équipes*, the page of one person, invitations, the end of a phone's rights.

use jawla_model::{IncarnationId, Role};
use jawla_office::desk::DeskError;

use crate::fake::{self, AMINA, KHOURIBGA, OUED_ZEM};
use crate::page::{get, picture, post};
use crate::world::World;

fn day() -> World {
    let mut world = World::day();
    world.teams = fake::a_team();
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
    world.teams.members[0].places = vec![(KHOURIBGA, Role::Supervisor), (OUED_ZEM, Role::TeamLead)];
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
                world.teams.places = fake::a_team().places;
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
