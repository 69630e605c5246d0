//! Pictures of a site, drawn.

use std::collections::BTreeMap;
use std::sync::Mutex;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// Pictures drawn so far: tests ask for the same few again and again.
static DRAWN: Mutex<BTreeMap<(u32, u32, u32), Vec<u8>>> = Mutex::new(BTreeMap::new());

/// A JPEG of a small building under a sky; the number turns colours and height.
pub fn site(number: u32, width_px: u32, height_px: u32) -> Vec<u8> {
    let mut drawn = DRAWN.lock().unwrap();
    let picture = drawn.entry((number, width_px, height_px));
    picture
        .or_insert_with(|| draw(number, width_px, height_px))
        .clone()
}

fn draw(number: u32, width_px: u32, height_px: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width_px, height_px, |x, y| {
        pixel(number, x, y, width_px, height_px)
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 70)
        .encode_image(&picture)
        .unwrap();
    bytes
}

fn pixel(number: u32, x: u32, y: u32, width_px: u32, height_px: u32) -> Rgb<u8> {
    let (across, down) = (x * 100 / width_px, y * 100 / height_px);
    let roof = 30 + (number * 7) % 25;
    let start = 15 + (number * 11) % 20;
    let horizon = 62;
    let grain = ((x * 7 + y * 13 + number * 5) % 9) as u8;
    let wall = across > start && across < start + 48 && down > roof && down < 78;
    if wall {
        let window = (across - start) % 16 > 9 && (down - roof) % 20 > 10;
        if window {
            return Rgb([70, 84 + grain, 92]);
        }
        if (down - roof) < 3 {
            return Rgb([150, 90, 60 + grain]);
        }
        return Rgb([205 - grain, 186 - grain, 158 - (number * 9 % 30) as u8]);
    }
    if down < horizon {
        let light = (down * 60 / horizon) as u8;
        return Rgb([150 + light, 182 + light / 2, 208 + light / 3]);
    }
    Rgb([176 - grain * 2, 142 - grain, 98 - grain])
}
