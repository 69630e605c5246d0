//! `jawla serve` as a process that can be killed.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;

use crate::{PATIENCE, jawla_command};

/// A server in a process of its own; killed when dropped.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    /// What it printed until it was ready.
    pub said: String,
    /// Where phones reach it.
    pub base_url: String,
    /// Its TLS listener.
    pub tls: SocketAddr,
    /// Its plain listener.
    pub plain: SocketAddr,
    /// The path of the first administrator's link, if it printed one.
    pub administrator_link: Option<String>,
    lines: mpsc::Receiver<String>,
}

/// A port of loopback that nobody has now. It stays free for as long as nobody asks the system
/// for one of its choice many thousand times.
pub fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
    listener.local_addr().expect("its address")
}

impl ServerProcess {
    /// Starts a server on that folder, on ports of the system's choice.
    pub fn start(data: &Path) -> Self {
        Self::start_at(data, "127.0.0.1:0".parse().expect("an address"))
    }

    /// Starts a server whose TLS listener is at `tls`, and waits until it takes connections.
    pub fn start_at(data: &Path, tls: SocketAddr) -> Self {
        let mut child = jawla_command()
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", &tls.to_string(), "--local", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let out = child.stdout.take().expect("its output");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut said = String::new();
        loop {
            let line = lines
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("the server did not get ready; it said:\n{said}"));
            said.push_str(&line);
            said.push('\n');
            if line.starts_with("Inviter un téléphone") {
                break;
            }
        }
        let after = |mark: &str| {
            let (_, rest) = said.split_once(mark)?;
            rest.split_whitespace().next().map(str::to_owned)
        };
        let base_url = after("téléphones et réseau : ").expect("the phones' address");
        let address = |url: &str| {
            let (_, rest) = url.split_once("://").expect("a URL");
            rest.trim_end_matches('/').parse().expect("an address")
        };
        let plain = after("bureau, sur cette machine : ").expect("the office's address");
        Self {
            tls: address(&base_url),
            plain: address(&plain),
            administrator_link: after("/bienvenue?lien=")
                .map(|secret| format!("/bienvenue?lien={secret}")),
            base_url,
            said,
            child,
            lines,
        }
    }

    /// `kill -9`, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().expect("the server can be killed");
        self.child.wait().expect("the server ends");
    }

    /// Asks it to stop, as a service manager does; what it said then, and its exit code.
    pub fn stop(mut self) -> (String, i32) {
        let asked = std::process::Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(
            asked.is_ok_and(|status| status.success()),
            "no SIGTERM could be sent"
        );
        let mut said = String::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            said.push_str(&line);
            said.push('\n');
        }
        let status = self.child.wait().expect("the server ends");
        (said, status.code().unwrap_or(-1))
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The most memory it ever had, in bytes.
    pub fn peak_memory_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the server's status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line
            .and_then(|line| line.split_whitespace().next())
            .expect("VmHWM");
        kib.parse::<u64>().expect("a number") * 1_024
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
