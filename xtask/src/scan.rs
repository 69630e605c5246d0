//! Reads Rust sources well enough to judge their layout.
//!
//! Not a parser: it tells code from comments and strings, finds what is compiled for tests only,
//! and finds where functions begin and end. It is right for code that rustfmt has formatted.

mod items;
mod mask;

use items::{find_functions, find_test_items};
use mask::mask;

/// What the checks know about one source.
pub struct Scan {
    pub lines: Vec<Line>,
    pub functions: Vec<Function>,
    /// Modules declared as `#[cfg(test)] mod name;`, whose files are test code too.
    pub test_modules: Vec<String>,
}

/// One line of a source.
pub struct Line {
    /// The line with comments blanked and the insides of strings replaced by `~`.
    pub code: String,
    /// True if it is only compiled for tests.
    pub is_test: bool,
}

/// One function with a body.
pub struct Function {
    pub name: String,
    /// Line of its `fn`, from 1.
    pub line: usize,
    /// Lines of its body that hold code, as clippy counts them.
    pub code_lines: usize,
}

impl Scan {
    /// Treats the whole file as test code.
    pub fn mark_all_as_test(&mut self) {
        for line in &mut self.lines {
            line.is_test = true;
        }
    }

    /// Lines that are shipped, with their numbers from 1.
    pub fn shipped_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines
            .iter()
            .enumerate()
            .filter(|(_, line)| !line.is_test)
            .map(|(index, line)| (index + 1, line.code.as_str()))
    }

    /// True if the line with this number, from 1, is only compiled for tests.
    pub fn is_test_line(&self, number: usize) -> bool {
        number
            .checked_sub(1)
            .and_then(|index| self.lines.get(index))
            .is_some_and(|l| l.is_test)
    }
}

/// Scans one source.
pub fn scan(text: &str) -> Scan {
    let masked = mask(text);
    let tests = find_test_items(&masked);
    let mut lines: Vec<Line> = masked
        .lines()
        .map(|code| Line {
            code: code.to_owned(),
            is_test: tests.whole_file,
        })
        .collect();
    for range in &tests.line_ranges {
        for line in lines.iter_mut().skip(range.start - 1).take(range.len()) {
            line.is_test = true;
        }
    }
    let functions = find_functions(&masked, &lines);
    Scan {
        lines,
        functions,
        test_modules: tests.modules,
    }
}

/// True for a character that may be part of a name.
pub fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// True if `word` stands in `code` with no letter of a name on either side.
pub fn has_word(code: &str, word: &str) -> bool {
    let starts_as_name = word.starts_with(is_name_char);
    let ends_as_name = word.ends_with(is_name_char);
    code.match_indices(word).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let after = code
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        let goes_on_before = starts_as_name && before.is_some_and(is_name_char);
        let goes_on_after = ends_as_name && after.is_some_and(is_name_char);
        !goes_on_before && !goes_on_after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(text: &str) -> Vec<usize> {
        scan(text)
            .shipped_lines()
            .map(|(number, _)| number)
            .collect()
    }

    #[test]
    fn test_modules_and_test_functions_are_not_shipped() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n\
                    #[test]\n#[ignore]\nfn d() {\n}\nfn e() {}\n";
        assert_eq!(shipped(text), [1, 6, 11]);
    }

    #[test]
    fn code_for_everything_but_tests_is_shipped() {
        assert_eq!(shipped("#[cfg(not(test))]\nfn a() {\n}\n"), [1, 2, 3]);
        assert_eq!(
            shipped("#[cfg(any(test, feature = \"x\"))]\nfn a() {\n}\n"),
            [1, 2, 3]
        );
    }

    #[test]
    fn an_inner_attribute_makes_the_whole_file_test_code() {
        assert!(shipped("//! Scenarios.\n#![cfg(test)]\nfn a() {}\n").is_empty());
    }

    #[test]
    fn a_test_only_import_or_module_ends_with_its_semicolon() {
        let scan = scan("#[cfg(test)]\nuse a::{b, c};\n#[cfg(test)]\nmod scenario;\nfn f() {}\n");
        assert_eq!(
            scan.shipped_lines().map(|(n, _)| n).collect::<Vec<_>>(),
            [5]
        );
        assert_eq!(scan.test_modules, ["scenario"]);
    }

    #[test]
    fn functions_are_measured_by_their_lines_of_code() {
        let text = "trait T {\n    fn no_body(&self) -> [u8; 4];\n}\n\
                    fn f(g: fn(u8) -> u8) -> u8 {\n    // why\n\n    let a = \"}\";\n    g(1)\n}\n";
        let functions = scan(text).functions;
        assert_eq!(functions.len(), 1);
        let f = &functions[0];
        assert_eq!((f.name.as_str(), f.line, f.code_lines), ("f", 4, 2));
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("use rand::Rng;", "rand::"));
        assert!(!has_word("use jawla_rand::Rng;", "rand::"));
        assert!(!has_word("let HashMapping = 1;", "HashMap"));
    }
}
