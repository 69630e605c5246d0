//! What a machine or a hurry left behind.

use super::Finding;
use crate::checkout::{CheckedFile, Checkout, is_test_path};
use crate::scan::{has_word, is_name_char};

/// Folders of somebody's machine. Written in two pieces, so that this file does not find itself.
const MACHINE_FOLDERS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
];
const TEMPORARY_FOLDER: &str = concat!("/t", "mp/");

const OPEN_POINTS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in checkout
        .files
        .iter()
        .filter(|file| file.path != "Cargo.lock")
    {
        for (index, line) in file.text.lines().enumerate() {
            let advice = machine_folder(file, line).or_else(|| open_point(line));
            findings.extend(advice.map(|advice| Finding::new(&file.path, index + 1, advice)));
        }
    }
    for (file, rust) in checkout.rust_files() {
        for (number, _) in rust
            .shipped_lines()
            .filter(|(_, code)| code.contains(".unwrap()"))
        {
            let advice = "unwrap outside tests: return an error that says what the caller can do";
            findings.push(Finding::new(&file.path, number, advice));
        }
    }
    findings
}

fn machine_folder(file: &CheckedFile, line: &str) -> Option<String> {
    let temporary = (!is_test_path(&file.path)).then_some(&TEMPORARY_FOLDER);
    let folder = MACHINE_FOLDERS
        .iter()
        .chain(temporary)
        .find(|folder| is_path_to(line, folder))?;
    Some(format!(
        "{folder} is a folder of one machine: take it as an argument or a setting"
    ))
}

/// True if `folder` starts a path in this line, and is not the middle of another path.
fn is_path_to(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| is_name_char(c) || matches!(c, '.' | '-' | '}' | '~' | '/'))
    })
}

fn open_point(line: &str) -> Option<String> {
    let word = OPEN_POINTS.iter().find(|word| has_word(line, word))?;
    let behind = line.split_once(*word).map_or("", |(_, rest)| rest);
    let issue = behind
        .strip_prefix("(#")
        .and_then(|rest| rest.split_once(')'));
    let has_issue = issue.is_some_and(|(number, _)| {
        !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
    });
    (!has_issue).then(|| format!("{word} without an issue: write {word}(#12), or do it now"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<usize> {
        check(&Checkout::sample(&[(path, text)]))
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn machine_folders_are_found_in_every_text() {
        let home = MACHINE_FOLDERS[0];
        assert_eq!(
            found("docs/operations.md", &format!("\nSee `{home}ali/data`.")),
            [2]
        );
        assert_eq!(
            found("tests/sim/src/disk.rs", &format!("let a = \"{home}x\";")),
            [1]
        );
        assert!(found("docs/a.md", &format!("https://example.org{home}")).is_empty());
    }

    #[test]
    fn the_temporary_folder_is_for_tests() {
        let line = format!("let a = \"{TEMPORARY_FOLDER}x\";");
        assert_eq!(found("server/src/blobs.rs", &line), [1]);
        assert!(found("server/tests/blobs.rs", &line).is_empty());
    }

    #[test]
    fn open_points_need_an_issue() {
        let word = OPEN_POINTS[0];
        assert_eq!(found("src/a.rs", &format!("// {word}: later")), [1]);
        assert_eq!(found("src/a.rs", &format!("// {word}(later)")), [1]);
        assert!(found("src/a.rs", &format!("// {word}(#12): later")).is_empty());
    }

    #[test]
    fn unwrap_is_for_tests() {
        assert_eq!(found("src/a.rs", "let a = b\n    .unwrap();"), [2]);
        assert!(found("src/a.rs", "#[test]\nfn t() {\n    b.unwrap();\n}").is_empty());
        assert!(found("src/a.rs", "// not .unwrap()\nlet a = b.unwrap_or(1);").is_empty());
    }
}
