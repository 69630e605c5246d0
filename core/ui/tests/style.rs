//! What every page's style promises: readable in the open, and right in both directions.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::{BTreeMap, BTreeSet};

const STYLE: &str = include_str!("../static/jawla.css");
const SPRITE: &str = include_str!("../static/icons.svg");

/// The colours that the first `:root` block names.
fn tokens() -> BTreeMap<&'static str, &'static str> {
    let (_, after) = STYLE.split_once(":root {").unwrap();
    let (block, _) = after.split_once('}').unwrap();
    block
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("--")?
                .strip_suffix(';')?
                .split_once(": ")
        })
        .filter(|(_, value)| value.starts_with('#'))
        .collect()
}

/// Relative luminance as WCAG 2 defines it.
fn luminance(hex: &str) -> f64 {
    let digits: Vec<f64> = match hex.trim_start_matches('#').as_bytes() {
        short @ [_, _, _] => short.iter().map(|c| f64::from(digit(*c) * 17)).collect(),
        long => long
            .chunks(2)
            .map(|pair| f64::from(digit(pair[0]) * 16 + digit(pair[1])))
            .collect(),
    };
    let linear = |value: f64| {
        let share = value / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(digits[0]) + 0.7152 * linear(digits[1]) + 0.0722 * linear(digits[2])
}

fn digit(c: u8) -> u32 {
    char::from(c).to_digit(16).unwrap()
}

fn contrast(one: &str, other: &str) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn texts_can_be_read_in_the_open() {
    let tokens = tokens();
    let pairs = [
        ("ink", "ground"),
        ("quiet", "ground"),
        ("quiet", "faint"),
        ("quiet", "paper"),
        ("accent", "ground"),
        ("accent", "accent-soft"),
        ("paper", "accent"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("bad", "paper"),
        ("info", "info-soft"),
    ];
    for (text, ground) in pairs {
        let found = contrast(tokens[text], tokens[ground]);
        assert!(found >= 7.0, "{text} on {ground}: {found:.2}");
    }
    let edge = contrast(tokens["edge"], tokens["paper"]);
    assert!(edge >= 3.0, "edges of inputs: {edge:.2}");
}

#[test]
fn no_style_says_left_or_right_nor_leaves_our_origin() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/static");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "css") {
            continue;
        }
        let style = std::fs::read_to_string(&path).unwrap();
        for (index, line) in style.lines().enumerate() {
            let at = format!("{}:{}: {line}", path.display(), index + 1);
            for physical in [
                "-left:", "-right:", " left:", " right:", ": left;", ": right;",
            ] {
                assert!(!line.contains(physical), "{at}");
            }
            assert!(!line.contains("//"), "{at}");
        }
    }
}

#[test]
fn each_symbol_stands_once_and_takes_the_colour_of_its_text() {
    let mut seen = BTreeSet::new();
    for line in SPRITE.lines().filter(|line| line.starts_with("<symbol")) {
        let id = line.split('"').nth(1).unwrap();
        assert!(seen.insert(id), "{id} stands twice");
        assert!(line.contains("stroke=\"currentColor\""), "{id}");
        assert!(line.contains("viewBox=\"0 0 24 24\""), "{id}");
    }
    assert!(seen.len() > 60);
}
