//! Files that claim to be photos.

/// A file that a reader of photos must survive.
#[derive(Debug, Clone, Copy)]
pub struct HostileImage {
    /// What is wrong with it.
    pub name: &'static str,
    make: fn() -> Vec<u8>,
}

impl HostileImage {
    /// The file's bytes, made at each call: one of them has 60 MB.
    pub fn bytes(&self) -> Vec<u8> {
        (self.make)()
    }
}

/// Every hostile file. None is a photo that may be accepted as it is, but
/// `exif_without_end`, which is a valid small picture behind 4 MB of metadata.
pub fn hostile_images() -> &'static [HostileImage] {
    &[
        HostileImage {
            name: "empty",
            make: Vec::new,
        },
        HostileImage {
            name: "not_an_image",
            make: not_an_image,
        },
        HostileImage {
            name: "html_named_jpeg",
            make: html,
        },
        HostileImage {
            name: "png_of_40000_x_40000",
            make: giant_png,
        },
        HostileImage {
            name: "jpeg_of_65535_x_65535",
            make: giant_jpeg,
        },
        HostileImage {
            name: "truncated_jpeg",
            make: truncated_jpeg,
        },
        HostileImage {
            name: "jpeg_of_two_bytes",
            make: || vec![0xff, 0xd8],
        },
        HostileImage {
            name: "exif_without_end",
            make: endless_exif,
        },
        HostileImage {
            name: "file_of_60_mb",
            make: giant_file,
        },
    ]
}

fn not_an_image() -> Vec<u8> {
    b"Ceci n'est pas une photo.".repeat(40)
}

fn html() -> Vec<u8> {
    b"<!doctype html><script>document.title='x'</script>".to_vec()
}

/// A PNG whose header asks for 4.8 GB of pixels and whose data is a few bytes.
fn giant_png() -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(40_000_u32.to_be_bytes());
    header.extend(40_000_u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    push_png_chunk(&mut file, &header);
    push_png_chunk(&mut file, b"IDAT\x78\x9c\x63\x00\x00\x00\x01\x00\x01");
    push_png_chunk(&mut file, b"IEND");
    file
}

/// Appends a chunk: length of its content, name and content, checksum.
fn push_png_chunk(file: &mut Vec<u8>, named: &[u8]) {
    file.extend((named.len() as u32 - 4).to_be_bytes());
    file.extend(named);
    let mut crc = u32::MAX;
    for byte in named {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    file.extend((!crc).to_be_bytes());
}

/// A JPEG whose frame says 65,535 x 65,535.
fn giant_jpeg() -> Vec<u8> {
    let mut file = super::make_photo(0, 64, 64);
    // SOF0: marker, length (2), precision (1), height (2), width (2).
    let frame = file.windows(2).position(|pair| pair == [0xff, 0xc0]);
    if let Some(sides) = frame.and_then(|at| file.get_mut(at + 5..at + 9)) {
        sides.fill(0xff);
    }
    file
}

fn truncated_jpeg() -> Vec<u8> {
    let mut file = super::make_photo(1, 640, 480);
    file.truncate(file.len() / 3);
    file
}

/// 64 segments of metadata of 64 kB each before a small picture.
fn endless_exif() -> Vec<u8> {
    let picture = super::make_photo(2, 64, 64);
    let mut file = vec![0xff, 0xd8];
    for _ in 0..64 {
        file.extend([0xff, 0xe1, 0xff, 0xff]);
        file.extend(b"Exif\0\0II*\0");
        // The offset of the first directory points at itself.
        file.extend([8, 0, 0, 0]);
        file.resize(file.len() + 0xffff - 2 - 14, 0x41);
    }
    file.extend(picture.get(2..).unwrap_or_default());
    file
}

/// Starts like a photo and never ends.
fn giant_file() -> Vec<u8> {
    let mut file = super::make_photo(3, 64, 64);
    file.resize(60_000_000, 0x5a);
    file
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn of(name: &str) -> Vec<u8> {
        hostile_images()
            .iter()
            .find(|image| image.name == name)
            .unwrap()
            .bytes()
    }

    fn claimed_sides(file: Vec<u8>) -> Option<(u32, u32)> {
        let reader = image::ImageReader::new(Cursor::new(file))
            .with_guessed_format()
            .ok()?;
        reader.into_dimensions().ok()
    }

    #[test]
    fn headers_claim_what_their_names_say() {
        assert_eq!(
            claimed_sides(of("png_of_40000_x_40000")),
            Some((40_000, 40_000))
        );
        assert_eq!(
            claimed_sides(of("jpeg_of_65535_x_65535")),
            Some((65_535, 65_535))
        );
        assert_eq!(claimed_sides(of("exif_without_end")), Some((64, 64)));
        assert_eq!(claimed_sides(of("not_an_image")), None);
        assert_eq!(claimed_sides(of("empty")), None);
        assert_eq!(of("file_of_60_mb").len(), 60_000_000);
        assert!(of("exif_without_end").len() > 4_000_000);
    }

    #[test]
    fn the_picture_behind_the_metadata_and_the_cut_one_are_what_they_say() {
        assert!(image::load_from_memory(&of("exif_without_end")).is_ok());
        let whole = super::super::make_photo(1, 640, 480);
        let cut = of("truncated_jpeg");
        assert_eq!(&whole[..cut.len()], cut);
        assert!(cut.len() < whole.len() / 2);
    }
}
