//! What must hold of every page, and its text without what a style changes.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jawla_model::Language;

use crate::world::World;

/// A state of a page.
pub struct Case {
    name: &'static str,
    world: fn() -> World,
    asked: Asked,
    status: StatusCode,
}

/// How a page is asked for.
enum Asked {
    /// By its address.
    Get(String),
    /// By a form that was sent there.
    Post(String, String),
}

/// The page at an address.
pub fn get(name: &'static str, world: fn() -> World, address: impl Into<String>) -> Case {
    Case {
        name,
        world,
        asked: Asked::Get(address.into()),
        status: StatusCode::OK,
    }
}

/// The page that answers a form which cannot stand.
pub fn post(
    name: &'static str,
    world: fn() -> World,
    address: impl Into<String>,
    form: impl Into<String>,
) -> Case {
    Case {
        name,
        world,
        asked: Asked::Post(address.into(), form.into()),
        status: StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl Case {
    /// The same, answered by another status.
    pub fn answered(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

/// How much of a page is kept.
#[derive(Clone, Copy)]
pub enum Kept {
    /// What differs from page to page.
    Main,
    /// All of its body.
    Body,
}

/// Takes the pictures of these states in both languages, in the folder of that page.
pub async fn picture(folder: &str, cases: Vec<Case>) {
    picture_of(Kept::Main, folder, cases).await;
}

/// The same, of so much of each page.
pub async fn picture_of(kept: Kept, folder: &str, cases: Vec<Case>) {
    for language in Language::ALL {
        for case in &cases {
            let browser = (case.world)().open(*language);
            let answer = match &case.asked {
                Asked::Get(address) => browser.get(address).await,
                Asked::Post(address, form) => browser.post(address, form).await,
            };
            let here = format!("{folder}/{}_{}", case.name, language.code());
            assert_eq!(answer.status, case.status, "{here}: {}", answer.body);
            check(&answer.body, *language, &here);
            keep(
                folder,
                &format!("{}_{}", case.name, language.code()),
                &steady(&answer.body, kept),
            );
        }
    }
}

fn keep(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// What must hold of every page in every state.
fn check(text: &str, language: Language, here: &str) {
    let missing = text.split('\u{27e6}').nth(1);
    let missing = missing.map(|from| from.chars().take(60).collect::<String>());
    assert_eq!(missing, None, "{here}: a text is missing");
    for never in [
        "href=\"#\"",
        "src=\"#\"",
        "style=\"",
        "<script>",
        " onclick=",
    ] {
        assert!(!text.contains(never), "{here}: {never}");
    }
    let (tag, direction) = (language.tag(), language.direction());
    let said = format!("<html lang=\"{tag}\" dir=\"{direction}\"");
    assert!(text.contains(&said), "{here}: {said}");
    assert!(!text.to_lowercase().contains("synchron"), "{here}");
    assert!(text.contains("<h1"), "{here}: a page without a title");
    assert!(text.len() <= 256 * 1024, "{here}: {} bytes", text.len());
    let faults = faults(text);
    assert!(faults.is_empty(), "{here}: {faults:#?}");
}

/// A tag as it stands in a page.
struct Tag<'a> {
    name: &'a str,
    inside: &'a str,
}

impl<'a> Tag<'a> {
    fn value(&self, attribute: &str) -> Option<&'a str> {
        let from = self.inside.find(&format!(" {attribute}=\""))?;
        let rest = &self.inside[from + attribute.len() + 3..];
        Some(&rest[..rest.find('"').unwrap_or(rest.len())])
    }
}

/// The tags of a page with what follows each, up to the next.
fn tags(text: &str) -> Vec<(Tag<'_>, &str)> {
    let mut found = Vec::new();
    for part in text.split('<').skip(1) {
        let Some(end) = part.find('>') else { continue };
        let (inside, after) = (&part[..end], &part[end + 1..]);
        let name = inside.split([' ', '\n', '>']).next().unwrap_or_default();
        found.push((Tag { name, inside }, after));
    }
    found
}

/// Controls without a name, names that stand twice, pictures without words, links to nowhere.
fn faults(text: &str) -> Vec<String> {
    let all = tags(text);
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    let mut labelled = BTreeSet::new();
    for (tag, _) in &all {
        if let Some(id) = tag.value("id")
            && !ids.insert(id)
        {
            faults.push(format!("id {id} stands twice"));
        }
        if tag.name == "label"
            && let Some(of) = tag.value("for")
        {
            labelled.insert(of);
        }
    }
    let mut in_label = 0_i32;
    for (n, (tag, after)) in all.iter().enumerate() {
        match tag.name {
            "label" => in_label += 1,
            "/label" => in_label -= 1,
            "input" | "select" | "textarea" => {
                let hidden = tag.value("type") == Some("hidden");
                let named = tag.value("aria-label").is_some_and(|name| !name.is_empty())
                    || tag
                        .value("aria-labelledby")
                        .is_some_and(|by| ids.contains(by))
                    || tag.value("id").is_some_and(|id| labelled.contains(id));
                if !hidden && !named && in_label == 0 {
                    faults.push(format!("no label: <{}>", tag.inside));
                }
            }
            "button" | "a" => {
                let closing = format!("/{}", tag.name);
                let words = all[n..].iter().take_while(|(tag, _)| tag.name != closing);
                let said = !after.trim().is_empty()
                    || words.clone().any(|(_, after)| !after.trim().is_empty())
                    || words
                        .clone()
                        .any(|(tag, _)| tag.value("alt").is_some_and(|alt| !alt.is_empty()))
                    || tag.value("aria-label").is_some();
                if !said {
                    faults.push(format!("says nothing: <{}>", tag.inside));
                }
            }
            "img" if tag.value("alt").is_none() => faults.push(format!("<{}>", tag.inside)),
            _ => {}
        }
        for attribute in ["href", "aria-describedby", "aria-labelledby"] {
            let named = tag.value(attribute).unwrap_or_default();
            let places = match attribute {
                "href" => named.strip_prefix('#').into_iter().collect::<Vec<_>>(),
                _ => named.split(' ').filter(|one| !one.is_empty()).collect(),
            };
            for place in places.iter().filter(|place| !ids.contains(*place)) {
                faults.push(format!("{attribute} to {place}, which is not on the page"));
            }
        }
    }
    faults
}

/// The part that is kept. Names of files hold hashes that change with every style; they are not
/// what is looked at. Nor is a code to scan, which is drawn by a library.
fn steady(text: &str, kept: Kept) -> String {
    let (from, until) = match kept {
        Kept::Main => ("<main", "</main>"),
        Kept::Body => ("<body", "</body>"),
    };
    let start = text.find(from).unwrap_or(0);
    let end = text.rfind(until).unwrap_or(text.len());
    let out = without_codes(&without_hashes(&text[start..end]));
    let shown = out.replace("><", ">\n<");
    let lines = shown.lines().map(str::trim_end);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn without_hashes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("/statique/") {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let name = &from[..from.find(['"', '#']).unwrap_or(from.len())];
        let mut parts = name.split('.');
        let stem = parts.next().unwrap_or_default();
        let ending = parts.next_back().unwrap_or_default();
        out.push_str(&format!("{stem}.{ending}"));
        rest = &from[name.len()..];
    }
    out.push_str(rest);
    out
}

fn without_codes(text: &str) -> String {
    let Some(code) = text.find("class=\"qr\"") else {
        return text.to_owned();
    };
    let from = code + text[code..].find("<svg").unwrap_or(0);
    let until = from + text[from..].find("</svg>").unwrap_or(0);
    format!("{}<svg>{}", &text[..from], &text[until..])
}

#[test]
fn what_is_wrong_with_a_page_is_found() {
    let wrong = r##"<p id="a"></p><p id="a"></p><input name="x"><input type="hidden" name="y">
        <label for="z">Z</label><input id="z"><label>W<input name="w"></label>
        <select name="s" aria-label="S"></select><textarea name="t"></textarea>
        <button><svg></svg></button><button aria-label="B"></button><a href="/x">X</a>
        <a href="#z">Z</a><a href="#nowhere">N</a><img src="/x"><img src="/x" alt="">"##;
    let found = faults(wrong);
    assert_eq!(found.len(), 6, "{found:#?}");
}
