//! *Vue d'ensemble*.

use jawla_model::Role;

use crate::browser::a_demonstration;
use crate::fake::{self, DAY_MS, now_ms};
use crate::page::{get, picture};
use crate::world::World;

/// Nothing new for two months.
fn stale() -> World {
    let mut world = World::day();
    for project in &mut world.views.projects {
        project.last_visit_at_ms = Some(now_ms() - 70 * DAY_MS);
    }
    let old = Some(now_ms() - 70 * DAY_MS);
    world.views.freshness = vec![
        fake::fresh("Khouribga", "053110107", old),
        fake::fresh("Oued Zem", "053110109", None),
    ];
    world.views.visits.clear();
    world
}

#[tokio::test]
async fn every_state_of_the_overview() {
    let cases = vec![
        get("empty", World::empty, "/"),
        get("day", World::day, "/"),
        get("stale", stale, "/"),
        get(
            "demonstration",
            || World {
                views: a_demonstration(),
                ..World::day()
            },
            "/",
        ),
        get("read_only", || World::day().seen_by(Role::Auditor), "/"),
    ];
    picture("overview", cases).await;
}
