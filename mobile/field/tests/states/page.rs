//! What must hold of every page, and its text without what a style changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use jawla_model::Language;
use tower::ServiceExt;

use crate::fake::{Fake, State};

/// A state of a page: its name, what differs from an ordinary day, where the page is.
pub type Case = (&'static str, fn(&mut State), String);

/// How a page is asked for.
pub enum Asked<'a> {
    Get,
    /// A form that was sent.
    Post(&'a [(&'a str, &'a str)]),
}

/// Takes the pictures of these states in both languages, in the folder of that page.
pub async fn picture(folder: &str, cases: Vec<Case>) {
    for language in Language::ALL {
        for (name, change, path) in &cases {
            let phone = Fake::new(State::day(*language));
            phone.change(change);
            one(folder, name, *language, &phone, path, &Asked::Get).await;
        }
    }
}

/// Takes the picture of one page.
pub async fn one(
    folder: &str,
    name: &str,
    language: Language,
    phone: &Arc<Fake>,
    path: &str,
    asked: &Asked<'_>,
) {
    let (code, text) = ask(phone, path, asked).await;
    let expected = match asked {
        Asked::Get => StatusCode::OK,
        Asked::Post(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    assert_eq!(code, expected, "{folder}/{name}: {text}");
    keep(folder, name, language, &text);
}

/// Takes the picture of a page that says a fault.
pub async fn fault(
    folder: &str,
    name: &str,
    language: Language,
    phone: &Arc<Fake>,
    path: &str,
    expected: StatusCode,
) {
    let (code, text) = ask(phone, path, &Asked::Get).await;
    assert_eq!(code, expected, "{folder}/{name}: {text}");
    keep(folder, name, language, &text);
}

fn keep(folder: &str, name: &str, language: Language, text: &str) {
    let here = format!("{folder}/{name}_{}", language.code());
    check(text, language, &here);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::assert_snapshot!(format!("{name}_{}", language.code()), steady(text));
    });
}

async fn ask(phone: &Arc<Fake>, path: &str, asked: &Asked<'_>) -> (StatusCode, String) {
    let request = match asked {
        Asked::Get => Request::get(path).body(Body::empty()),
        Asked::Post(fields) => {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(*fields)
                .finish();
            Request::post(path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .body(Body::from(body))
        }
    };
    let router = jawla_field::router(phone.clone());
    let response = router.oneshot(request.unwrap()).await.unwrap();
    let code = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (code, String::from_utf8(bytes.to_vec()).unwrap())
}

/// What must hold of every page in every state.
pub fn check(text: &str, language: Language, here: &str) {
    let missing = text.split('\u{27e6}').nth(1);
    let missing = missing.map(|from| from.chars().take(60).collect::<String>());
    assert_eq!(missing, None, "{here}: a text is missing");
    for never in ["href=\"#\"", "src=\"#\"", "style=\"", "<script>"] {
        assert!(!text.contains(never), "{here}: {never}");
    }
    let (tag, direction) = (language.tag(), language.direction());
    let said = format!("<html lang=\"{tag}\" dir=\"{direction}\"");
    assert!(text.contains(&said), "{here}: {said}");
    assert!(!text.to_lowercase().contains("synchron"), "{here}");
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
pub fn faults(text: &str) -> Vec<String> {
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

/// The page from its title to its tabs. Names of files hold hashes that change with every style;
/// they are not what is looked at.
fn steady(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("/statique/") {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let name = &from[..from.find(['"', '#']).unwrap_or(from.len())];
        let mut parts = name.split('.');
        let (stem, ending) = (
            parts.next().unwrap_or_default(),
            parts.next_back().unwrap_or_default(),
        );
        out.push_str(stem);
        out.push('.');
        out.push_str(ending);
        rest = &from[name.len()..];
    }
    out.push_str(rest);
    let from = out.find("<header class=\"bar-top\"").unwrap_or(0);
    let shown = out[from..].split("<nav class=\"tabs\"").next();
    let shown = shown.unwrap_or_default().replace("><", ">\n<");
    let lines = shown.lines().map(str::trim_end);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
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

/// The text of a page.
pub async fn text(phone: &Arc<Fake>, path: &str) -> String {
    ask(phone, path, &Asked::Get).await.1
}

/// Sends a form.
pub async fn post(phone: &Arc<Fake>, path: &str, fields: &[(&str, &str)]) -> StatusCode {
    ask(phone, path, &Asked::Post(fields)).await.0
}
