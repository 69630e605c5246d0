//! The link emulator as a program of its own, for tests that are not written in Rust:
//! `link UPSTREAM`, for instance `link 127.0.0.1:8443`.
//!
//! It says on its first line where phones connect, then takes one order a line and answers each
//! with one line: `lan`, `edge`, `rough`, `off`, `half-open`, `portal`, `cut`, `count`. The end of
//! its input ends it, so that it never outlives who started it.

#![allow(clippy::print_stdout, reason = "a program of tests talks to them")]

use std::io::{BufRead as _, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use jawla_world::link::{LinkEmulator, LinkMode, LinkProfile};

/// Seed of the rough profile: one run is like the next.
const ROUGH_SEED: u64 = 7;

fn main() -> ExitCode {
    let upstream = std::env::args()
        .nth(1)
        .and_then(|text| text.parse::<SocketAddr>().ok());
    let Some(upstream) = upstream else {
        println!("usage: link ADDRESS:PORT");
        return ExitCode::FAILURE;
    };
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return ExitCode::FAILURE;
    };
    let started = runtime.block_on(LinkEmulator::start(upstream, LinkProfile::office()));
    let Ok(link) = started else {
        return ExitCode::FAILURE;
    };
    if !say(&format!("link {}", link.address())) {
        return ExitCode::FAILURE;
    }
    for order in std::io::stdin().lock().lines() {
        let Ok(order) = order else { break };
        if !say(&obey(&link, order.trim())) {
            break;
        }
    }
    ExitCode::SUCCESS
}

/// Says a line; `false` when nobody listens any more.
fn say(line: &str) -> bool {
    let mut out = std::io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush()).is_ok()
}

fn obey(link: &LinkEmulator, order: &str) -> String {
    let up = |profile: LinkProfile| {
        link.set_profile(profile);
        link.set_mode(LinkMode::Up);
    };
    match order {
        "lan" => up(LinkProfile::office()),
        "edge" => up(LinkProfile::edge()),
        "rough" => up(LinkProfile::rough_edge(ROUGH_SEED)),
        "off" => link.set_mode(LinkMode::Down),
        "half-open" => link.set_mode(LinkMode::HalfOpen),
        "portal" => link.set_mode(LinkMode::CaptivePortal),
        "cut" => link.cut_now(),
        "count" => {
            let seen = link.counters();
            return format!(
                "up {} down {} connections {} cuts {}",
                seen.up_bytes, seen.down_bytes, seen.connections, seen.cuts
            );
        }
        _ => return format!("unknown order: {order}"),
    }
    format!("done {order}")
}
