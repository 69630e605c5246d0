//! Why a file does not become a photo, in the words of a person who wants to add it.

/// A file that does not become a photo. The file itself is untouched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// Neither JPEG nor PNG.
    #[error("neither JPEG nor PNG")]
    NotAnImage,
    /// More pixels than are decoded on a phone.
    #[error("too many pixels: {width_px} x {height_px}")]
    TooManyPixels {
        /// Width by the header.
        width_px: u32,
        /// Height by the header.
        height_px: u32,
    },
    /// A larger file than any photo.
    #[error("file of {size_bytes} bytes is too large")]
    TooLarge {
        /// Its size, or the first size above the limit that was seen.
        size_bytes: u64,
    },
    /// The end of the file is missing.
    #[error("the end of the image is missing")]
    Truncated,
    /// It claims to be an image, or is one, and cannot be read.
    #[error("the image cannot be read")]
    Unreadable,
}

impl PhotoError {
    /// A short name for logs and counters.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAnImage => "not_an_image",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::TooLarge { .. } => "too_large",
            Self::Truncated => "truncated",
            Self::Unreadable => "unreadable",
        }
    }

    /// What a person reads about it, in French.
    pub const fn sentence_fr(&self) -> &'static str {
        match self {
            Self::NotAnImage => "Ce fichier n'est pas une photo JPEG ou PNG.",
            Self::TooManyPixels { .. } => {
                "Cette photo est trop grande (plus de 40 millions de pixels). Choisissez une taille plus petite dans l'appareil photo."
            }
            Self::TooLarge { .. } => "Ce fichier dépasse 32 Mo. Choisissez une photo plus légère.",
            Self::Truncated => "Cette photo est incomplète. Reprenez-la.",
            Self::Unreadable => "Cette photo est illisible. Reprenez-la.",
        }
    }

    /// What a person reads about it, in Arabic.
    pub const fn sentence_ar(&self) -> &'static str {
        match self {
            Self::NotAnImage => "هذا الملف ليس صورة JPEG أو PNG.",
            Self::TooManyPixels { .. } => {
                "هذه الصورة كبيرة جدا (أكثر من 40 مليون بكسل). اختر حجما أصغر في آلة التصوير."
            }
            Self::TooLarge { .. } => "يتجاوز هذا الملف 32 ميغابايت. اختر صورة أخف.",
            Self::Truncated => "هذه الصورة ناقصة. التقطها من جديد.",
            Self::Unreadable => "تعذّرت قراءة هذه الصورة. التقطها من جديد.",
        }
    }
}
