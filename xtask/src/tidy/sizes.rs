//! Files and functions stay short enough to be read at once.

use super::Finding;
use crate::checkout::Checkout;

/// Lines of a source without its tests. Style aims at 350; past this nobody finds anything.
const FILE_LINES_MAX: usize = 600;

/// Lines of code in a function's body: what fits on a screen. The same as in clippy.toml.
const FUNCTION_LINES_MAX: usize = 70;

pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, rust) in checkout.rust_files() {
        let lines = rust.shipped_lines().count();
        if lines > FILE_LINES_MAX {
            let advice =
                format!("{lines} lines without tests, at most {FILE_LINES_MAX}: split the file");
            findings.push(Finding::new(&file.path, 1, advice));
        }
        for function in &rust.functions {
            let is_long = function.code_lines > FUNCTION_LINES_MAX;
            if is_long && !rust.is_test_line(function.line) {
                let advice = format!(
                    "`{}` has {} lines of code, at most {FUNCTION_LINES_MAX}: keep the decisions \
                     here and move the work into functions of their own",
                    function.name, function.code_lines
                );
                findings.push(Finding::new(&file.path, function.line, advice));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, code: &str) -> Vec<usize> {
        check(&Checkout::sample(&[(path, code)]))
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn a_long_function_is_found_and_its_comments_do_not_count() {
        let long = format!("//! Head.\nfn f() {{\n{}}}\n", "    g();\n".repeat(71));
        assert_eq!(found("src/a.rs", &long), [2]);
        let fits = format!(
            "fn f() {{\n{}{}}}\n",
            "    g();\n".repeat(70),
            "    // why\n\n"
        );
        assert!(found("src/a.rs", &fits).is_empty());
    }

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        assert_eq!(found("src/a.rs", &"const A: u8 = 1;\n".repeat(601)), [1]);
        let tests = format!(
            "#[cfg(test)]\nmod tests {{\n{}}}\n",
            "const A: u8 = 1;\n".repeat(700)
        );
        assert!(found("src/a.rs", &tests).is_empty());
        assert!(found("tests/sim/src/a.rs", &"const A: u8 = 1;\n".repeat(700)).is_empty());
    }
}
