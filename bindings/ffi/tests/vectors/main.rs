//! The vectors of `bindings/contract/calls.json`: each call is made of the real library, against a
//! real server process, and must answer what is written there. `JAWLA_VECTORS=write` writes it.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

#[path = "../ground/mod.rs"]
#[allow(dead_code, reason = "the other tests use all of it")]
mod ground;
mod play;
mod seen;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::BASE64;
use ground::{Keys, open};
use jawla_e2e::{Ground, ServerProcess, jawla};
use serde_json::{Map, Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The same ground in every language: the demonstration's projects, a team's lead of one commune.
fn invitation(data: &str) -> String {
    let projects = root().join("data/demo-projects.csv");
    let imported = jawla(&[
        "import",
        "projects",
        projects.to_str().unwrap(),
        "--demonstration",
        "--data",
        data,
    ]);
    assert!([0, 3].contains(&imported.code), "{imported:?}");
    let invited = jawla(&[
        "invite",
        "--data",
        data,
        "--scope",
        "053110507",
        "--role",
        "team_lead",
        "--name",
        "Vecteurs",
    ]);
    let mut words = invited.out.split_whitespace();
    words
        .find(|word| word.starts_with("jawla1:"))
        .unwrap_or_else(|| panic!("{invited:?}"))
        .to_owned()
}

/// Puts what earlier steps kept in the place of its name.
fn filled(value: &Value, kept: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => {
            let text = kept.iter().rev().fold(text.clone(), |text, (name, value)| {
                text.replace(&format!("${name}"), value)
            });
            text.into()
        }
        Value::Array(list) => list.iter().map(|one| filled(one, kept)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, one)| (key.clone(), filled(one, kept)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// What stands at a path: `rows.0.word`, `rows.#` for the count, nothing for the whole.
fn at(value: &Value, path: &str) -> Value {
    let steps = path.split('.').filter(|step| !step.is_empty());
    steps.fold(value.clone(), |value, step| match step.parse::<usize>() {
        _ if step == "#" => json!(value.as_array().map(Vec::len)),
        Ok(index) => value[index].clone(),
        Err(_) => value
            .get(step)
            .unwrap_or_else(|| panic!("{path}: no {step} in {value}"))
            .clone(),
    })
}

/// Values that differ in each run go by their names.
fn named(value: Value, kept: &BTreeMap<String, String>) -> Value {
    let known = |text: &str| kept.iter().find(|(_, value)| *value == text);
    match &value {
        Value::String(text) => known(text).map_or(value, |(name, _)| json!(format!("${name}"))),
        _ => value,
    }
}

fn line(step: &Value) -> String {
    let parts = [
        "name",
        "call",
        "arguments",
        "keep",
        "has",
        "answer",
        "error",
    ];
    let parts = parts.iter().filter_map(|part| {
        let value = step.get(*part)?;
        Some(format!("{}: {value}", json!(part)))
    });
    format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
}

fn write(place: &Path, vectors: &Value, steps: &[Value]) {
    let lines: Vec<String> = steps.iter().map(line).collect();
    let text = format!(
        "{{\"version\": {}, \"about\": {}, \"files\": {},\n\"steps\": [\n{}\n]}}\n",
        vectors["version"],
        vectors["about"],
        vectors["files"],
        lines.join(",\n")
    );
    std::fs::write(place, text).unwrap();
}

#[tokio::test]
async fn every_call_answers_what_the_vectors_say() {
    let place = root().join("bindings/contract/calls.json");
    let text = std::fs::read_to_string(&place).unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let writes = std::env::var("JAWLA_VECTORS").is_ok_and(|what| what == "write");

    let ground = Ground::empty();
    let data = ground.data();
    let server = ServerProcess::start(&data);
    let folder = ground.path("files");
    std::fs::create_dir(&folder).unwrap();
    for (name, bytes) in vectors["files"].as_object().unwrap() {
        let bytes = BASE64.decode(bytes.as_str().unwrap().as_bytes()).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    let mut kept = BTreeMap::from([
        ("folder".to_owned(), folder.to_str().unwrap().to_owned()),
        ("invitation".to_owned(), invitation(data.to_str().unwrap())),
    ]);
    let keys = Arc::new(Keys::default());
    let store = open(&ground.path("store"), &keys).await.unwrap();

    let mut written = Vec::new();
    let mut surprises = Vec::new();
    for step in vectors["steps"].as_array().unwrap() {
        let mut step = step.clone();
        let name = step["name"].as_str().unwrap().to_owned();
        let arguments = filled(&step["arguments"], &kept);
        let found = play::play(&store, step["call"].as_str().unwrap(), &arguments).await;
        let found = match (found, step.get("answer").cloned()) {
            (Ok(answer), Some(wanted)) => {
                for (keep, path) in step["keep"].as_object().into_iter().flatten() {
                    let value = at(&answer, path.as_str().unwrap());
                    kept.insert(keep.clone(), value.as_str().unwrap().to_owned());
                }
                for (path, texts) in step["has"].as_object().into_iter().flatten() {
                    let whole = at(&answer, path);
                    for text in texts.as_array().unwrap() {
                        let held = whole.as_str().unwrap().contains(text.as_str().unwrap());
                        assert!(held, "{name}: no {text} in {whole}");
                    }
                }
                let wanted = wanted.as_object().unwrap();
                let looks = wanted
                    .keys()
                    .map(|path| (path.clone(), named(at(&answer, path), &kept)));
                ("answer", Value::from(looks.collect::<Map<_, _>>()))
            }
            (Err(error), None) => ("error", seen::error(&error)),
            (other, _) => panic!("{name}: {other:?}"),
        };
        if step[found.0] != found.1 {
            surprises.push(format!("{name}: {} is {}", found.0, found.1));
        }
        step[found.0] = found.1;
        written.push(step);
    }
    drop(store);
    drop(server);
    if writes {
        write(&place, &vectors, &written);
    } else {
        assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    }
    assert!(written.len() >= 60, "{} steps", written.len());
}

#[tokio::test]
async fn the_pages_answer_what_the_contract_of_the_bridge_says() {
    let text = std::fs::read_to_string(root().join("mobile/contract/bridge.json")).unwrap();
    let contract: Value = serde_json::from_str(&text).unwrap();
    let ground = Ground::empty();
    let store = open(&ground.path("store"), &Arc::new(Keys::default()))
        .await
        .unwrap();
    let mut asked = 0;
    for step in contract["steps"].as_array().unwrap() {
        let (order, wanted) = (&step["order"], &step["answer"]["ok"]["status"]);
        if order["do"] != "http" || wanted.is_null() {
            continue;
        }
        let headers = order["headers"].as_array().unwrap().iter();
        let headers: Value = headers
            .map(|pair| json!({ "name": pair[0], "value": pair[1] }))
            .collect();
        let request = json!({
            "method": order["method"], "path": order["path"], "headers": headers, "body": order["body"],
        });
        let answer = play::play(&store, "http", &json!({ "request": request })).await;
        assert_eq!(answer.unwrap()["status"], *wanted, "{}", step["name"]);
        asked += 1;
    }
    assert!(asked >= 3, "{asked} steps");
}
