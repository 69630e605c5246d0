//! Figures, dates and sizes as people in Morocco write them, in both languages: Western digits,
//! Moroccan month names, dirhams. Days are those of Morocco's standard offset (UTC+1).

use crate::Texts;
