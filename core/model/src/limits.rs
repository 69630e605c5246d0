//! What a person may put into a field. What a machine may send has its own limits, in `dossier`
//! and `sync`.

/// A line of text: a title, a name. Longer ones are cut by no screen of ours.
pub const LINE_CHARS_MAX: usize = 300;

/// A note. About two pages; half of the 32 KiB that the guard lets pass in one string, at four
/// bytes a character.
pub const NOTE_CHARS_MAX: usize = 4_000;

/// Photos of one visit: more belong to a second visit.
pub const PHOTOS_PER_VISIT_MAX: usize = 60;

/// Difficulties, actions or quantities of one visit: a form nobody could fill has no more.
pub const ITEMS_PER_VISIT_MAX: usize = 100;

/// Photos that a visit of works needs before it can be finished.
pub const PHOTOS_OF_WORKS_MIN: usize = 2;

/// How far observed progress may lag behind plan before a difficulty must be named, in basis
/// points (the domain brief 3.4: 15 points).
pub const GAP_WITHOUT_DIFFICULTY_BP_MAX: i64 = 1_500;

/// The dearest project that makes sense: ten times the largest one known in the province
/// (50 000 000,00 DH), in centimes. Beyond it a comma was forgotten.
pub const AMOUNT_CENTIMES_MAX: i64 = 50_000_000_000;
