//! Finds test-only items and functions in masked code.

use std::ops::Range;

use super::{Function, Line, is_name_char};

/// What is only compiled for tests.
pub(super) struct TestItems {
    pub whole_file: bool,
    /// Lines from 1.
    pub line_ranges: Vec<Range<usize>>,
    pub modules: Vec<String>,
}

/// Masked code, by character.
struct Code {
    chars: Vec<char>,
    /// Line of each character, from 1.
    lines: Vec<usize>,
}

impl Code {
    fn new(masked: &str) -> Self {
        let mut line = 1;
        let mut code = Self {
            chars: Vec::new(),
            lines: Vec::new(),
        };
        for c in masked.chars() {
            code.chars.push(c);
            code.lines.push(line);
            if c == '\n' {
                line += 1;
            }
        }
        code
    }

    fn get(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    fn line_of(&self, at: usize) -> usize {
        self.lines
            .get(at)
            .or(self.lines.last())
            .copied()
            .unwrap_or(1)
    }

    fn text(&self, range: Range<usize>) -> String {
        self.chars
            .iter()
            .skip(range.start)
            .take(range.len())
            .collect()
    }

    fn skip_spaces(&self, from: usize) -> usize {
        (from..)
            .find(|&at| !self.get(at).is_some_and(char::is_whitespace))
            .unwrap_or(from)
    }

    /// Position behind the bracket that closes the one at `open`.
    fn close_of(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for at in open..self.chars.len() {
            match self.get(at) {
                Some('(' | '[' | '{') => depth += 1,
                Some(')' | ']' | '}') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return at + 1;
            }
        }
        self.chars.len()
    }

    /// The `{` that opens the item's body, or its end if a `;` comes first.
    fn body_of(&self, from: usize) -> Result<usize, usize> {
        let mut at = from;
        while let Some(c) = self.get(at) {
            match c {
                '{' => return Ok(at),
                ';' | '}' => return Err(at + 1),
                '(' | '[' => at = self.close_of(at),
                _ => at += 1,
            }
        }
        Err(at)
    }
}

pub(super) fn find_test_items(masked: &str) -> TestItems {
    let code = Code::new(masked);
    let mut found = TestItems {
        whole_file: false,
        line_ranges: Vec::new(),
        modules: Vec::new(),
    };
    let mut at = 0;
    while at < code.chars.len() {
        let is_inner = code.get(at + 1) == Some('!');
        let open = at + 1 + usize::from(is_inner);
        if code.get(at) != Some('#') || code.get(open) != Some('[') {
            at += 1;
            continue;
        }
        let behind = code.close_of(open);
        if !is_test_attribute(&code.text(open + 1..behind - 1)) {
            at = behind;
        } else if is_inner {
            found.whole_file = true;
            return found;
        } else {
            let item = behind_attributes(&code, behind);
            let end = match code.body_of(item) {
                Ok(open) => code.close_of(open),
                Err(end) => end,
            };
            found
                .line_ranges
                .push(code.line_of(at)..code.line_of(end - 1) + 1);
            found.modules.extend(declared_module(&code.text(item..end)));
            at = end;
        }
    }
    found
}

/// True for `cfg(test)`, `cfg(all(test, ...))`, `test` and the likes of `tokio::test`.
fn is_test_attribute(attribute: &str) -> bool {
    let dense: String = attribute.chars().filter(|c| !c.is_whitespace()).collect();
    let name = dense.split('(').next().unwrap_or_default();
    dense == "cfg(test)"
        || dense.starts_with("cfg(all(test,")
        || name == "test"
        || name.ends_with("::test")
}

fn behind_attributes(code: &Code, from: usize) -> usize {
    let mut at = code.skip_spaces(from);
    while code.get(at) == Some('#') && code.get(at + 1) == Some('[') {
        at = code.skip_spaces(code.close_of(at + 1));
    }
    at
}

fn declared_module(item: &str) -> Option<String> {
    let item = item.strip_suffix(';')?;
    let (before, name) = item.split_once("mod ")?;
    let is_declaration = before.is_empty() || before.starts_with("pub");
    (is_declaration && name.chars().all(is_name_char)).then(|| name.to_owned())
}

pub(super) fn find_functions(masked: &str, lines: &[Line]) -> Vec<Function> {
    let code = Code::new(masked);
    let mut functions = Vec::new();
    for at in 0..code.chars.len() {
        let starts = at == 0 || !code.get(at - 1).is_some_and(is_name_char);
        if !starts || code.get(at) != Some('f') || code.get(at + 1) != Some('n') {
            continue;
        }
        if !code.get(at + 2).is_some_and(char::is_whitespace) {
            continue; // a longer name, or the type of a function
        }
        let name_at = code.skip_spaces(at + 2);
        let name: String = (name_at..)
            .map_while(|at| code.get(at))
            .take_while(|&c| is_name_char(c))
            .collect();
        if name.is_empty() {
            continue;
        }
        if let Ok(open) = code.body_of(name_at + name.chars().count()) {
            let first = code.line_of(open);
            let last = code.line_of(code.close_of(open) - 1);
            let inside = last.saturating_sub(first + 1);
            let code_lines = lines
                .iter()
                .skip(first)
                .take(inside)
                .filter(|line| !line.code.trim().is_empty())
                .count();
            functions.push(Function {
                name,
                line: code.line_of(at),
                code_lines,
            });
        }
    }
    functions
}
