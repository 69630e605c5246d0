//! Texts in French and Arabic: Fluent files under `texts/`, one per part of the product, checked
//! by this crate's tests (same keys, same placeables, every plural class, no Latin letters in
//! Arabic but names).

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use intl_memoizer::concurrent::IntlLangMemoizer;
use jawla_model::Language;

macro_rules! files {
    ($tag:literal: $($name:literal),*) => {
        &[$(($name, include_str!(concat!("../texts/", $tag, "/", $name, ".ftl")))),*]
    };
}

/// The files of a language, by name.
pub const fn sources(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::Fr => {
            files!("fr-MA": "shared", "phone", "visit", "office", "desk", "teams", "conflicts", "money", "import")
        }
        Language::Ar => {
            files!("ar-MA": "shared", "phone", "visit", "office", "desk", "teams", "conflicts", "money", "import")
        }
    }
}

/// The texts of one language. Copy it about: it is a reference.
#[derive(Clone, Copy)]
pub struct Texts {
    /// Which.
    pub language: Language,
    bundle: &'static FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Texts").field(&self.language).finish()
    }
}

static FR: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Fr));
static AR: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Ar));

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let tag = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // In Arabic what is put in may run the other way: it is isolated.
    bundle.set_use_isolating(language == Language::Ar);
    bundle.set_formatter(Some(shown));
    for (_, source) in sources(language) {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// Writes the text that a number carries where its own would be wrong.
fn shown(value: &FluentValue<'_>, _: &IntlLangMemoizer) -> Option<String> {
    match value {
        FluentValue::Number(number) => number.options.currency.clone(),
        _ => None,
    }
}

impl Texts {
    /// The texts of `language`.
    pub fn of(language: Language) -> Self {
        let bundle = match language {
            Language::Fr => &*FR,
            Language::Ar => &*AR,
        };
        Self { language, bundle }
    }

    /// The text of `key`. A key that does not exist shows as `⟦key⟧`, which the tests of every
    /// page look for.
    pub fn get(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text of `key` with one text put in.
    pub fn with(&self, key: &str, name: &str, value: impl AsRef<str>) -> String {
        self.with_all(key, &[(name, value.as_ref())])
    }

    /// The text of `key` with texts put in.
    pub fn with_all(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, FluentValue::from(*value));
        }
        self.format(key, Some(&args))
    }

    /// The text of `key` for a number, under the name `n`: its plural class chooses the form.
    pub fn count(&self, key: &str, n: impl TryInto<i64>) -> String {
        self.count_with(key, n, &[])
    }

    /// The same with texts put in beside the number.
    pub fn count_with(&self, key: &str, n: impl TryInto<i64>, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        args.set("n", self.number(n.try_into().unwrap_or(i64::MAX)));
        for (name, value) in values {
            args.set(*name, FluentValue::from(*value));
        }
        self.format(key, Some(&args))
    }

    /// Whether there is such a text.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// One of two texts of the data: that of this language, or the other where it is empty.
    pub fn choose<'a>(&self, fr: &'a str, ar: &'a str) -> &'a str {
        self.language.choose(fr, ar)
    }

    /// A number as it is written, of the class that it has.
    ///
    /// The plural rules we build on look at a whole Arabic number, where its last two digits
    /// count: 103 goes like 3. So a number of the same class chooses, and the true one travels
    /// as the text that [`shown`] writes in its place; grouped, as every number is.
    fn number(&self, n: i64) -> FluentValue<'static> {
        let class = match (self.language, n.unsigned_abs()) {
            (Language::Ar, size @ 100..) => match size % 100 {
                0..=2 => 100,
                last => i64::try_from(last).unwrap_or(100),
            },
            _ => n,
        };
        let mut number = FluentNumber::from(class);
        if class != n || n.unsigned_abs() >= 1_000 {
            let sign = if n < 0 { "−" } else { "" };
            number.options.currency = Some(format!("{sign}{}", self.count_of(n.unsigned_abs())));
        }
        FluentValue::Number(number)
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let pattern = self
            .bundle
            .get_message(key)
            .and_then(|message| message.value());
        let Some(pattern) = pattern else {
            return format!("⟦{key}⟧");
        };
        let mut errors = Vec::new();
        self.bundle
            .format_pattern(pattern, args, &mut errors)
            .into_owned()
    }
}
