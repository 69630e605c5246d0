//! The public surface of a package as lines of text: what a review sees change.
//!
//! Read from sources by their first words, not parsed: it has to show that something changed, not
//! to understand it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The listing of one language.
pub(super) fn of(language: &str, root: &Path, sources: &BTreeMap<PathBuf, String>) -> String {
    let mut out = format!(
        "# The public surface of the {language} package, made by `cargo xtask bindings`.\n\
         # A line that goes or changes breaks somebody: see docs/embedding.md.\n"
    );
    for (path, text) in sources {
        let lines: Vec<String> = match language {
            "kotlin" => kotlin(text),
            "python" => python(text),
            _ => swift(text),
        };
        if lines.is_empty() {
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(path);
        out.push_str(&format!("\n## {}\n", name.display()));
        for line in lines {
            out.push_str(&line);
            out.push('\n');
        }
    }
    out
}

/// Names of the machinery between two languages, which nobody calls.
fn is_machinery(line: &str) -> bool {
    let marks = [
        "FfiConverter",
        "Uniffi",
        "uniffi",
        "RustBuffer",
        "ForeignBytes",
        "NoHandle",
        "NoPointer",
        "RustCallStatus",
        "_lib",
        "ffi_",
    ];
    marks.iter().any(|mark| line.contains(mark))
}

/// The declaration that begins at this line, up to its body, on one line.
fn declaration(lines: &[&str], at: usize, ends: &[char]) -> String {
    let mut whole = String::new();
    let mut depth = 0i32;
    for line in lines.iter().skip(at).take(40) {
        let line = line.trim();
        // Swift's parameters stand behind the end of their comment.
        let behind_comment = line.strip_prefix("*/").map(str::trim_start);
        let line = behind_comment
            .filter(|rest| !rest.is_empty())
            .unwrap_or(line);
        if line.starts_with("//") || line.starts_with('*') || line.starts_with("/*") {
            continue;
        }
        let line = line.split(" // ").next().unwrap_or(line);
        if !whole.is_empty() {
            whole.push(' ');
        }
        for c in line.chars() {
            depth += i32::from(c == '(') - i32::from(c == ')');
            if depth == 0 && ends.contains(&c) {
                return whole.trim_end().to_owned();
            }
            whole.push(c);
        }
        // The generator writes `public` on a line of its own before some.
        if depth == 0 && whole != "public" {
            break;
        }
    }
    whole.trim_end().to_owned()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn kotlin(text: &str) -> Vec<String> {
    let modifiers = [
        "public", "open", "suspend", "data", "sealed", "enum", "abstract", "override", "inline",
        "value", "const", "operator",
    ];
    let kinds = [
        "class",
        "interface",
        "fun",
        "object",
        "val",
        "var",
        "typealias",
    ];
    select(
        text,
        |line| {
            let mut words = line
                .split([' ', '(', '<'])
                .skip_while(|word| modifiers.contains(word));
            let declares = words.next().is_some_and(|word| kinds.contains(&word));
            let is_constant = line.ends_with(',') || line.ends_with(';');
            let is_enum_constant = is_constant
                && line
                    .trim_end_matches([',', ';'])
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c == '_')
                && line.len() > 1;
            declares || is_enum_constant
        },
        &['{', '='],
        4,
    )
}

fn python(text: &str) -> Vec<String> {
    select(
        text,
        |line| {
            let rest = ["class ", "def ", "async def "]
                .iter()
                .find_map(|start| line.strip_prefix(start));
            rest.is_some_and(|name| !name.starts_with('_') || name.starts_with("__init__"))
        },
        &[],
        4,
    )
}

fn swift(text: &str) -> Vec<String> {
    select(
        text,
        |line| {
            let line = line.strip_prefix("@preconcurrency ").unwrap_or(line);
            let is_own_extension = line.starts_with("extension ") && !line.ends_with("{}");
            let starts = ["public ", "open ", "case "];
            is_own_extension || line == "public" || starts.iter().any(|word| line.starts_with(word))
        },
        &['{', '='],
        4,
    )
}

/// The declarations among the lines, none of machinery and none inside a function.
fn select(
    text: &str,
    declares: impl Fn(&str) -> bool,
    ends: &[char],
    indent_max: usize,
) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut hidden_in: Option<usize> = None;
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let depth = indent(line);
        if line.trim().is_empty() {
            continue;
        }
        if hidden_in.is_some_and(|of| depth > of) {
            continue;
        }
        hidden_in = None;
        let bare = line.trim();
        let hides = bare.starts_with("private ")
            || bare.starts_with("internal ")
            || bare.starts_with("fileprivate ")
            || bare.starts_with("class _");
        let opens = [
            "class ",
            "interface ",
            "object ",
            "extension ",
            "struct ",
            "protocol ",
        ];
        if hides || (is_machinery(bare) && opens.iter().any(|word| bare.contains(word))) {
            hidden_in = Some(depth);
            continue;
        }
        if depth <= indent_max && declares(bare) {
            let whole = declaration(&lines, at, ends);
            if !is_machinery(whole.split(['(', ':']).next().unwrap_or("")) {
                found.push(" ".repeat(depth.min(4)) + &whole);
            }
        }
    }
    found
}
