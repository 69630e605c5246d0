//! From a camera's file to the photo that is sent: smaller, upright, and without its metadata.
//!
//! The file comes from outside (a camera, a gallery, a card), so its header is read by our own
//! code first and nothing is decoded that is too large, too wide or incomplete (threat T16). What
//! leaves here was always encoded anew: place, owner and serial number of the camera stay behind.

mod error;
mod header;

use std::fs::File;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, RgbImage, RgbaImage};
use jawla_model::Hash32;
use sha2::{Digest, Sha256};

pub use error::PhotoError;

use crate::limits::{
    PHOTO_DECODED_SIZE_BYTES_MAX, PHOTO_FILE_SIZE_BYTES_MAX, PHOTO_LONG_SIDE_PX, PHOTO_QUALITY,
    PHOTO_SIDE_PX_MAX, THUMBNAIL_LONG_SIDES_PX, THUMBNAIL_QUALITIES, THUMBNAIL_SIZE_BYTES_MAX,
};

/// A photo as it is kept, named and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedPhoto {
    /// The JPEG that is sent: long side of at most 1,600 px, upright, without metadata.
    pub jpeg: Vec<u8>,
    /// SHA-256 of `jpeg`: its name everywhere.
    pub hash: Hash32,
    /// Width of `jpeg`.
    pub width_px: u32,
    /// Height of `jpeg`.
    pub height_px: u32,
    /// A JPEG for lists, of at most 4,096 bytes.
    pub thumbnail: Vec<u8>,
    /// SHA-256 of `thumbnail`.
    pub thumbnail_hash: Hash32,
}

/// Prepares the photo in a file, reading at most its first 32 MiB. Blocks; see [`prepare`].
///
/// # Errors
/// As [`prepare`], and [`PhotoError::Unreadable`] when the file cannot be read.
pub fn prepare_file(path: &Path) -> Result<PreparedPhoto, PhotoError> {
    let file = File::open(path).map_err(|_| PhotoError::Unreadable)?;
    let announced = file.metadata().map_err(|_| PhotoError::Unreadable)?.len();
    refuse_large(announced)?;
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or_default());
    // A gallery's provider may announce nothing and then send for ever.
    file.take(PHOTO_FILE_SIZE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| PhotoError::Unreadable)?;
    prepare(&bytes)
}

/// Prepares a photo from the bytes of a JPEG or PNG. Takes about 100 ms and blocks, so it belongs
/// on a thread for such work; photos are prepared one after the other, whoever calls, since each
/// takes up to 280 MB of memory (36 MB for the usual 12 Mpx).
///
/// # Errors
/// - [`PhotoError::NotAnImage`] for anything but JPEG and PNG.
/// - [`PhotoError::TooLarge`] above 32 MiB of file.
/// - [`PhotoError::TooManyPixels`] above 40 Mpx or 12,000 px a side; nothing was decoded.
/// - [`PhotoError::Truncated`] when the end is missing.
/// - [`PhotoError::Unreadable`] when it claims to be an image and cannot be decoded.
pub fn prepare(bytes: &[u8]) -> Result<PreparedPhoto, PhotoError> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    refuse_large(bytes.len() as u64)?;
    let header = header::read(bytes)?;
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    // Decoders are the largest foreign code that meets foreign bytes: a defect there loses one
    // photo, not the visit.
    catch_unwind(AssertUnwindSafe(|| reduce(bytes, header.format)))
        .unwrap_or(Err(PhotoError::Unreadable))
}

fn refuse_large(size_bytes: u64) -> Result<(), PhotoError> {
    if size_bytes > PHOTO_FILE_SIZE_BYTES_MAX {
        return Err(PhotoError::TooLarge { size_bytes });
    }
    Ok(())
}

fn reduce(bytes: &[u8], format: image::ImageFormat) -> Result<PreparedPhoto, PhotoError> {
    let (decoded, orientation) = decode(bytes, format)?;
    let small = fit(Pixels::from(decoded), PHOTO_LONG_SIDE_PX)?.on_white();
    let mut upright = DynamicImage::ImageRgb8(small);
    upright.apply_orientation(orientation);
    let upright = upright.into_rgb8();
    let jpeg = encode(&upright, PHOTO_QUALITY)?;
    let thumbnail = thumbnail(&upright)?;
    Ok(PreparedPhoto {
        hash: Hash32(Sha256::digest(&jpeg).into()),
        width_px: upright.width(),
        height_px: upright.height(),
        thumbnail_hash: Hash32(Sha256::digest(&thumbnail).into()),
        jpeg,
        thumbnail,
    })
}

fn decode(
    bytes: &[u8],
    format: image::ImageFormat,
) -> Result<(DynamicImage, Orientation), PhotoError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = image::Limits::no_limits();
    limits.max_image_width = Some(PHOTO_SIDE_PX_MAX);
    limits.max_image_height = Some(PHOTO_SIDE_PX_MAX);
    limits.max_alloc = Some(PHOTO_DECODED_SIZE_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| error_of(&e))?;
    let (width_px, height_px) = decoder.dimensions();
    if decoder.total_bytes() > PHOTO_DECODED_SIZE_BYTES_MAX {
        return Err(PhotoError::TooManyPixels {
            width_px,
            height_px,
        });
    }
    // Unreadable metadata is no reason to lose a photo.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).map_err(|e| error_of(&e))?;
    Ok((decoded, orientation))
}

fn error_of(error: &ImageError) -> PhotoError {
    match error {
        ImageError::IoError(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => {
            PhotoError::Truncated
        }
        _ => PhotoError::Unreadable,
    }
}

/// Decoded pixels, still with their transparency where they have one.
enum Pixels {
    Opaque(RgbImage),
    Transparent(RgbaImage),
}

impl From<DynamicImage> for Pixels {
    fn from(decoded: DynamicImage) -> Self {
        match decoded.color().has_alpha() {
            true => Self::Transparent(decoded.into_rgba8()),
            false => Self::Opaque(decoded.into_rgb8()),
        }
    }
}

impl Pixels {
    /// A drawn signature is ink on nothing; a JPEG has no nothing, so paper is put under it.
    fn on_white(self) -> RgbImage {
        match self {
            Self::Opaque(pixels) => pixels,
            Self::Transparent(pixels) => {
                RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
                    let [red, green, blue, alpha] = pixels.get_pixel(x, y).0;
                    let over = |channel: u8| {
                        let sum =
                            u32::from(channel) * u32::from(alpha) + 255 * u32::from(255 - alpha);
                        u8::try_from(sum / 255).unwrap_or(u8::MAX)
                    };
                    image::Rgb([over(red), over(green), over(blue)])
                })
            }
        }
    }
}

/// Makes the long side at most `long_side_px`; never enlarges.
fn fit(pixels: Pixels, long_side_px: u32) -> Result<Pixels, PhotoError> {
    match pixels {
        Pixels::Opaque(pixels) => {
            let (size, wanted) = sizes(pixels.dimensions(), long_side_px);
            let resized = resize(pixels.into_raw(), size, wanted, PixelType::U8x3)?;
            let image = RgbImage::from_raw(wanted.0, wanted.1, resized);
            image.map(Pixels::Opaque).ok_or(PhotoError::Unreadable)
        }
        Pixels::Transparent(pixels) => {
            let (size, wanted) = sizes(pixels.dimensions(), long_side_px);
            let resized = resize(pixels.into_raw(), size, wanted, PixelType::U8x4)?;
            let image = RgbaImage::from_raw(wanted.0, wanted.1, resized);
            image.map(Pixels::Transparent).ok_or(PhotoError::Unreadable)
        }
    }
}

fn sizes(size: (u32, u32), long_side_px: u32) -> ((u32, u32), (u32, u32)) {
    let long = size.0.max(size.1);
    if long <= long_side_px {
        return (size, size);
    }
    let scaled = |side: u32| {
        let rounded =
            (u64::from(side) * u64::from(long_side_px) + u64::from(long) / 2) / u64::from(long);
        u32::try_from(rounded).unwrap_or(long_side_px).max(1)
    };
    (size, (scaled(size.0), scaled(size.1)))
}

fn resize(
    pixels: Vec<u8>,
    size: (u32, u32),
    wanted: (u32, u32),
    kind: PixelType,
) -> Result<Vec<u8>, PhotoError> {
    if size == wanted {
        return Ok(pixels);
    }
    let source = Image::from_vec_u8(size.0, size.1, pixels, kind);
    let source = source.map_err(|_| PhotoError::Unreadable)?;
    let mut target = Image::new(wanted.0, wanted.1, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|_| PhotoError::Unreadable)?;
    Ok(target.into_vec())
}

fn encode(pixels: &RgbImage, quality: u8) -> Result<Vec<u8>, PhotoError> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality)
        .encode_image(pixels)
        .map_err(|_| PhotoError::Unreadable)?;
    Ok(jpeg)
}

/// The best thumbnail that fits: quality is given up before size.
fn thumbnail(photo: &RgbImage) -> Result<Vec<u8>, PhotoError> {
    for long_side_px in THUMBNAIL_LONG_SIDES_PX {
        let small = fit(Pixels::Opaque(photo.clone()), long_side_px)?.on_white();
        for quality in THUMBNAIL_QUALITIES {
            let jpeg = encode(&small, quality)?;
            if jpeg.len() <= THUMBNAIL_SIZE_BYTES_MAX {
                return Ok(jpeg);
            }
        }
    }
    Err(PhotoError::Unreadable)
}

#[cfg(test)]
mod tests;
