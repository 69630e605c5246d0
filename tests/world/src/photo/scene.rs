//! Draws a scene into pixels, in whole numbers only, so that it is the same on every machine.

use crate::dice::Dice;

/// Red, green, blue.
type Colour = [i32; 3];

const SKIES: &[Colour] = &[
    [120, 170, 225],
    [175, 195, 215],
    [210, 205, 190],
    [90, 140, 210],
    [225, 190, 150],
];
const GROUNDS: &[Colour] = &[
    [170, 130, 90],
    [190, 160, 115],
    [120, 125, 70],
    [150, 100, 75],
    [95, 110, 60],
];
const WALLS: &[Colour] = &[
    [235, 225, 205],
    [200, 120, 95],
    [180, 180, 175],
    [240, 240, 240],
    [215, 185, 130],
];

/// What stands in the picture, in thousandths of its sides.
struct Scene {
    sky: Colour,
    ground: Colour,
    wall: Colour,
    track: Colour,
    horizon: i64,
    hill_height: i64,
    hill_phase: i64,
    building: Block,
    door: Block,
    windows: Vec<Block>,
    track_bend: i64,
    track_at: i64,
    grain: i64,
}

/// A rectangle, in thousandths of the sides.
struct Block {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

impl Block {
    fn holds(&self, x: i64, y: i64) -> bool {
        x >= self.left && x < self.right && y >= self.top && y < self.bottom
    }
}

impl Scene {
    fn of_seed(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "photo");
        let horizon = dice.between(330, 560);
        let left = dice.between(60, 560);
        let width = dice.between(160, 380);
        let top = horizon - dice.between(90, 260);
        let bottom = horizon + dice.between(60, 220);
        let door_left = left + dice.between(20, width - 70);
        let (count, window_top) = (dice.between(1, 4), top + dice.between(15, 60));
        let windows = (0..count)
            .map(|number| {
                let middle = left + width * (2 * number + 1) / (2 * count);
                Block {
                    left: middle - 16,
                    top: window_top,
                    right: middle + 16,
                    bottom: window_top + 44,
                }
            })
            .collect();
        Self {
            sky: shade(*dice.pick(SKIES), dice.between(-20, 20)),
            ground: shade(*dice.pick(GROUNDS), dice.between(-25, 25)),
            wall: shade(*dice.pick(WALLS), dice.between(-20, 10)),
            track: shade([200, 185, 160], dice.between(-60, 10)),
            horizon,
            hill_height: dice.between(15, 90),
            hill_phase: dice.between(0, 999),
            building: Block {
                left,
                top,
                right: left + width,
                bottom,
            },
            door: Block {
                left: door_left,
                top: bottom - 110,
                right: door_left + 50,
                bottom,
            },
            windows,
            track_bend: dice.between(-300, 300),
            track_at: dice.between(100, 900),
            grain: dice.between(12, 16),
        }
    }

    /// Height of the hills' line at `x`, a wave of two parabolas.
    fn hills(&self, x: i64) -> i64 {
        let wave = |phase: i64| {
            let place = (x + phase).rem_euclid(500) - 250;
            62_500 - place * place
        };
        let both = wave(self.hill_phase) + wave(self.hill_phase * 3 + 170) / 2;
        self.horizon - both * self.hill_height / 62_500
    }

    fn colour(&self, x: i64, y: i64, hills: i64) -> Colour {
        if self.building.holds(x, y) {
            return self.facade(x, y);
        }
        if y < hills {
            return shade(self.sky, y * 60 / 1_000);
        }
        if y < self.horizon {
            return shade(self.ground, 30 - (self.horizon - y) / 3);
        }
        let depth = (y - self.horizon) * 1_000 / (1_000 - self.horizon);
        let middle = self.track_at + self.track_bend * depth / 1_000;
        if (x - middle).abs() < 15 + depth / 6 {
            return shade(self.track, -depth / 40);
        }
        shade(self.ground, 20 - depth / 20)
    }

    fn facade(&self, x: i64, y: i64) -> Colour {
        if self.door.holds(x, y) {
            return [80, 60, 50];
        }
        if self.windows.iter().any(|window| window.holds(x, y)) {
            return [60, 75, 95];
        }
        // Courses of blocks, and a shadow towards one side.
        let course = if y.rem_euclid(22) == 0 { -18 } else { 0 };
        shade(self.wall, course - (x - self.building.left) / 12)
    }
}

fn shade(colour: Colour, by: i64) -> Colour {
    colour.map(|channel| (channel + by as i32).clamp(0, 255))
}

/// Pixels along each side of a cell: the scene is computed once a cell, the grain once a pixel.
const CELL_PX: usize = 4;

/// The pixels of that seed's scene, three bytes each, row by row.
pub(super) fn draw(seed: u64, width_px: u32, height_px: u32) -> Vec<u8> {
    let scene = Scene::of_seed(seed);
    let grain = grain(seed, scene.grain);
    let (width, height) = (width_px as usize, height_px as usize);
    let columns: Vec<(i64, i64)> = (0..width)
        .step_by(CELL_PX)
        .map(|x| {
            let x = (x * 1_000 / width) as i64;
            (x, scene.hills(x))
        })
        .collect();
    let mut dice = Dice::new(seed, "rows of grain");
    let mut cells = Vec::new();
    let mut pixels = vec![0; width * height * 3];
    for (row, line) in pixels.chunks_exact_mut(width * 3).enumerate() {
        if row % CELL_PX == 0 {
            let y = (row * 1_000 / height) as i64;
            cells.clear();
            cells.extend(columns.iter().map(|&(x, hills)| scene.colour(x, y, hills)));
        }
        // Each row takes its light from another place of the grain.
        let from = dice.below((GRAIN_LENGTH - width) as u64) as usize;
        let light = grain.get(from..).unwrap_or_default();
        let lit = line
            .chunks_mut(CELL_PX * 3)
            .zip(&cells)
            .zip(light.chunks(CELL_PX));
        for ((cell, colour), light) in lit {
            for (pixel, light) in cell.chunks_exact_mut(3).zip(light) {
                for (channel, colour) in pixel.iter_mut().zip(colour) {
                    *channel = (colour + light).clamp(0, 255) as u8;
                }
            }
        }
    }
    pixels
}

/// Lights of chance before they repeat: several rows of the widest photo.
const GRAIN_LENGTH: usize = 65_536;

/// Grain: light and dark of chance, smoothed along the row as a sensor's electronics do.
fn grain(seed: u64, strength: i64) -> Vec<i32> {
    let mut dice = Dice::new(seed, "grain");
    let mut last = 0;
    (0..GRAIN_LENGTH)
        .map(|_| {
            last = (last + dice.between(-strength, strength) as i32) / 2;
            last
        })
        .collect()
}
