//! Photos for the office's pages: only those that a visit names.

use async_trait::async_trait;
use bytes::Bytes;
use jawla_model::Hash32;
use jawla_office::Photos;
use jawla_office::desk::LargePhotos;

use super::Desk;
use crate::limits::PHOTO_BYTES_MAX;

/// The largest thumbnail: 4 kB as phones make them, with room.
const THUMBNAIL_BYTES_MAX: usize = 64 * 1024;

/// How a JPEG begins. Only what is one is served as one.
const JPEG_START: &[u8] = &[0xff, 0xd8, 0xff];

impl Desk {
    fn photo_file(&self, hash: &Hash32, bytes_max: usize) -> Option<Bytes> {
        let shown = self.parts.store.is_photo_shown(hash);
        match shown {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a photo was not found"
                );
                return None;
            }
        }
        let blobs = &self.parts.blobs;
        let size_bytes = usize::try_from(blobs.find(hash).ok()??).ok()?;
        if size_bytes > bytes_max {
            return None;
        }
        let mut bytes = Vec::with_capacity(size_bytes);
        while bytes.len() < size_bytes {
            let piece = blobs
                .read(hash, bytes.len() as u64, size_bytes - bytes.len())
                .ok()?;
            if piece.is_empty() {
                return None;
            }
            bytes.extend(piece);
        }
        bytes.starts_with(JPEG_START).then(|| Bytes::from(bytes))
    }
}

#[async_trait]
impl LargePhotos for Desk {
    async fn photo(&self, hash: Hash32) -> Option<Bytes> {
        let read = self.run(move |desk| desk.photo_file(&hash, PHOTO_BYTES_MAX));
        read.await.ok().flatten()
    }
}

#[async_trait]
impl Photos for Desk {
    async fn thumbnail(&self, hash: Hash32) -> Option<Bytes> {
        let read = self.run(move |desk| desk.photo_file(&hash, THUMBNAIL_BYTES_MAX));
        read.await.ok().flatten()
    }
}
