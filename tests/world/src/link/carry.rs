//! One connection through the link.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::Instant;

use super::{CutCount, Direction, LinkMode, LinkState, Shared, line, lock, portal, refuse, reset};
use crate::limits;

/// Why a connection ended before both sides had closed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broken {
    /// One side reset it, or a direction has no reader any more.
    BySide,
    /// The link cut it.
    Cut,
    /// The mode changed.
    Mode,
}

/// What the two directions of one connection share.
struct Flow {
    /// What may pass before this connection is cut, if it is.
    left_bytes: Mutex<Option<u64>>,
    /// Taken from a sender and not handed over yet.
    in_flight_bytes: AtomicU64,
}

impl Flow {
    fn new(shared: &Shared) -> Self {
        let cut_every_bytes = shared.profile().cut_every_bytes;
        Self {
            left_bytes: Mutex::new(cut_every_bytes.map(|bytes| bytes.max(1))),
            in_flight_bytes: AtomicU64::new(0),
        }
    }
}

/// Something on its way.
enum Passing {
    Bytes(Vec<u8>),
    Close,
    Reset,
}

struct Piece {
    due_at: Instant,
    passing: Passing,
}

/// Serves one client until the connection is over.
pub(super) async fn connection(shared: &Shared, client: TcpStream) {
    let mut state = shared.state.subscribe();
    let at_start = *state.borrow_and_update();
    let _delay_is_ours = client.set_nodelay(true);
    match at_start.mode {
        LinkMode::Down => refuse(shared, client),
        LinkMode::HalfOpen => swallow(shared, client, state).await,
        LinkMode::CaptivePortal => portal::answer(shared, client).await,
        LinkMode::Up => carry(shared, client, state, at_start).await,
    }
}

async fn carry(
    shared: &Shared,
    mut client: TcpStream,
    mut state: watch::Receiver<LinkState>,
    at_start: LinkState,
) {
    let half = shared.profile().rtt() / 2;
    tokio::time::sleep(half).await;
    let Ok(mut server) = connect(shared).await else {
        tokio::time::sleep(half).await;
        return refuse(shared, client);
    };
    let flow = Flow::new(shared);
    let broken = tokio::select! {
        both = both_ways(shared, &mut client, &mut server, &flow) => both.err(),
        _ = state.wait_for(|now| *now != at_start) => Some(Broken::Mode),
        () = moment_of_cut(shared) => Some(Broken::Cut),
    };
    let lost = flow.in_flight_bytes.into_inner();
    shared.count(|counters| counters.lost_bytes += lost);
    let now = *state.borrow();
    if broken == Some(Broken::Mode) && now.mode == LinkMode::HalfOpen {
        return swallow(shared, client, state).await;
    }
    if broken == Some(Broken::Cut) || now.cut_number != at_start.cut_number {
        shared.count(|counters| counters.cuts += 1);
    }
    if broken.is_some() {
        reset(client);
        reset(server);
    }
}

async fn connect(shared: &Shared) -> std::io::Result<TcpStream> {
    let socket = match shared.upstream {
        std::net::SocketAddr::V4(_) => TcpSocket::new_v4()?,
        std::net::SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_recv_buffer_size(limits::LINK_SOCKET_BUFFER_BYTES)?;
    let server = socket.connect(shared.upstream).await?;
    server.set_nodelay(true)?;
    Ok(server)
}

/// Waits for this connection's moment of chance; for ever when there is none.
async fn moment_of_cut(shared: &Shared) {
    let Some((first_ms, last_ms)) = shared.profile().cut_between_ms else {
        return std::future::pending().await;
    };
    let span_ms = last_ms.saturating_sub(first_ms).saturating_add(1);
    let after_ms = first_ms.saturating_add(lock(&shared.dice).below(span_ms));
    tokio::time::sleep(Duration::from_millis(after_ms)).await;
}

async fn both_ways(
    shared: &Shared,
    client: &mut TcpStream,
    server: &mut TcpStream,
    flow: &Flow,
) -> Result<(), Broken> {
    let (client_reader, client_writer) = client.split();
    let (server_reader, server_writer) = server.split();
    let up = one_way(shared, Direction::Up, client_reader, server_writer, flow);
    let down = one_way(shared, Direction::Down, server_reader, client_writer, flow);
    tokio::try_join!(up, down).map(|_| ())
}

async fn one_way(
    shared: &Shared,
    direction: Direction,
    reader: ReadHalf<'_>,
    writer: WriteHalf<'_>,
    flow: &Flow,
) -> Result<(), Broken> {
    // Bounded by `room`: each piece holds at least one byte of it.
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = Semaphore::new(line::room_bytes(shared, direction));
    // A phone can send once its connection stands, half a trip after the server heard of it.
    let usable_at = match direction {
        Direction::Up => Instant::now() + shared.profile().rtt() / 2,
        Direction::Down => Instant::now(),
    };
    let taking = async {
        tokio::time::sleep_until(usable_at).await;
        take(shared, flow, direction, reader, &sender, &room).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        handed = hand_over(shared, direction, receiver, writer, &room, flow) => handed,
        () = taking => Ok(()),
    }
}

/// Takes pieces from the sender at the pace of the line.
async fn take(
    shared: &Shared,
    flow: &Flow,
    direction: Direction,
    mut reader: ReadHalf<'_>,
    sender: &mpsc::UnboundedSender<Piece>,
    room: &Semaphore,
) {
    let mut buffer = vec![0; limits::LINK_CHUNK_BYTES_MAX];
    let mut last_due_at = Instant::now();
    loop {
        let chunk = line::chunk_bytes(shared, direction);
        let Ok(permits) = room.acquire_many(u32::try_from(chunk).unwrap_or(1)).await else {
            return;
        };
        let Some(target) = buffer.get_mut(..chunk) else {
            return;
        };
        let (passing, turn) = match reader.read(target).await {
            Ok(0) => (Passing::Close, line::reserve(shared, direction, 0)),
            Err(_) => (Passing::Reset, line::reserve(shared, direction, 0)),
            Ok(count) => {
                // Of the room taken, what was read is given back by the other end.
                let mut permits = permits;
                drop(permits.split(chunk - count));
                permits.forget();
                flow.in_flight_bytes
                    .fetch_add(count as u64, Ordering::Relaxed);
                let bytes = target.get(..count).unwrap_or_default().to_vec();
                (
                    Passing::Bytes(bytes),
                    line::reserve(shared, direction, count),
                )
            }
        };
        let goes_on = matches!(passing, Passing::Bytes(_));
        last_due_at = last_due_at.max(turn.due_at);
        let piece = Piece {
            due_at: last_due_at,
            passing,
        };
        if sender.send(piece).is_err() || !goes_on {
            return;
        }
        tokio::time::sleep_until(turn.sent_at - Duration::from_millis(limits::LINK_AHEAD_MS)).await;
    }
}

/// Hands pieces to the receiver when they are due, up to the byte at which the link cuts.
async fn hand_over(
    shared: &Shared,
    direction: Direction,
    mut pieces: mpsc::UnboundedReceiver<Piece>,
    mut writer: WriteHalf<'_>,
    room: &Semaphore,
    flow: &Flow,
) -> Result<(), Broken> {
    while let Some(piece) = pieces.recv().await {
        tokio::time::sleep_until(piece.due_at).await;
        let bytes = match piece.passing {
            Passing::Bytes(bytes) => bytes,
            Passing::Reset => return Err(Broken::BySide),
            Passing::Close => {
                // A receiver that is gone already needs no closing.
                let _gone = writer.shutdown().await;
                return Ok(());
            }
        };
        let allowed = allow(shared, flow, direction, bytes.len());
        let now = bytes.get(..allowed.bytes).unwrap_or_default();
        if writer.write_all(now).await.is_err() {
            // The reading side of the same socket meets the same error and ends the connection.
            return Ok(());
        }
        count_handed(shared, flow, direction, allowed.bytes);
        if allowed.then_cut {
            return Err(Broken::Cut);
        }
        room.add_permits(bytes.len());
    }
    Ok(())
}

fn count_handed(shared: &Shared, flow: &Flow, direction: Direction, bytes: usize) {
    let bytes = bytes as u64;
    flow.in_flight_bytes.fetch_sub(bytes, Ordering::Relaxed);
    shared.count(|counters| match direction {
        Direction::Up => counters.up_bytes += bytes,
        Direction::Down => counters.down_bytes += bytes,
    });
}

struct Allowed {
    bytes: usize,
    then_cut: bool,
}

/// How many of `bytes` may still pass before the nearest cut.
fn allow(shared: &Shared, flow: &Flow, direction: Direction, bytes: usize) -> Allowed {
    let mut left = lock(&flow.left_bytes);
    let mut single = lock(&shared.single_cut);
    let single_counts = single.filter(|cut| match cut.counts {
        CutCount::Both => true,
        CutCount::Only(only) => only == direction,
    });
    let nearest = [*left, single_counts.map(|cut| cut.left_bytes)];
    let nearest = nearest.into_iter().flatten().min();
    let allowed = nearest.map_or(bytes as u64, |nearest| nearest.min(bytes as u64));
    let then_cut = nearest == Some(allowed);
    *left = left.map(|left| left - allowed);
    if let Some(cut) = single_counts {
        let left_bytes = cut.left_bytes - allowed;
        *single = (left_bytes > 0).then_some(super::SingleCut { left_bytes, ..cut });
    }
    Allowed {
        bytes: usize::try_from(allowed).unwrap_or(bytes),
        then_cut,
    }
}

/// Takes everything, answers nothing, until the client goes or the link is cut or down.
async fn swallow(shared: &Shared, mut client: TcpStream, mut state: watch::Receiver<LinkState>) {
    let mut buffer = vec![0; limits::LINK_CHUNK_BYTES_MAX];
    let cut_number = state.borrow_and_update().cut_number;
    loop {
        tokio::select! {
            read = client.read(&mut buffer) => match read {
                Ok(0) | Err(_) => return,
                Ok(count) => shared.count(|counters| counters.lost_bytes += count as u64),
            },
            changed = state.wait_for(|now| {
                now.cut_number != cut_number || now.mode == LinkMode::Down
            }) => {
                if changed.is_ok_and(|now| now.cut_number != cut_number) {
                    shared.count(|counters| counters.cuts += 1);
                }
                return reset(client);
            }
        }
    }
}
