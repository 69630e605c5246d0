//! What stands around every page: header, rail, the panel of keys.

use jawla_model::Role;

use crate::browser::a_demonstration;
use crate::page::{Kept, get, picture_of};
use crate::world::World;

#[tokio::test]
async fn every_state_of_what_stands_around() {
    let cases = vec![
        get("supervisor", World::empty, "/"),
        get(
            "controller",
            || World::empty().seen_by(Role::Controller),
            "/",
        ),
        get(
            "demonstration",
            || World {
                views: a_demonstration(),
                ..World::day()
            },
            "/a-departager",
        ),
        get(
            "stranger",
            || World::empty().seen_by_a_stranger(),
            "/connexion",
        ),
        get("keys", World::empty, "/clavier"),
    ];
    picture_of(Kept::Body, "frame", cases).await;
}
