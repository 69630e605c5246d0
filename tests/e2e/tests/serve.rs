//! The commands, as an administrator uses them, and the office in a browser.

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

use std::collections::BTreeSet;
use std::net::SocketAddr;

use jawla_e2e::http::{Answer, call};
use jawla_e2e::{Ground, Ran, ServerProcess, jawla};
use jawla_world::projects::{self, ExpectedFault, FaultKind};

const PASSWORD: &str = "sept moulins sous la pluie";

fn form(to: SocketAddr, path: &str, headers: &[(&str, &str)], pairs: &[(&str, &str)]) -> Answer {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{key}={}", value.replace(' ', "+")))
        .collect();
    let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
    all.extend(headers);
    call(to, "POST", path, &all, pairs.join("&").as_bytes()).expect("an answer")
}

fn get(to: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    call(to, "GET", path, headers, b"").expect("an answer")
}

fn cookie(answer: &Answer) -> String {
    let set = answer
        .header("set-cookie")
        .unwrap_or_else(|| panic!("no session: {answer:?}"));
    set.split(';').next().unwrap().to_owned()
}

struct Commands {
    data: String,
}

impl Commands {
    fn run(&self, args: &[&str]) -> Ran {
        jawla(&[args, &["--data", &self.data]].concat())
    }

    fn import(&self, path: &std::path::Path, csv: impl AsRef<[u8]>) -> Ran {
        std::fs::write(path, csv).unwrap();
        self.run(&["import", "projects", "--json", path.to_str().unwrap()])
    }
}

#[test]
fn a_first_start_leads_an_administrator_to_a_page_with_projects() {
    let ground = Ground::empty();
    let commands = Commands {
        data: ground.data().to_str().unwrap().into(),
    };
    let server = ServerProcess::start(&ground.data());
    let link = server
        .administrator_link
        .clone()
        .expect("a link for the first administrator");
    assert!(
        server.said.contains("clé TLS (SHA-256) : "),
        "{}",
        server.said
    );
    assert!(server.tls.ip().is_loopback() && server.tls.port() != 0);

    let demo = projects::demo_projects_csv(jawla_world::DEMO_SEED);
    let imported = commands.import(&ground.path("demo.csv"), &demo);
    assert_eq!(imported.code, 0, "{imported:?}");
    let report = imported.json();
    assert_eq!(
        (&report["imported"], &report["lines"]),
        (&250.into(), &250.into())
    );
    let again = commands.import(&ground.path("demo.csv"), &demo);
    assert_eq!(
        (again.code, again.json()["imported"].clone()),
        (3, 0.into()),
        "twice is once"
    );

    let office = server.plain;
    let entry = get(office, "/", &[]);
    assert_eq!(
        (entry.status, entry.header("location")),
        (303, Some("/connexion"))
    );
    assert_eq!(get(office, &link, &[]).status, 200);
    let secret = link.split_once('=').unwrap().1;
    let account = [
        ("lien", secret),
        ("identifiant", "amina"),
        ("mot_de_passe", PASSWORD),
        ("encore", PASSWORD),
    ];
    let foreign = [("origin", "http://example.invalid")];
    assert_eq!(
        form(office, "/bienvenue", &foreign, &account).status,
        403,
        "another site's form"
    );
    let foreign = [("sec-fetch-site", "cross-site")];
    assert_eq!(
        form(office, "/bienvenue", &foreign, &account).status,
        403,
        "another site's form"
    );
    let entered = form(office, "/bienvenue", &[], &account);
    assert_eq!(entered.status, 303, "{}", entered.text());
    let session = cookie(&entered);
    let overview = get(office, "/", &[("cookie", &session)]);
    assert_eq!(overview.status, 200);
    let page = get(office, "/projets", &[("cookie", &session)]);
    assert_eq!(page.status, 200);
    let text = page.text();
    let title = &projects::demo_projects(jawla_world::DEMO_SEED)[0].title_fr;
    let shown = text.contains("250") && text.contains(projects::MARK_FR);
    assert!(
        shown,
        "neither the count nor titles such as « {title} » are on the page:\n{text}"
    );
    for page in [&text, &overview.text()] {
        assert!(
            page.split("<script").skip(1).all(|tag| tag
                .split('>')
                .next()
                .is_some_and(|tag| tag.contains("src=\"/statique/"))),
            "a script that is not our own file:\n{page}"
        );
    }
    let hostile = projects::hostile_projects_csv().csv;
    assert_eq!(
        commands.import(&ground.path("hostile.csv"), &hostile).code,
        3
    );
    let found = get(office, "/projets?q=rurale", &[("cookie", &session)]).text();
    assert!(
        found.contains("etsip"),
        "the title with hidden characters is not there:\n{found}"
    );
    assert!(
        !found.contains(['\u{202e}', '\u{2067}']),
        "text turns the page around"
    );
    let again = form(office, "/bienvenue", &[], &account);
    assert_eq!(again.header("set-cookie"), None, "a link is good once");
    assert!((400..500).contains(&again.status), "{}", again.status);

    let wrong = [
        ("identifiant", "amina"),
        ("mot_de_passe", "autre chose que cela"),
    ];
    let refused = form(office, "/connexion", &[], &wrong);
    assert_eq!((refused.status, refused.header("set-cookie")), (422, None));
    let right = [("identifiant", "amina"), ("mot_de_passe", PASSWORD)];
    let entered = form(office, "/connexion", &[], &right);
    assert_eq!(entered.status, 303, "{}", entered.text());
    let gone = form(office, "/deconnexion", &[("cookie", &session)], &[]);
    assert_eq!(gone.status, 303);
    assert_eq!(
        get(office, "/", &[("cookie", &session)]).status,
        303,
        "signed out"
    );
    let session = cookie(&entered);
    assert_eq!(get(office, "/", &[("cookie", &session)]).status, 200);

    let (said, code) = server.stop();
    assert_eq!(code, 0, "{said}");
    let server = ServerProcess::start(&ground.data());
    assert_eq!(server.administrator_link, None, "{}", server.said);
    let entered = form(server.plain, "/connexion", &[], &right);
    assert_eq!(
        entered.status,
        303,
        "the account is still there: {}",
        entered.text()
    );
    let page = get(server.plain, "/projets", &[("cookie", &cookie(&entered))]);
    assert!(
        page.text().contains(projects::MARK_FR),
        "the projects are still there"
    );
}

#[test]
fn commands_work_beside_a_running_server() {
    let ground = Ground::empty();
    let commands = Commands {
        data: ground.data().to_str().unwrap().into(),
    };
    let server = ServerProcess::start(&ground.data());

    let hostile = projects::hostile_projects_csv();
    let ran = commands.import(&ground.path("hostile.csv"), &hostile.csv);
    assert_eq!(ran.code, 3, "{}", ran.err);
    let report = ran.json();
    let refused = report["refused"].as_array().unwrap();
    let named: BTreeSet<(u64, &str)> = refused
        .iter()
        .map(|fault| {
            (
                fault["line"].as_u64().unwrap(),
                fault["field"].as_str().unwrap(),
            )
        })
        .collect();
    for fault in refused {
        let sentence = fault["sentence_fr"].as_str().unwrap();
        assert!(sentence.ends_with('.') && sentence.len() < 600, "{fault}");
        assert!(!fault["reason"].as_str().unwrap().is_empty());
    }
    // Text that a spreadsheet would compute or that turns a screen around may be kept as text;
    // what becomes of it on a page is asked elsewhere.
    let to_name =
        |fault: &&ExpectedFault| !matches!(fault.kind, FaultKind::Formula | FaultKind::BidiControl);
    let missed: Vec<_> = hostile
        .faults
        .iter()
        .filter(to_name)
        .filter(|fault| {
            // A line that is too long is refused before its cells are looked at.
            let field = if fault.kind == FaultKind::TooLong {
                ""
            } else {
                fault.field
            };
            !named.contains(&(fault.line as u64, field))
        })
        .collect();
    assert!(
        missed.is_empty(),
        "not reported with line and field: {missed:#?}\n{named:?}"
    );
    let faulty: BTreeSet<u64> = hostile
        .faults
        .iter()
        .map(|fault| fault.line as u64)
        .collect();
    let refused: BTreeSet<u64> = named.iter().map(|(line, _)| *line).collect();
    assert!(refused.is_subset(&faulty), "a good line is refused");
    assert_eq!(report["lines"], hostile.faults.len() + 2);
    assert_eq!(report["imported"], hostile.faults.len() + 2 - refused.len());

    let ran = commands.import(
        &ground.path("bytes.csv"),
        projects::hostile_projects_bytes(),
    );
    let lines: BTreeSet<u64> = ran.json()["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["line"].as_u64().unwrap())
        .collect();
    assert!(ran.code == 3 && lines.contains(&3), "{ran:?}");

    let scope = [
        "--scope",
        "Khouribga",
        "--role",
        "team_member",
        "--name",
        "Driss",
    ];
    let invited = commands.run(&[&["invite", "--json"], &scope[..]].concat());
    assert_eq!(invited.code, 0, "{invited:?}");
    let invited = invited.json();
    assert!(
        invited["invitation"]
            .as_str()
            .unwrap()
            .starts_with("jawla1:")
    );
    assert_eq!(
        invited["url"], server.base_url,
        "what the running server announced"
    );

    let status = commands.run(&["status", "--json"]);
    assert_eq!(status.code, 0, "{status:?}");
    assert!(status.json()["documents"].as_u64().unwrap() >= 2);
    let verified = commands.run(&["verify", "--json"]);
    assert_eq!(
        (verified.code, verified.json()["sound"].clone()),
        (0, true.into())
    );
}

#[test]
fn what_is_wrong_is_said_with_the_right_code() {
    let ground = Ground::empty();
    for args in [
        &["frobnicate"][..],
        &["serve", "--listen", "nowhere"],
        &["invite", "--name", "x"],
        &["import", "projects"],
        &[],
    ] {
        let ran = jawla(args);
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
        assert!(!ran.err.is_empty(), "{args:?}");
    }
    let missing = ground.path("nothing-here");
    let missing = missing.to_str().unwrap();
    for command in ["status", "verify"] {
        let ran = jawla(&[command, "--data", missing]);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.err.contains("is not a data folder"), "{}", ran.err);
        assert!(ran.err.contains(missing), "{}", ran.err);
    }
    assert!(
        !ground.path("nothing-here").exists(),
        "a mistyped path makes nothing"
    );
    let file = ground.path("file");
    std::fs::write(&file, "?").unwrap();
    let ran = jawla(&[
        "serve",
        "--data",
        file.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains(file.to_str().unwrap()), "{}", ran.err);
}
