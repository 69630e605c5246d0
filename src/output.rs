//! What a command says: for people on the terminal, or JSON for machines.

use std::process::ExitCode;

use serde::Serialize;

/// Something was refused or does not add up; the report says what.
pub(crate) fn refused() -> ExitCode {
    ExitCode::from(3)
}

/// Prints a report as JSON, one object.
pub(crate) fn json(report: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(report)?);
    Ok(())
}

/// Seconds since 1970 UTC as people read them; `-` for never.
pub(crate) fn instant(seconds: u64) -> String {
    if seconds == 0 {
        return "-".into();
    }
    let ms = i64::try_from(seconds)
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000);
    let day = jawla_model::time::civil_day(jawla_model::Claimed(ms));
    let of_day = (seconds + 3_600) % 86_400;
    day.map_or_else(
        || "-".into(),
        |day| format!("{day} {:02}:{:02}", of_day / 3_600, of_day % 3_600 / 60),
    )
}

/// A size as people read it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} o"),
        10_000..=9_999_999 => format!("{} ko", bytes / 1_000),
        _ => format!("{},{} Mo", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// A text as a QR code of half blocks, for a phone held against the terminal.
pub(crate) fn qr(text: &str) -> anyhow::Result<String> {
    let code = qrcode::QrCode::new(text)?;
    Ok(code
        .render::<qrcode::render::unicode::Dense1x2>()
        .quiet_zone(true)
        .build()
        + "\n")
}
