//! Writes `data/demo-projects.csv` again: `cargo run -p jawla-world --example make_projects`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo-projects.csv");
    std::fs::write(file, jawla_world::demo_projects_csv(jawla_world::DEMO_SEED))
}
