//! *Carte de la province*.

use crate::page::{get, picture};
use crate::world::World;

fn situated() -> World {
    let mut world = World::day();
    for (number, project) in (0..).zip(world.views.projects.iter_mut().take(3)) {
        project.latitude_e7 = Some(328_800_000 + number * 100_000);
        project.longitude_e7 = Some(-69_000_000 + number * 100_000);
    }
    world
}

#[tokio::test]
async fn every_state_of_the_map() {
    let cases = vec![
        get("empty", World::empty, "/carte"),
        get("without_positions", World::day, "/carte"),
        get("situated", situated, "/carte"),
        get("filtered", situated, "/carte?etat=EC&commune=053110107"),
    ];
    picture("map", cases).await;
}
