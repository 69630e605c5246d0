//! The file of goldens, and what is compared with it.

use std::collections::BTreeMap;
use std::fmt::Debug;

use data_encoding::HEXLOWER;

const BOOK: &str = include_str!("wire_v1.hex");
const LINE_CHARS: usize = 96;

/// Reads a golden: what it reads, when that is another value than the sample.
type Reads = dyn Fn(&[u8]) -> Result<(), String>;

/// One sample: what this build writes, and how it reads what stands in the file.
pub struct Golden {
    pub name: String,
    pub bytes: Vec<u8>,
    /// A stream may be packed otherwise by another release of zstd: its golden must be read for
    /// ever, and is not what is written.
    pub is_compressed: bool,
    /// The kinds of things it holds.
    pub covers: Vec<&'static str>,
    pub reads_back: Box<Reads>,
}

impl Golden {
    /// A message, and how it is read.
    pub fn message<T: PartialEq + Debug + 'static>(
        name: impl Into<String>,
        value: T,
        bytes: Vec<u8>,
        read: impl Fn(&[u8]) -> T + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            bytes,
            is_compressed: false,
            covers: Vec::new(),
            reads_back: Box::new(move |golden| {
                let read = read(golden);
                if read == value {
                    Ok(())
                } else {
                    Err(format!("{read:?} instead of {value:?}"))
                }
            }),
        }
    }

    /// What both sides compute and nobody reads: a hash, or what a signature covers.
    pub fn computed(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::message(name, (), bytes.into(), |_| ())
    }

    pub fn covering(mut self, kinds: impl IntoIterator<Item = &'static str>) -> Self {
        self.covers.extend(kinds);
        self
    }

    pub fn compressed(mut self) -> Self {
        self.is_compressed = true;
        self
    }
}

/// The goldens by name: a name at the beginning of a line, hexadecimal in the indented lines below.
pub fn goldens() -> BTreeMap<String, Vec<u8>> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut name = String::new();
    for line in BOOK.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(' ') {
            texts.get_mut(&name).unwrap().push_str(line.trim());
        } else if !line.is_empty() {
            name = line.to_owned();
            let before = texts.insert(name.clone(), String::new());
            assert_eq!(before, None, "{name} stands twice in wire_v1.hex");
        }
    }
    let decode = |(name, text): (String, String)| {
        let bytes = HEXLOWER.decode(text.as_bytes());
        (name, bytes.unwrap())
    };
    texts.into_iter().map(decode).collect()
}

/// A sample as it would stand in the file.
pub fn block_of(sample: &Golden) -> String {
    let hex = HEXLOWER.encode(&sample.bytes);
    let mut block = format!("{}\n", sample.name);
    for at in (0..hex.len()).step_by(LINE_CHARS) {
        let line = &hex[at..hex.len().min(at + LINE_CHARS)];
        block.push_str(&format!("  {line}\n"));
    }
    block
}
