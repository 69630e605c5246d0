use image::ImageFormat;

use super::*;

/// A picture with edges, gradients and one red corner (top left), so that turning shows.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 4 && y < height / 4 {
            return image::Rgb([220, 20, 20]);
        }
        let wave = ((x * x / 97 + y * 13 / 11) % 256) as u8;
        image::Rgb([wave / 4, (x % 256) as u8 / 2, (y % 256) as u8])
    })
}

fn jpeg_of(picture: &RgbImage) -> Vec<u8> {
    encode(picture, 90).unwrap()
}

fn png_of(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The same JPEG with an EXIF segment of an orientation and the name of a camera.
fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let mut tiff = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    tiff.extend(b"\x01\x0F\0\x02\0\0\0\x04CAM\0");
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01");
    tiff.extend(orientation.to_be_bytes());
    tiff.extend([0; 2 + 4]);
    let length = u16::try_from(tiff.len() + 2).unwrap();
    let mut whole = jpeg[..2].to_vec();
    whole.extend([0xFF, 0xE1]);
    whole.extend(length.to_be_bytes());
    whole.extend(tiff);
    whole.extend(&jpeg[2..]);
    whole
}

fn decoded(bytes: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(bytes, ImageFormat::Jpeg)
        .unwrap()
        .into_rgb8()
}

fn is_red(pixel: image::Rgb<u8>) -> bool {
    pixel.0[0] > 150 && pixel.0[1] < 90 && pixel.0[2] < 90
}

fn assert_sound(photo: &PreparedPhoto) {
    let seen = decoded(&photo.jpeg);
    assert_eq!(seen.dimensions(), (photo.width_px, photo.height_px));
    assert!(photo.width_px.max(photo.height_px) <= PHOTO_LONG_SIDE_PX);
    assert_eq!(photo.hash, Hash32(Sha256::digest(&photo.jpeg).into()));
    assert!(photo.thumbnail.len() <= THUMBNAIL_SIZE_BYTES_MAX);
    let digest = Sha256::digest(&photo.thumbnail).into();
    assert_eq!(photo.thumbnail_hash, Hash32(digest));
    decoded(&photo.thumbnail);
    assert!(!photo.jpeg.windows(4).any(|four| four == b"Exif"));
}

#[test]
fn a_camera_photo_is_reduced_and_gets_a_thumbnail() {
    let photo = prepare(&jpeg_of(&picture(4_000, 3_000))).unwrap();
    assert_sound(&photo);
    assert_eq!((photo.width_px, photo.height_px), (1_600, 1_200));
    let thumbnail = decoded(&photo.thumbnail);
    assert_eq!(thumbnail.width().max(thumbnail.height()), 160);
    assert!(is_red(*decoded(&photo.jpeg).get_pixel(20, 20)));
}

#[test]
fn a_small_photo_keeps_its_size_and_loses_its_metadata() {
    let camera = with_exif(&jpeg_of(&picture(640, 480)), 1);
    assert!(camera.windows(3).any(|three| three == b"CAM"));
    let photo = prepare(&camera).unwrap();
    assert_sound(&photo);
    assert_eq!((photo.width_px, photo.height_px), (640, 480));
    assert!(!photo.jpeg.windows(3).any(|three| three == b"CAM"));
}

#[test]
fn a_photo_taken_upright_is_turned() {
    // Orientation 6: the camera was turned, the viewer must turn it by 90 degrees clockwise, so
    // the corner at the top left comes to the top right.
    let photo = prepare(&with_exif(&jpeg_of(&picture(800, 600)), 6)).unwrap();
    assert_sound(&photo);
    assert_eq!((photo.width_px, photo.height_px), (600, 800));
    let seen = decoded(&photo.jpeg);
    assert!(is_red(*seen.get_pixel(590, 10)));
    assert!(!is_red(*seen.get_pixel(10, 10)));
}

#[test]
fn a_png_becomes_a_jpeg_and_a_drawn_signature_gets_paper() {
    let photo = prepare(&png_of(&DynamicImage::ImageRgb8(picture(1_700, 900)))).unwrap();
    assert_sound(&photo);
    assert_eq!(photo.width_px, 1_600);

    let ink = RgbaImage::from_fn(300, 100, |x, _| match x {
        100..=199 => image::Rgba([0, 0, 90, 255]),
        _ => image::Rgba([0, 0, 0, 0]),
    });
    let photo = prepare(&png_of(&DynamicImage::ImageRgba8(ink))).unwrap();
    assert_sound(&photo);
    let seen = decoded(&photo.jpeg);
    assert!(
        seen.get_pixel(20, 50)
            .0
            .iter()
            .all(|channel| *channel > 240)
    );
    assert!(seen.get_pixel(150, 50).0[0] < 40);
}

#[test]
fn the_same_file_gives_the_same_name() {
    let bytes = jpeg_of(&picture(1_000, 700));
    assert_eq!(prepare(&bytes), prepare(&bytes));
}

#[test]
fn noise_still_gets_a_thumbnail_that_fits() {
    let mut state = 1u32;
    let noise = RgbImage::from_fn(1_600, 1_600, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(state >> 8) as u8, (state >> 16) as u8, (state >> 24) as u8])
    });
    assert_sound(&prepare(&jpeg_of(&noise)).unwrap());
}

#[test]
fn a_line_of_pixels_is_a_photo_too() {
    let photo = prepare(&jpeg_of(&picture(12_000, 1))).unwrap();
    assert_sound(&photo);
    assert_eq!((photo.width_px, photo.height_px), (1_600, 1));
}

#[test]
fn what_is_no_image_is_refused_as_such() {
    for bytes in [
        &b""[..],
        b"\xFF\xD8",
        b"<html>",
        b"GIF89a..........",
        b"%PDF-1.7",
        b"RIFF....WEBPVP8 ",
        &[0; 4_096],
    ] {
        assert_eq!(prepare(bytes), Err(PhotoError::NotAnImage));
    }
}

#[test]
fn a_flood_of_pixels_is_refused_by_its_header_alone() {
    let mut png = png_of(&DynamicImage::ImageRgb8(picture(10, 10)));
    png[16..20].copy_from_slice(&40_000u32.to_be_bytes());
    png[20..24].copy_from_slice(&40_000u32.to_be_bytes());
    let refused = PhotoError::TooManyPixels {
        width_px: 40_000,
        height_px: 40_000,
    };
    assert_eq!(prepare(&png), Err(refused));

    let mut jpeg = jpeg_of(&picture(10, 10));
    let frame = jpeg.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    assert!(matches!(
        prepare(&jpeg),
        Err(PhotoError::TooManyPixels { .. })
    ));
}

#[test]
fn two_sizes_in_one_jpeg_are_refused() {
    let jpeg = jpeg_of(&picture(10, 10));
    let frame = jpeg.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    let length = usize::from(jpeg[frame + 3]) + 2;
    let mut second = jpeg[frame..frame + length].to_vec();
    second[5..7].copy_from_slice(&9_000u16.to_be_bytes());
    second[7..9].copy_from_slice(&4_000u16.to_be_bytes());
    let mut twice = jpeg[..frame + length].to_vec();
    twice.extend(second);
    twice.extend(&jpeg[frame + length..]);
    assert_eq!(prepare(&twice), Err(PhotoError::Unreadable));
}

#[test]
fn a_file_of_60_megabytes_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.jpg");
    File::create(&path).unwrap().set_len(60_000_000).unwrap();
    let refused = PhotoError::TooLarge {
        size_bytes: 60_000_000,
    };
    assert_eq!(prepare_file(&path), Err(refused));
    assert_eq!(prepare(&vec![0xFF; 60_000_000]), Err(refused));
    let missing = folder.path().join("nothing.jpg");
    assert_eq!(prepare_file(&missing), Err(PhotoError::Unreadable));
}

#[test]
fn a_file_is_prepared_like_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.jpg");
    let bytes = jpeg_of(&picture(500, 300));
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(prepare_file(&path), prepare(&bytes));
}

#[test]
fn a_photo_whose_end_is_missing_is_refused_wherever_it_is_cut() {
    let jpeg = with_exif(&jpeg_of(&picture(300, 200)), 1);
    for end in (3..jpeg.len()).step_by(61).chain([jpeg.len() - 1]) {
        assert_eq!(prepare(&jpeg[..end]), Err(PhotoError::Truncated), "{end}");
    }
    let png = png_of(&DynamicImage::ImageRgb8(picture(300, 200)));
    for end in (8..png.len() - 16).step_by(997) {
        assert!(prepare(&png[..end]).is_err(), "{end}");
    }
    assert_eq!(prepare(&png[..png.len() / 2]), Err(PhotoError::Truncated));
}

#[test]
fn what_a_phone_appends_behind_the_photo_is_passed_over() {
    let mut bytes = jpeg_of(&picture(300, 200));
    let expected = prepare(&bytes).unwrap();
    bytes.extend(b"\0\0\0\x18ftypmp42 a short film");
    assert_eq!(prepare(&bytes), Ok(expected));
}

#[test]
fn damaged_photos_are_refused_or_read_but_never_end_the_process() {
    let jpeg = with_exif(&jpeg_of(&picture(64, 48)), 3);
    let png = png_of(&DynamicImage::ImageRgb8(picture(64, 48)));
    let mut state = 7u32;
    let (mut read, mut refused) = (0, 0);
    for whole in [&jpeg, &png] {
        for _ in 0..400 {
            let mut damaged = whole.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (state >> 8) as usize % damaged.len();
                damaged[at] = state as u8;
            }
            match prepare(&damaged) {
                Ok(photo) => {
                    assert_sound(&photo);
                    read += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
}

#[test]
fn each_refusal_has_its_sentence_in_both_languages() {
    let all = [
        PhotoError::NotAnImage,
        PhotoError::TooManyPixels {
            width_px: 1,
            height_px: 1,
        },
        PhotoError::TooLarge { size_bytes: 1 },
        PhotoError::Truncated,
        PhotoError::Unreadable,
    ];
    let texts: std::collections::BTreeSet<_> = all
        .iter()
        .flat_map(|error| [error.code(), error.sentence_fr(), error.sentence_ar()])
        .collect();
    assert_eq!(texts.len(), all.len() * 3);
}
