//! `jawla field`: the phone's pages on loopback, over a phone's store: for development, the
//! demonstration and tests. On a phone the same router is called in process, without a socket.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use jawla_client::Client;
use jawla_client::handset::{Handset, HandsetOptions};
use jawla_client::platform::SystemPlatform;
use tokio::net::TcpListener;

/// Arguments of `jawla field`.
#[derive(Debug, clap::Args)]
pub(crate) struct FieldArgs {
    /// The folder of the phone's store; made if there is none.
    #[arg(long, value_name = "DIR", default_value = "jawla-phone")]
    store: PathBuf,
    /// Where the browser of this machine reaches it; loopback only.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
}

/// Serves until it is asked to stop.
pub(crate) fn run(args: FieldArgs) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        args.listen.ip().is_loopback(),
        "{} is not a loopback address: whoever reaches these pages is the phone's owner",
        args.listen
    );
    std::fs::create_dir_all(&args.store)
        .with_context(|| format!("cannot make {}", args.store.display()))?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let client = Client::open(&args.store, Arc::new(SystemPlatform::new()?))?;
        let pages = serve(handset(client)?, args.listen).await?;
        println!("Les écrans du téléphone : http://{}/", pages.address);
        println!("  magasin : {}", args.store.display());
        crate::serve::stop_asked().await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The phone's pages, served.
pub(crate) struct ServedPages {
    /// Where.
    pub(crate) address: SocketAddr,
}

/// The phone behind the pages, with the reference data that ships with the product until the
/// province's has arrived.
pub(crate) fn handset(client: Client) -> anyhow::Result<Handset> {
    let reference = jawla_server::reference::shipped()?;
    Ok(Handset::start(client, HandsetOptions::new(reference)))
}

/// Serves a phone's pages on loopback until the process ends.
pub(crate) async fn serve(handset: Handset, listen: SocketAddr) -> anyhow::Result<ServedPages> {
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let pages = guarded(jawla_field::router(Arc::new(handset)), address);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, pages).await {
            tracing::error!(%error, "the phone's pages stopped");
        }
    });
    Ok(ServedPages { address })
}

/// Only pages of this very address may ask: neither a name that was turned to loopback nor a form
/// of another site reaches the phone.
fn guarded(pages: Router, address: SocketAddr) -> Router {
    pages.layer(middleware::from_fn_with_state(address, own_pages_only))
}

async fn own_pages_only(
    State(address): State<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if is_ours(address, &request) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

fn is_ours(address: SocketAddr, request: &Request) -> bool {
    let says = |name: header::HeaderName| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let ours = [address.to_string(), format!("localhost:{}", address.port())];
    let is_one = |text: &str| ours.iter().any(|one| one == text);
    let from_us = says(header::ORIGIN)
        .is_none_or(|origin| origin.strip_prefix("http://").is_some_and(is_one));
    says(header::HOST).is_some_and(is_one) && (request.method().is_safe() || from_us)
}
