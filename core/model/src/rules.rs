//! The rules people work by, each once: a draft goes in, every violation comes out.

pub mod course;
pub mod field;
pub mod visit;

/// A rule that a draft breaks: where, which, and a sentence for its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The key of the field to look at.
    pub field: &'static str,
    /// Stable code of the rule.
    pub rule: &'static str,
    /// What is wrong and what to do, French.
    pub sentence_fr: String,
    /// The same, Arabic.
    pub sentence_ar: String,
}
