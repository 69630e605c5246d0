//! *Projets*: the list, filtered, ordered, in pages, with views that a person keeps.

use jawla_office::desk::SavedView;

use crate::browser::a_demonstration;
use crate::fake;
use crate::page::{get, picture, post};
use crate::world::World;

fn many() -> World {
    let mut world = World::day();
    world.views.projects = (1..=120).map(fake::project).collect();
    // Two pages of a hundred lines say nothing that one of a few does not.
    world.views.projects.truncate(103);
    world
}

fn shared_number() -> World {
    let mut world = World::day();
    world.views.projects.truncate(3);
    let code = world.views.projects[0].code_das.clone();
    world.views.projects[1].code_das = code;
    world
}

fn kept(query: &str) -> World {
    let world = World::day();
    world.preferences.views.lock().unwrap().push(SavedView {
        name: "Chantiers en cours".to_owned(),
        query: query.to_owned(),
    });
    world
}

#[tokio::test]
async fn every_state_of_the_list() {
    let cases = vec![
        get("empty", World::empty, "/projets"),
        get("day", World::day, "/projets"),
        get("no_match", World::day, "/projets?q=introuvable"),
        get(
            "filtered",
            World::day,
            "/projets?programme=III-P1&etat=EC&commune=053110107&tri=cout&sens=desc",
        ),
        get("disputed", World::day, "/projets?departager=chiffres"),
        get("last_of_many", many, "/projets?page=3"),
        get("beyond_the_last", many, "/projets?page=9"),
        get("view_kept", || kept("etat=EC"), "/projets"),
        get("view_shown", || kept("etat=EC"), "/projets?etat=EC"),
        get("shared_number", shared_number, "/projets"),
        get(
            "demonstration",
            || World {
                views: a_demonstration(),
                ..World::day()
            },
            "/projets?etat=AC",
        ),
        post(
            "view_without_name",
            World::day,
            "/projets/vues",
            "nom=&filtre=etat%3DEC",
        )
        .answered(axum::http::StatusCode::OK),
    ];
    picture("projects", cases).await;
}
