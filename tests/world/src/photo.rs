//! Photos: drawn when they are needed, as real JPEG files, one scene a seed.
//!
//! A scene has sky, hills, ground, a track and a building or a tank, under the grain of a cheap
//! sensor, so that files have the size of real photos: about 250 kB at 1600 x 1200.

mod hostile;
mod scene;

pub use hostile::{HostileImage, hostile_images};

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::limits;

/// Width of the photos that phones send.
pub const PHOTO_WIDTH_PX: u32 = 1_600;

/// Height of the photos that phones send.
pub const PHOTO_HEIGHT_PX: u32 = 1_200;

/// Quality of the file, as phones send it.
const JPEG_QUALITY: u8 = 78;

/// Draws the photo of that seed and returns it as a JPEG file. The same seed and size give the
/// same bytes. Sides are held between 16 and 8192 pixels. 1600 x 1200 takes about 55 ms where
/// this crate is optimised, ten times that where it is not.
pub fn make_photo(seed: u64, width_px: u32, height_px: u32) -> Vec<u8> {
    let width_px = width_px.clamp(16, limits::PHOTO_SIDE_PX_MAX);
    let height_px = height_px.clamp(16, limits::PHOTO_SIDE_PX_MAX);
    let pixels = scene::draw(seed, width_px, height_px);
    let mut file = Vec::with_capacity(pixels.len() / 8);
    let encoder = JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY);
    // Writing to memory and sides that fit cannot fail; an empty file would be seen by any reader.
    let written = encoder.write_image(&pixels, width_px, height_px, ExtendedColorType::Rgb8);
    if written.is_err() {
        file.clear();
    }
    file
}

/// The photo of that seed in the size that phones send.
pub fn make_field_photo(seed: u64) -> Vec<u8> {
    make_photo(seed, PHOTO_WIDTH_PX, PHOTO_HEIGHT_PX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(file: &[u8]) -> image::RgbImage {
        image::load_from_memory_with_format(file, image::ImageFormat::Jpeg)
            .unwrap()
            .to_rgb8()
    }

    #[test]
    fn a_photo_is_a_jpeg_of_the_size_of_a_real_one() {
        for seed in 0..4 {
            let file = make_field_photo(seed);
            assert!(
                (180_000..330_000).contains(&file.len()),
                "seed {seed}: {} bytes",
                file.len()
            );
            assert_eq!(decoded(&file).dimensions(), (1_600, 1_200));
        }
        assert_eq!(decoded(&make_photo(1, 320, 200)).dimensions(), (320, 200));
        assert_eq!(decoded(&make_photo(1, 0, 0)).dimensions(), (16, 16));
    }

    #[test]
    fn seeds_look_different_and_one_seed_is_one_file() {
        assert_eq!(make_photo(7, 320, 240), make_photo(7, 320, 240));
        let photos: Vec<_> = (0..12)
            .map(|seed| decoded(&make_photo(seed, 160, 120)))
            .collect();
        for (number, one) in photos.iter().enumerate() {
            for other in &photos[number + 1..] {
                let difference: u64 = one
                    .as_raw()
                    .iter()
                    .zip(other.as_raw())
                    .map(|(a, b)| u64::from(a.abs_diff(*b)))
                    .sum::<u64>()
                    / one.as_raw().len() as u64;
                assert!(difference >= 8, "{difference} levels of 255 apart");
            }
        }
    }
}
