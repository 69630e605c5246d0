//! What the phone's and the office's pages share: texts in both languages ([`texts`]), figures
//! and dates as people write them ([`mod@format`]), files under names that hold their hash
//! ([`assets`]), components (templates under `templates/ui`, style in `static/jawla.css`).
//!
//! Nothing here knows a row, a store or a network.

pub mod assets;
pub mod format;
pub mod mark;
pub mod receipt;
pub mod symbols;
pub mod texts;

pub use format::plain;
pub use texts::Texts;
