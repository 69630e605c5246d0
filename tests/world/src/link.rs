//! Emulates the link of one phone: a TCP proxy on loopback with delay, rates, cuts and failures.
//!
//! One emulator is one phone: its connections share the two rates. What is emulated is the payload
//! of TCP: a connection is usable one round trip after it was asked for, each direction delays by
//! half a round trip, and a sender whose reader stops is held back after a bounded amount. Slow
//! start, headers of IP and TCP and losses' effect on the window are not emulated. Counters count
//! what was handed to the receiver; what a cut catches in flight is counted apart.

mod carry;
mod line;
mod portal;
mod profile;

pub use profile::{Direction, LinkProfile};

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::dice::Dice;
use crate::limits;
use line::Lines;

/// Which bytes a single cut counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutCount {
    /// Both ways together.
    Both,
    /// One way only.
    Only(Direction),
}

/// Whether and how the link works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkMode {
    /// It works, as its profile says.
    Up,
    /// Connections are reset, open ones and new ones.
    Down,
    /// Connections open and stay open, bytes vanish, nothing is answered. A connection that was
    /// caught in this never works again, even when the link does.
    HalfOpen,
    /// Every connection is answered with a page in plain HTTP, to TLS too; open ones are reset.
    CaptivePortal,
}

/// What went over a link since it started or was last reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkCounters {
    /// Payload handed to the server, bytes.
    pub up_bytes: u64,
    /// Payload handed to the phone, bytes.
    pub down_bytes: u64,
    /// Payload taken from a sender and never handed over: in flight at a cut, or swallowed.
    pub lost_bytes: u64,
    /// Connections that the phone opened, whatever became of them.
    pub connections: u64,
    /// Connections reset at once: link down, server not there, too many.
    pub refused: u64,
    /// Connections cut by a number of bytes, a moment or [`LinkEmulator::cut_now`].
    pub cuts: u64,
    /// Connections open now. A reset of the counters leaves it.
    pub open_connections: u64,
}

impl LinkCounters {
    /// Payload handed over, both ways, bytes.
    pub const fn bytes(&self) -> u64 {
        self.up_bytes + self.down_bytes
    }
}

/// Why an emulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// No port on loopback could be had.
    #[error("no listening socket for the link emulator")]
    Listen(#[source] std::io::Error),
}

/// What the connections of one emulator share.
#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    profile: Mutex<LinkProfile>,
    state: watch::Sender<LinkState>,
    counters: watch::Sender<LinkCounters>,
    lines: Lines,
    single_cut: Mutex<Option<SingleCut>>,
    dice: Mutex<Dice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LinkState {
    mode: LinkMode,
    /// Rises with each `cut_now`, so that a connection sees one even between two modes.
    cut_number: u64,
}

#[derive(Debug, Clone, Copy)]
struct SingleCut {
    counts: CutCount,
    left_bytes: u64,
}

/// Locks, and goes on with the value of a thread that died: counters of a test, nothing more.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn profile(&self) -> LinkProfile {
        *lock(&self.profile)
    }

    fn count(&self, change: impl FnOnce(&mut LinkCounters)) {
        self.counters.send_modify(change);
    }
}

/// A link between clients of [`address`](Self::address) and one server. Dropping it resets every
/// connection and frees the port.
#[derive(Debug)]
pub struct LinkEmulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: JoinHandle<()>,
}

impl LinkEmulator {
    /// Starts a link to `upstream` on a free port of loopback, working as `profile` says. Needs a
    /// tokio runtime with timers and sockets.
    ///
    /// # Errors
    /// [`LinkError::Listen`] when no port can be had.
    pub async fn start(upstream: SocketAddr, profile: LinkProfile) -> Result<Self, LinkError> {
        let listener = listen().map_err(LinkError::Listen)?;
        let address = listener.local_addr().map_err(LinkError::Listen)?;
        let shared = Arc::new(Shared {
            upstream,
            dice: Mutex::new(Dice::new(profile.seed, "link")),
            profile: Mutex::new(profile),
            state: watch::Sender::new(LinkState {
                mode: LinkMode::Up,
                cut_number: 0,
            }),
            counters: watch::Sender::new(LinkCounters::default()),
            lines: Lines::default(),
            single_cut: Mutex::new(None),
        });
        let acceptor = tokio::spawn(accept(listener, shared.clone()));
        Ok(Self {
            shared,
            address,
            acceptor,
        })
    }

    /// Where clients connect.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The profile in force.
    pub fn profile(&self) -> LinkProfile {
        self.shared.profile()
    }

    /// Changes delay and rates from the next piece on, cuts from the next connection on.
    pub fn set_profile(&self, profile: LinkProfile) {
        *lock(&self.shared.profile) = profile;
    }

    /// Changes the mode, for open connections too.
    pub fn set_mode(&self, mode: LinkMode) {
        self.shared.state.send_modify(|state| state.mode = mode);
    }

    /// Resets every open connection, now.
    pub fn cut_now(&self) {
        self.shared.state.send_modify(|state| state.cut_number += 1);
    }

    /// Once: resets the connection that carries the byte with this number, counted from now over
    /// both ways and all connections, right after it was handed over. 0 resets at the next byte,
    /// before it. A later call replaces an earlier one that has not struck.
    pub fn cut_after_bytes_once(&self, bytes: u64) {
        self.cut_once(CutCount::Both, bytes);
    }

    /// The same, counting only some of the bytes: a request and its answer can be cut apart.
    pub fn cut_once(&self, counts: CutCount, bytes: u64) {
        *lock(&self.shared.single_cut) = Some(SingleCut {
            counts,
            left_bytes: bytes,
        });
    }

    /// What went over the link so far.
    pub fn counters(&self) -> LinkCounters {
        *self.shared.counters.borrow()
    }

    /// Sets all counters to 0 but the open connections, and returns what they were.
    pub fn reset_counters(&self) -> LinkCounters {
        let mut before = LinkCounters::default();
        self.shared.count(|counters| {
            before = *counters;
            *counters = LinkCounters {
                open_connections: counters.open_connections,
                ..LinkCounters::default()
            };
        });
        before
    }

    /// Waits until the counters fulfil a condition, for tests that must not sleep; `None` when
    /// they did not within the bound.
    pub async fn wait_for(
        &self,
        bound: Duration,
        condition: impl FnMut(&LinkCounters) -> bool,
    ) -> Option<LinkCounters> {
        let mut counters = self.shared.counters.subscribe();
        let waited = tokio::time::timeout(bound, counters.wait_for(condition)).await;
        waited.ok()?.ok().map(|counters| *counters)
    }
}

impl Drop for LinkEmulator {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

fn listen() -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // Accepted connections inherit it.
    socket.set_recv_buffer_size(limits::LINK_SOCKET_BUFFER_BYTES)?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    socket.listen(256)
}

/// Takes connections until aborted; its connections end with it.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // An error here is one connection's (aborted before it was taken) or a shortage
                // of descriptors that passes.
                let Ok((client, _)) = accepted else { tokio::task::yield_now().await; continue };
                shared.count(|counters| counters.connections += 1);
                if open.len() >= limits::LINK_CONNECTIONS_MAX {
                    refuse(&shared, client);
                    continue;
                }
                let opened = Opened::new(shared.clone());
                open.spawn(async move { carry::connection(&opened.shared, client).await });
            }
            Some(_) = open.join_next() => {}
        }
    }
}

fn refuse(shared: &Shared, client: TcpStream) {
    shared.count(|counters| counters.refused += 1);
    reset(client);
}

/// Closes with RST: what the system still held is dropped, and the other side gets an error.
fn reset(stream: TcpStream) {
    // The only failure is a socket that is gone already.
    let _gone = stream.set_zero_linger();
    drop(stream);
}

/// Counts an open connection for as long as it lives, however its task ends.
struct Opened {
    shared: Arc<Shared>,
}

impl Opened {
    fn new(shared: Arc<Shared>) -> Self {
        shared.count(|counters| counters.open_connections += 1);
        Self { shared }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.shared.count(|counters| counters.open_connections -= 1);
    }
}
