//! Blanks what is not code, so that braces and words can be trusted.

use super::is_name_char;

/// What the insides of strings and character literals become.
const FILLER: char = '~';

/// Returns the text with comments as spaces and string insides as [`FILLER`], line by line as
/// long as before.
pub(super) fn mask(text: &str) -> String {
    let mut masker = Masker {
        chars: text.chars().collect(),
        at: 0,
        out: String::with_capacity(text.len()),
        previous: ' ',
    };
    while let Some(c) = masker.peek(0) {
        masker.step(c);
    }
    masker.out
}

struct Masker {
    chars: Vec<char>,
    at: usize,
    out: String,
    /// The last character of code, to tell `r"` from the end of a name.
    previous: char,
}

impl Masker {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn step(&mut self, c: char) {
        match (c, self.peek(1)) {
            ('/', Some('/')) => self.line_comment(),
            ('/', Some('*')) => self.block_comment(),
            ('"', _) => self.string(),
            ('r', _) if !is_name_char(self.previous) || self.follows_prefix() => {
                match self.raw_string_hashes() {
                    Some(hashes) => self.raw_string(hashes),
                    None => self.keep(),
                }
            }
            ('\'', _) => self.char_or_lifetime(),
            _ => self.keep(),
        }
    }

    fn keep(&mut self) {
        if let Some(c) = self.peek(0) {
            self.out.push(c);
            self.previous = c;
            self.at += 1;
        }
    }

    fn replace(&mut self, by: char) {
        if let Some(c) = self.peek(0) {
            self.out.push(if c == '\n' { '\n' } else { by });
            self.at += 1;
        }
    }

    /// True behind the `b` of `br"` or the `c` of `cr"`.
    fn follows_prefix(&self) -> bool {
        let before = self
            .at
            .checked_sub(2)
            .and_then(|index| self.chars.get(index));
        matches!(self.previous, 'b' | 'c') && !before.copied().is_some_and(is_name_char)
    }

    fn raw_string_hashes(&self) -> Option<usize> {
        let hashes = (1..)
            .take_while(|&ahead| self.peek(ahead) == Some('#'))
            .count();
        (self.peek(hashes + 1) == Some('"')).then_some(hashes)
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.replace(' ');
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.replace(' ');
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.replace(' ');
                }
                (None, _) => return,
                _ => {}
            }
            self.replace(' ');
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.keep();
        while let Some(c) = self.peek(0) {
            match c {
                '"' => {
                    self.keep();
                    return;
                }
                '\\' => {
                    self.replace(FILLER);
                    self.replace(FILLER);
                }
                _ => self.replace(FILLER),
            }
        }
    }

    fn raw_string(&mut self, hashes: usize) {
        for _ in 0..hashes + 2 {
            self.keep();
        }
        while let Some(c) = self.peek(0) {
            if c == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                for _ in 0..=hashes {
                    self.keep();
                }
                return;
            }
            self.replace(FILLER);
        }
    }

    fn char_or_lifetime(&mut self) {
        if self.peek(1) != Some('\\') && self.peek(2) != Some('\'') {
            self.keep(); // a lifetime or a label
            return;
        }
        self.keep();
        if self.peek(0) == Some('\\') {
            self.replace(FILLER);
        }
        self.replace(FILLER);
        while self.peek(0).is_some_and(|c| c != '\'' && c != '\n') {
            self.replace(FILLER);
        }
        self.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn only_code_is_left() {
        let cases = [
            ("a // }\nb", "a     \nb"),
            ("a /* { /* } */ */ b", "a                 b"),
            (r#"f("}\"{")"#, r#"f("~~~~")"#),
            (r##"f(r#"}"{"#)"##, r##"f(r#"~~~"#)"##),
            (r##"f(br#"}"#)"##, r##"f(br#"~"#)"##),
            ("r#type = 'x'", "r#type = '~'"),
            (r"m('\'', '{', b'\\')", r"m('~~', '~', b'~~')"),
            (r"m('\u{7d}')", r"m('~~~~~~')"),
            ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
            ("\"two\nlines\" }", "\"~~~\n~~~~~\" }"),
            ("\"// not a comment\" }", "\"~~~~~~~~~~~~~~~~\" }"),
            ("for\"x\"", "for\"~\""),
        ];
        for (text, expected) in cases {
            assert_eq!(mask(text), expected, "masking {text}");
        }
    }
}
