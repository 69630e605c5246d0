//! `cargo xtask size`: the library for phones, how large it is and what it consists of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::metadata::cargo;

const MIB: f64 = 1024.0 * 1024.0;

/// What the stripped library may be, in MiB (`budgets.md`): with OpenSSL, and with the smaller
/// cryptography of libtomcrypt.
const OPENSSL_MIB_MAX: f64 = 10.0;
const TOMCRYPT_MIB_MAX: f64 = 6.0;

/// Origins that are shown by name; the rest is one line.
const SHOWN: usize = 28;

/// Builds the library with the profile `phone` and says its size; `false` above the bar. With
/// `sqlcipher`, a folder with `libsqlcipher.a` and `sqlite3.h` takes OpenSSL's place
/// (`bindings/ffi/tomcrypt.py` makes one).
pub fn run(root: &Path, sqlcipher: Option<&Path>) -> anyhow::Result<bool> {
    let library = build(root, sqlcipher)?;
    let stripped = library.with_extension("stripped.so");
    program("strip", &["-o", text(&stripped)?, text(&library)?])?;
    let size_bytes = std::fs::metadata(&stripped)?.len();
    let packed = program("gzip", &["-9", "-c", text(&stripped)?])?.len();
    println!("\n{}", stripped.display());
    for line in program("size", &["-A", "-d", text(&stripped)?])?.split(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        let mut words = line.split_whitespace();
        if let (Some(name), Some(Ok(bytes))) = (words.next(), words.next().map(str::parse::<u64>))
            && bytes >= 20_000
            && name != "Total"
        {
            println!("  section {name:<18} {:>8.2} MiB", bytes as f64 / MIB);
        }
    }
    let names = program("nm", &["-S", "-C", "--defined-only", text(&library)?])?;
    print_origins(&String::from_utf8_lossy(&names));
    let (mib, mib_max) = (
        size_bytes as f64 / MIB,
        if sqlcipher.is_some() {
            TOMCRYPT_MIB_MAX
        } else {
            OPENSSL_MIB_MAX
        },
    );
    println!(
        "\n{mib:.2} MiB stripped ({size_bytes} bytes), {:.2} MiB packed; at most {mib_max} MiB",
        packed as f64 / MIB
    );
    Ok(mib <= mib_max)
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path that is no text")
}

fn program(name: &str, args: &[&str]) -> anyhow::Result<Vec<u8>> {
    let done = Command::new(name)
        .args(args)
        .output()
        .with_context(|| format!("{name} is missing: apt-get install binutils gzip"))?;
    ensure!(done.status.success(), "{name} failed");
    Ok(done.stdout)
}

fn build(root: &Path, sqlcipher: Option<&Path>) -> anyhow::Result<PathBuf> {
    let mut command = Command::new(cargo());
    command
        .args(["build", "--profile", "phone", "--package=jawla-ffi"])
        .current_dir(root);
    if let Some(folder) = sqlcipher {
        // The build of SQLite's crate takes what it is given in place of what it would compile.
        command
            .env("LIBSQLITE3_SYS_USE_PKG_CONFIG", "1")
            .env("SQLCIPHER_LIB_DIR", folder)
            .env("SQLCIPHER_INCLUDE_DIR", folder)
            .env("SQLCIPHER_STATIC", "1");
    }
    let built = command.status().context("starting cargo")?.success();
    ensure!(built, "the library was not built");
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("phone").join("libjawla.so"))
}

/// Where a symbol comes from: a crate, or a library in C by the beginnings of its names.
fn origin(name: &str) -> String {
    const LIBRARIES: &[(&str, &[&str])] = &[
        (
            "SQLite and SQLCipher (C)",
            &[
                "sqlite3",
                "sqlcipher",
                "fts3",
                "fts5",
                "rtree",
                "vdbe",
                "btree",
                "pager",
                "json",
            ],
        ),
        (
            "zstd (C)",
            &["ZSTD", "HUF_", "FSE_", "HIST_", "XXH", "ZDICT"],
        ),
        (
            "ring (C and assembler)",
            &["ring_core", "p256_", "x25519_", "bn_mul_mont"],
        ),
        (
            "libtomcrypt (C)",
            &[
                "rijndael", "sha256_", "sha512_", "fortuna_", "hmac_", "pkcs_5", "crypt_",
            ],
        ),
        ("descriptions for the generator (UniFFI)", &["UNIFFI_META"]),
        (
            "entrances for other languages (UniFFI)",
            &["uniffi_", "ffi_jawla"],
        ),
    ];
    let bare = name.trim_start_matches('_');
    if let Some((library, _)) = LIBRARIES
        .iter()
        .find(|(_, begins)| begins.iter().any(|begin| bare.starts_with(begin)))
    {
        return (*library).to_owned();
    }
    // `<a::B as c::D>::e`, `<impl c::D for a::B>::e`, `a::b::c`: the crate of the code's type.
    let path = name.trim_start_matches(['<', '&', '*', '(', '[']);
    let path = path.strip_prefix("impl ").unwrap_or(path);
    let path = path.strip_prefix("dyn ").unwrap_or(path);
    let end = path
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(path.len());
    let (first, rest) = path.split_at(end);
    if rest.starts_with("::") || rest.starts_with('[') {
        return first.to_owned();
    }
    "OpenSSL and other C".to_owned()
}

fn print_origins(names: &str) {
    let mut sizes: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for line in names.lines() {
        let mut words = line.splitn(4, ' ');
        let (Some(_), Some(size), Some(_), Some(name)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Ok(bytes) = u64::from_str_radix(size, 16) else {
            continue;
        };
        let of = sizes.entry(origin(name)).or_default();
        of.0 += bytes;
        of.1 += 1;
    }
    let mut all: Vec<_> = sizes.into_iter().collect();
    all.sort_by_key(|(_, (bytes, _))| std::cmp::Reverse(*bytes));
    println!("\n  named code and data, by origin (generics count for the type they are of)");
    for (name, (bytes, count)) in all.iter().take(SHOWN) {
        println!(
            "  {name:<42} {:>8.0} kB {count:>7} symbols",
            *bytes as f64 / 1024.0
        );
    }
    let rest: u64 = all.iter().skip(SHOWN).map(|(_, (bytes, _))| bytes).sum();
    println!("  {:<42} {:>8.0} kB", "all others", rest as f64 / 1024.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_laid_to_their_crates() {
        for (name, from) in [
            ("automerge::op_set2::OpSet::insert", "automerge"),
            (
                "<automerge::Change as core::clone::Clone>::clone",
                "automerge",
            ),
            (
                "<&jawla_model::edit::Edit as core::fmt::Debug>::fmt",
                "jawla_model",
            ),
            ("sqlite3VdbeExec", "SQLite and SQLCipher (C)"),
            ("ZSTD_compressBlock_fast", "zstd (C)"),
            (
                "UNIFFI_META_JAWLA_RECORD_PAGE",
                "descriptions for the generator (UniFFI)",
            ),
            ("EVP_DigestInit_ex", "OpenSSL and other C"),
        ] {
            assert_eq!(origin(name), from, "{name}");
        }
    }
}
