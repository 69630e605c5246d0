//! What a call answered, as JSON: structures by the names of their fields, words of enums in small
//! letters, variants that hold something by what they hold. Read from how Rust prints a value, so
//! that no shape has to be written down a second time.

use std::fmt::Debug;
use std::iter::Peekable;
use std::str::Chars;

use jawla::JawlaError;
use serde_json::{Map, Value, json};

/// An answer as JSON.
pub fn seen(value: &impl Debug) -> Value {
    let text = format!("{value:?}");
    let mut reader = Reader(text.chars().peekable());
    let value = reader.value();
    assert_eq!(reader.0.next(), None, "{text}");
    value
}

/// A refusal as JSON: what can be done, the code, both sentences.
pub fn error(error: &JawlaError) -> Value {
    let printed = format!("{error:?}");
    let (sort, _) = printed.split_once(' ').unwrap();
    let Value::Object(mut said) = seen(error) else {
        panic!("{printed}")
    };
    said.insert("sort".into(), json!(snake(sort)));
    if let Some(Value::Array(broken)) = said.get("violations") {
        let rules: Value = broken.iter().map(|one| one["rule"].clone()).collect();
        said.insert("violations".into(), rules);
    }
    said.remove("detail");
    said.into()
}

/// `OnThisPhone` as `on_this_phone`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

struct Reader<'a>(Peekable<Chars<'a>>);

impl Reader<'_> {
    fn skip(&mut self) {
        while self.0.next_if(|c| " ,".contains(*c)).is_some() {}
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip();
        self.0.next_if_eq(&wanted).is_some()
    }

    fn word(&mut self) -> String {
        self.skip();
        let mut word = String::new();
        while let Some(c) = self
            .0
            .next_if(|c| c.is_alphanumeric() || "_-.".contains(*c))
        {
            word.push(c);
        }
        word
    }

    fn value(&mut self) -> Value {
        if self.take('[') {
            let mut list = Vec::new();
            while !self.take(']') {
                list.push(self.value());
            }
            return list.into();
        }
        if self.take('"') {
            return self.text().into();
        }
        let word = self.word();
        if let Ok(number) = word.parse::<i64>() {
            return number.into();
        }
        if self.take('{') {
            return self.fields();
        }
        if self.take('(') {
            let inside = self.value();
            assert!(self.take(')'), "{word}");
            return inside;
        }
        match word.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            "None" => Value::Null,
            _ => snake(&word).into(),
        }
    }

    fn fields(&mut self) -> Value {
        let mut map = Map::new();
        while !self.take('}') {
            let name = self.word();
            assert!(self.take(':'), "{name}");
            map.insert(name, self.value());
        }
        map.into()
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.0.next() {
            match c {
                '"' => return text,
                '\\' => text.push(self.escaped()),
                c => text.push(c),
            }
        }
        panic!("a text without an end: {text}")
    }

    fn escaped(&mut self) -> char {
        match self.0.next().unwrap() {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'u' => {
                let digits: String = self.0.by_ref().take_while(|c| *c != '}').collect();
                let code = u32::from_str_radix(digits.trim_start_matches('{'), 16).unwrap();
                char::from_u32(code).unwrap()
            }
            c => c,
        }
    }
}

#[test]
fn what_rust_prints_is_read() {
    #[derive(Debug)]
    #[allow(dead_code, reason = "only printed")]
    enum Held {
        Text { text: String },
        Nothing,
    }
    let printed = vec![
        Held::Text {
            text: "a \"b\"\n\u{301}, {c}".into(),
        },
        Held::Nothing,
    ];
    assert_eq!(
        seen(&printed),
        json!([{ "text": "a \"b\"\n\u{301}, {c}" }, "nothing"])
    );
    assert_eq!(seen(&Some(-3)), json!(-3));
    assert_eq!(seen(&None::<u8>), Value::Null);
    assert_eq!(seen(&()), json!(""));
    assert_eq!(snake("OnThisPhone"), "on_this_phone");
}
