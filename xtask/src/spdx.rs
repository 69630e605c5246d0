//! Licence expressions: `MIT OR (Apache-2.0 AND Unicode-3.0)`.

use std::collections::BTreeSet;

use anyhow::{Context, bail};

/// Tells whether a licence expression can be met with the allowed licences alone.
///
/// `A OR B` needs one of them, `A AND B` both; `A WITH exception` is allowed as a whole. The old
/// form `A/B` counts as `A OR B`.
///
/// # Errors
/// If the expression is not one.
pub fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> anyhow::Result<bool> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = Words {
        left: spaced.split_whitespace().collect(),
        allowed,
    };
    words.left.reverse();
    let answer = words
        .any_of()
        .with_context(|| format!("in the licence \"{expression}\""))?;
    match words.left.pop() {
        None => Ok(answer),
        Some(word) => bail!("\"{word}\" is out of place in the licence \"{expression}\""),
    }
}

struct Words<'a> {
    /// What is still to be read, last word first.
    left: Vec<&'a str>,
    allowed: &'a BTreeSet<String>,
}

impl Words<'_> {
    fn take_if(&mut self, word: &str) -> bool {
        let is_next = self
            .left
            .last()
            .is_some_and(|next| next.eq_ignore_ascii_case(word));
        if is_next {
            self.left.pop();
        }
        is_next
    }

    fn any_of(&mut self) -> anyhow::Result<bool> {
        let mut answer = self.all_of()?;
        while self.take_if("OR") {
            answer |= self.all_of()?;
        }
        Ok(answer)
    }

    fn all_of(&mut self) -> anyhow::Result<bool> {
        let mut answer = self.one()?;
        while self.take_if("AND") {
            answer &= self.one()?;
        }
        Ok(answer)
    }

    fn one(&mut self) -> anyhow::Result<bool> {
        if self.take_if("(") {
            let answer = self.any_of()?;
            if !self.take_if(")") {
                bail!("a parenthesis is not closed");
            }
            return Ok(answer);
        }
        let name = self.left.pop().context("a licence is missing at the end")?;
        if matches!(name, "OR" | "AND" | "WITH" | ")") {
            bail!("a licence is missing before \"{name}\"");
        }
        if self.take_if("WITH") {
            let exception = self
                .left
                .pop()
                .context("an exception is missing at the end")?;
            return Ok(self.allowed.contains(&format!("{name} WITH {exception}")));
        }
        Ok(self.allowed.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(expression: &str) -> bool {
        let names = ["MIT", "Apache-2.0", "ISC", "Apache-2.0 WITH LLVM-exception"];
        is_allowed(
            expression,
            &names.iter().map(|name| (*name).to_owned()).collect(),
        )
        .unwrap()
    }

    #[test]
    fn expressions_are_met_or_not() {
        let cases = [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT", true),
            ("GPL-3.0-only AND MIT", false),
            ("MIT AND ISC", true),
            ("GPL-3.0-only AND MIT OR ISC", true),
            ("GPL-3.0-only AND (MIT OR ISC)", false),
            ("(MIT OR GPL-3.0-only) AND ISC", true),
            ("GPL-3.0-only/MIT", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MIT WITH LLVM-exception", false),
        ];
        for (expression, expected) in cases {
            assert_eq!(allowed(expression), expected, "{expression}");
        }
    }

    #[test]
    fn what_is_no_expression_is_an_error() {
        for expression in ["", "MIT OR", "(MIT", "MIT ISC", "AND MIT", "MIT WITH"] {
            assert!(
                is_allowed(expression, &BTreeSet::new()).is_err(),
                "{expression}"
            );
        }
    }
}
