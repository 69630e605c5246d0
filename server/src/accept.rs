//! The accept loop: who may hold a socket, for how long, and how the server stops.
//!
//! `axum::serve` sets no timer, so a client that says nothing keeps its socket for ever
//! (the threat model M6). Here every state of a connection has an end: before the first byte, in the
//! TLS handshake, in the head of a request, in a body that makes no progress, in an answer that
//! nobody reads, between two requests, and in total. No limit is on the whole time of a body,
//! because a photo on EDGE honestly takes minutes.

mod connection;
mod gate;
mod paced;
#[cfg(test)]
mod tests;
mod watched;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use gate::Gate;

/// How long the loop rests when the system has no more file descriptors: long enough for some to
/// come free, short enough that nobody notices.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// Every bound of a connection. Tests shorten them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptLimits {
    /// From the accepted socket to its first byte: ten round trips of a bad EDGE link.
    pub first_byte: Duration,
    /// The TLS handshake: two round trips and a certificate, on the same link.
    pub tls_handshake: Duration,
    /// From the first byte of a request's head to its end; heads of ours are some 300 bytes.
    pub header: Duration,
    /// All headers of a request together, in bytes. At least 8 192.
    pub header_bytes_max: usize,
    /// Headers of a request.
    pub headers_max: usize,
    /// Between two requests of a kept connection: a phone that syncs again within the minute
    /// saves its handshake.
    pub idle: Duration,
    /// Requests at once on an HTTP/2 connection: a page and its pictures.
    pub streams_max: u32,
    /// A silent HTTP/2 peer is asked after this time whether it is there.
    pub ping_interval: Duration,
    /// And has this long to answer.
    pub ping_timeout: Duration,
    /// A connection in total; then it ends after the requests under way. Spreads clients over
    /// replicas and bounds what a forgotten timer could cost.
    pub connection_life: Duration,
    /// What requests under way get to finish when the connection or the server ends.
    pub drain: Duration,
    /// A body must bring at least this much ...
    pub body_pace_bytes: usize,
    /// ... in each such time of waiting for it, or it is dropped and what came is kept. 512 bytes
    /// in 30 s is a hundredth of a poor GPRS link.
    pub body_pace_window: Duration,
    /// An answer of which the peer takes nothing for this long is dropped.
    pub write_stall: Duration,
    /// Sockets of this process, both listeners together. A silent TLS socket costs some 10 kB.
    pub sockets_max: usize,
    /// Sockets of one address (IPv6: of one /64). High, because a mobile operator puts whole
    /// communes behind one address.
    pub sockets_per_ip_max: usize,
}

impl Default for AcceptLimits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            tls_handshake: Duration::from_secs(10),
            header: Duration::from_secs(10),
            header_bytes_max: 16 * 1024,
            headers_max: 64,
            idle: Duration::from_secs(60),
            streams_max: 64,
            ping_interval: Duration::from_secs(20),
            ping_timeout: Duration::from_secs(10),
            connection_life: Duration::from_secs(15 * 60),
            drain: Duration::from_secs(25),
            body_pace_bytes: 512,
            body_pace_window: Duration::from_secs(30),
            write_stall: Duration::from_secs(120),
            sockets_max: 8_192,
            sockets_per_ip_max: 256,
        }
    }
}

/// Why the server does not listen.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// Plain HTTP was asked for on an address that others can reach.
    #[error("plain HTTP is offered on loopback only, not on {address}")]
    PlainBeyondLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Another process has the port.
    #[error("another process listens on {address}")]
    AddressInUse {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The system refused the address: not of this machine, or a port below 1024 without right.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl AcceptError {
    /// What the operator is told, in French.
    pub fn sentence_fr(&self) -> String {
        match self {
            Self::PlainBeyondLoopback { address } => format!(
                "HTTP sans chiffrement n'est permis que sur cette machine (127.0.0.1), pas sur \
                 {address}."
            ),
            Self::AddressInUse { address } => {
                format!("L'adresse {address} est déjà prise par un autre programme.")
            }
            Self::Bind { address, .. } => format!("Impossible d'écouter sur {address}."),
        }
    }
}

/// How a request came in. Cookies have another name on each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Over TLS, from anywhere.
    Tls,
    /// In clear, from this machine.
    PlainLoopback,
}

/// Who sent a request; an extension of each (`Extension<Peer>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The other end of the socket: the phone, the browser, or a proxy before them.
    pub address: SocketAddr,
    /// How it came in.
    pub channel: Channel,
}

/// What became of the connections when the server stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drained {
    /// Ended by themselves within [`AcceptLimits::drain`].
    pub finished: usize,
    /// Cut in a request, because they did not.
    pub cut: usize,
}

/// The listeners of one process and all their connections. Dropping it cuts them all.
#[derive(Debug)]
pub struct AcceptLoops {
    limits: Arc<AcceptLimits>,
    gate: Arc<Gate>,
    stop: watch::Sender<bool>,
    loops: Vec<JoinHandle<Drained>>,
}

impl AcceptLoops {
    /// No listener yet. All listeners added share the caps on sockets.
    pub fn new(limits: AcceptLimits) -> Self {
        let gate = Arc::new(Gate::new(limits.sockets_max, limits.sockets_per_ip_max));
        Self {
            limits: Arc::new(limits),
            gate,
            stop: watch::Sender::new(false),
            loops: Vec::new(),
        }
    }

    /// Listens on `address` with TLS, HTTP/2 or HTTP/1.1 as the client prefers; port 0 lets the
    /// system choose. Returns the address when connections are taken.
    ///
    /// # Errors
    /// [`AcceptError::AddressInUse`], [`AcceptError::Bind`].
    pub async fn serve_tls(
        &mut self,
        address: SocketAddr,
        tls: Arc<ServerConfig>,
        router: Router,
    ) -> Result<SocketAddr, AcceptError> {
        self.serve(address, Entrance::Tls(TlsAcceptor::from(tls)), router)
            .await
    }

    /// Listens on a loopback `address` without TLS: the operator's own browser, tests, a proxy
    /// on the same machine.
    ///
    /// # Errors
    /// [`AcceptError::PlainBeyondLoopback`] for any other address, before anything is bound;
    /// [`AcceptError::AddressInUse`], [`AcceptError::Bind`].
    pub async fn serve_plain_loopback(
        &mut self,
        address: SocketAddr,
        router: Router,
    ) -> Result<SocketAddr, AcceptError> {
        if !address.ip().is_loopback() {
            return Err(AcceptError::PlainBeyondLoopback { address });
        }
        self.serve(address, Entrance::PlainLoopback, router).await
    }

    async fn serve(
        &mut self,
        address: SocketAddr,
        entrance: Entrance,
        router: Router,
    ) -> Result<SocketAddr, AcceptError> {
        let bind = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => AcceptError::AddressInUse { address },
            _ => AcceptError::Bind { address, source },
        };
        let listener = TcpListener::bind(address).await.map_err(bind)?;
        let bound = listener.local_addr().map_err(bind)?;
        let accepting = Accepting {
            listener,
            entrance,
            router,
            limits: Arc::clone(&self.limits),
            gate: Arc::clone(&self.gate),
            stop: self.stop.subscribe(),
        };
        self.loops.push(tokio::spawn(accepting.run()));
        Ok(bound)
    }

    /// Sockets held now, both listeners together.
    pub fn open_sockets(&self) -> usize {
        self.gate.open_sockets()
    }

    /// Stops taking connections, lets requests under way finish for at most
    /// [`AcceptLimits::drain`], cuts the rest.
    pub async fn shutdown(mut self) -> Drained {
        self.stop.send_replace(true);
        let mut drained = Drained::default();
        for accepting in std::mem::take(&mut self.loops) {
            if let Ok(one) = accepting.await {
                drained.finished += one.finished;
                drained.cut += one.cut;
            }
        }
        drained
    }
}

impl Drop for AcceptLoops {
    fn drop(&mut self) {
        // Each loop owns its connections' tasks, so ending it cuts them.
        for accepting in &self.loops {
            accepting.abort();
        }
    }
}

/// How connections of one listener begin.
#[derive(Clone)]
enum Entrance {
    Tls(TlsAcceptor),
    PlainLoopback,
}

/// One listener at work.
struct Accepting {
    listener: TcpListener,
    entrance: Entrance,
    router: Router,
    limits: Arc<AcceptLimits>,
    gate: Arc<Gate>,
    stop: watch::Receiver<bool>,
}

impl Accepting {
    async fn run(self) -> Drained {
        let mut connections = JoinSet::new();
        let mut stop = self.stop.clone();
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut stop) => break,
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, address)) => self.admit(socket, address, &mut connections),
                    Err(error) if is_of_one_connection(&error) => {}
                    Err(error) => {
                        tracing::warn!(%error, "no connection can be taken");
                        tokio::time::sleep(ACCEPT_REST).await;
                    }
                },
            }
        }
        let drain = self.limits.drain;
        drop(self.listener);
        drain_connections(connections, drain).await
    }

    fn admit(&self, socket: TcpStream, address: SocketAddr, connections: &mut JoinSet<Ended>) {
        let Some(place) = self.gate.enter(address.ip()) else {
            // Closed at once: a client that is told nothing comes back with its own delay.
            tracing::debug!("a socket over the caps was closed");
            return;
        };
        let (entrance, router) = (self.entrance.clone(), self.router.clone());
        let (limits, stop) = (Arc::clone(&self.limits), self.stop.clone());
        connections.spawn(async move {
            let _place = place;
            connection::serve(socket, address, entrance, router, limits, stop).await
        });
    }
}

/// How a connection came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Nothing was under way, or it finished.
    Finished,
    /// A request was under way and had to be cut.
    Cut,
}

/// Waits for the connections, which have all been told to end and bound themselves by `drain`.
async fn drain_connections(mut connections: JoinSet<Ended>, drain: Duration) -> Drained {
    let under_way = connections.len();
    let mut finished = 0;
    let all_ended = async {
        while let Some(ended) = connections.join_next().await {
            finished += usize::from(matches!(ended, Ok(Ended::Finished)));
        }
    };
    // A second more, for their last words.
    let _ = tokio::time::timeout(drain + Duration::from_secs(1), all_ended).await;
    connections.shutdown().await;
    Drained {
        finished,
        cut: under_way - finished,
    }
}

/// Returns when the server stops, or its [`AcceptLoops`] are gone.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// Whether the error concerns one socket that went away, and the next may be fine.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
