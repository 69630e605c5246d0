//! `jawla serve`: the server of a province.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::process::ExitCode;

use jawla_server::accept::AcceptLimits;
use jawla_server::running::{Listen, Running};

use crate::{DataArg, data};

/// Arguments of `jawla serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    data: DataArg,
    /// Where phones and browsers of the network reach it, with TLS.
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:8443")]
    listen: SocketAddr,
    /// Where the browser of this machine reaches it, without TLS; loopback only.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    local: SocketAddr,
    /// The address that invitations carry, when phones do not reach --listen itself.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

/// Runs until it is asked to stop.
pub(crate) fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let folder = data::open(&args.data.data)?;
    let link = folder.first_administrator()?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let public_url = args.public_url.or_else(|| reachable(args.listen));
        let listen = Listen {
            tls: args.listen,
            plain: args.local,
            public_url,
            limits: AcceptLimits::default(),
        };
        let running = Running::start(&folder, listen).await?;
        println!("Jawla sert la province depuis {}", folder.path().display());
        println!("  téléphones et réseau : {}", running.base_url);
        println!("  bureau, sur cette machine : http://{}/", running.plain);
        println!("  clé TLS (SHA-256) : {}", hex(&folder.tls.spki_pin()));
        if let Some(link) = link {
            println!("Premier administrateur, lien à usage unique, valable un jour :");
            println!("  http://{}/bienvenue?lien={}", running.plain, link.secret);
        }
        println!(
            "Inviter un téléphone : jawla invite --data {} --scope … --role team_member --name …",
            folder.path().display()
        );
        stop_asked().await?;
        // Whoever read what it says may be gone: that must not keep it from stopping in order.
        let mut out = std::io::stdout();
        let _ = writeln!(out, "Arrêt : les requêtes en cours se terminent.");
        let drained = running.stop().await;
        let _ = writeln!(
            out,
            "{} terminées, {} coupées.",
            drained.finished, drained.cut
        );
        Ok(ExitCode::SUCCESS)
    })
}

/// The address under which others reach a listener on all interfaces: that of the interface a
/// packet would leave by. Nothing is sent.
fn reachable(listen: SocketAddr) -> Option<String> {
    if !listen.ip().is_unspecified() {
        return None;
    }
    let local = UdpSocket::bind("0.0.0.0:0").ok().and_then(|socket| {
        socket.connect("192.0.2.1:9").ok()?;
        socket.local_addr().ok()
    });
    let ip = local.map_or(IpAddr::from([127, 0, 0, 1]), |local| local.ip());
    Some(format!("https://{}", SocketAddr::new(ip, listen.port())))
}

/// Waits for Ctrl-C or, on Unix, SIGTERM.
pub(crate) async fn stop_asked() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            stopped = tokio::signal::ctrl_c() => stopped?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
