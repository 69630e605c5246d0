//! What an image says of itself before anything is decoded: kind, size, and whether its end is
//! there.

use image::ImageFormat;

use super::error::PhotoError;
use crate::limits::{PHOTO_PIXELS_MAX, PHOTO_SIDE_PX_MAX};

const JPEG_START: &[u8] = &[0xFF, 0xD8, 0xFF];
const PNG_START: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) format: ImageFormat,
    pub(super) width_px: u32,
    pub(super) height_px: u32,
}

/// Reads the header and holds it against the limits of T16.
pub(super) fn read(bytes: &[u8]) -> Result<Header, PhotoError> {
    if bytes.starts_with(JPEG_START) {
        read_jpeg(bytes)
    } else if bytes.starts_with(PNG_START) {
        read_png(bytes)
    } else {
        Err(PhotoError::NotAnImage)
    }
}

/// Walks the segments of a JPEG to its end marker. Decoders fill a missing end with grey and say
/// nothing, so whether it is there is looked up here. What follows the end (phones append depth
/// maps and short films) is passed over.
fn read_jpeg(bytes: &[u8]) -> Result<Header, PhotoError> {
    let mut at = 2;
    let mut size = None;
    loop {
        let marker = next_marker(bytes, &mut at).ok_or(PhotoError::Truncated)?;
        match marker {
            0x01 | 0xD0..=0xD8 => {}
            0xD9 => break,
            _ => {
                let length = be16(bytes, at).ok_or(PhotoError::Truncated)?;
                if length < 2 {
                    return Err(PhotoError::Unreadable);
                }
                if matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
                    let height = be16(bytes, at + 3).ok_or(PhotoError::Truncated)?;
                    let width = be16(bytes, at + 5).ok_or(PhotoError::Truncated)?;
                    let found = (u32::from(width), u32::from(height));
                    check_size(found)?;
                    // Two sizes in one image: the decoder might take the other one.
                    if size.is_some_and(|earlier| earlier != found) {
                        return Err(PhotoError::Unreadable);
                    }
                    size = Some(found);
                }
                at += usize::from(length);
            }
        }
    }
    let (width_px, height_px) = size.ok_or(PhotoError::Unreadable)?;
    Ok(Header {
        format: ImageFormat::Jpeg,
        width_px,
        height_px,
    })
}

/// The next marker at or behind `at`, which moves behind it. Passes over coded data, in which a
/// 0xFF of the image itself is followed by a zero.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let rest = bytes.get(*at..)?;
        *at += rest.iter().position(|byte| *byte == 0xFF)? + 1;
        match *bytes.get(*at)? {
            0xFF => {}
            0x00 => *at += 1,
            marker => {
                *at += 1;
                return Some(marker);
            }
        }
    }
}

fn read_png(bytes: &[u8]) -> Result<Header, PhotoError> {
    let kind = bytes.get(12..16).ok_or(PhotoError::Truncated)?;
    if kind != b"IHDR" {
        return Err(PhotoError::Unreadable);
    }
    let width_px = be32(bytes, 16).ok_or(PhotoError::Truncated)?;
    let height_px = be32(bytes, 20).ok_or(PhotoError::Truncated)?;
    check_size((width_px, height_px))?;
    Ok(Header {
        format: ImageFormat::Png,
        width_px,
        height_px,
    })
}

fn check_size((width_px, height_px): (u32, u32)) -> Result<(), PhotoError> {
    if width_px == 0 || height_px == 0 {
        return Err(PhotoError::Unreadable);
    }
    let pixels = u64::from(width_px) * u64::from(height_px);
    if pixels > PHOTO_PIXELS_MAX || width_px.max(height_px) > PHOTO_SIDE_PX_MAX {
        return Err(PhotoError::TooManyPixels {
            width_px,
            height_px,
        });
    }
    Ok(())
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(two.try_into().ok()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}
