//! Symbols within a page: a browser makes a document of its own for a file of symbols, which
//! takes a slow phone more than 100 ms before it shows one; a symbol in the page takes next to none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// How a page names a symbol that stands within it.
const USE: &str = "<use href=\"#";

static SYMBOLS: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../static/icons.svg").lines();
    lines
        .filter_map(|line| {
            let (name, _) = line.strip_prefix("<symbol id=\"")?.split_once('"')?;
            Some((name, line.trim_end()))
        })
        .collect()
});

/// The page with each symbol that it names by `<use href="#NAME"/>` once, right behind the tag of
/// its body. A name that is no symbol is left alone.
///
/// Scripts that put parts of a fresh page into one that stands take these along: `parse` of
/// `field.js`.
pub fn within(page: String) -> String {
    let named: BTreeSet<&str> = page
        .split(USE)
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|(name, _)| name))
        .collect();
    let symbols: String = named
        .into_iter()
        .filter_map(|name| SYMBOLS.get(name).copied())
        .collect();
    let body = page
        .find("<body")
        .and_then(|at| Some(at + page.get(at..)?.find('>')? + 1));
    let Some((before, after)) = body.and_then(|at| page.split_at_checked(at)) else {
        return page;
    };
    format!("{before}\n<svg id=\"symboles\" hidden>{symbols}</svg>{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_each_symbol_that_it_names_once() {
        let named = "<use href=\"#send\"/><use href=\"#send\"/><use href=\"#user\"/>";
        let page = within(format!("<body class=\"field\"><p>{named}</p></body>"));
        for name in ["send", "user"] {
            let symbol = format!("<symbol id=\"{name}\"");
            assert_eq!(page.matches(&symbol).count(), 1, "{name}");
        }
        assert_eq!(page.matches("<symbol").count(), 2);
        assert!(page.starts_with("<body class=\"field\">\n<svg"));
        assert!(page.ends_with(&format!("<p>{named}</p></body>")));
    }

    #[test]
    fn what_names_no_symbol_stays_as_it_is() {
        let page = within("<body><use href=\"#nothing\"/></body>".to_owned());
        assert!(!page.contains("<symbol"));
        let part = "<p><use href=\"#send\"/></p>";
        assert_eq!(within(part.to_owned()), part);
    }
}
