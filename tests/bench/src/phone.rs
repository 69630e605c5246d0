//! Phones: enrolled over the office's network, then on roads that are measured.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use anyhow::Context;
use async_trait::async_trait;
use jawla_client::client::transport_to;
use jawla_client::driver::{SyncOptions, SyncReport};
use jawla_client::http::HttpTransport;
use jawla_client::platform::{LinkKind, SystemPlatform};
use jawla_client::transport::{BodyStream, Incoming, LinkError, Outgoing, Transport};
use jawla_client::{Client, NewVisit};
use jawla_model::{PersonId, ReceivedAt, Role, ScopeId, VisitId};
use jawla_server::clock;
use jawla_server::core::{ServerCore, SyncSession};
use jawla_server::enrolment::{InviteRequest, invite};
use jawla_server::running::INVITATION_LIFE_S;
use jawla_sync::device::SessionResult;
use jawla_world::workload::WorkloadVisit;
use jawla_world::{LinkEmulator, LinkProfile};
use serde::Serialize;

use crate::ground::Ground;
use crate::machine;
use crate::visits::{self, Manner};

/// Cuts in a row without progress that a phone puts up with here.
const FRUITLESS_TRIES_MAX: u32 = 40;

/// One phone.
pub struct Phone {
    /// Its store.
    pub client: Client,
}

impl Phone {
    /// A phone of this person, enrolled in these scopes and empty.
    pub async fn enrol(
        ground: &Ground,
        folder: &Path,
        person: PersonId,
        scopes: Vec<ScopeId>,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let client = Client::open(folder, Arc::new(SystemPlatform::new()?))?;
        let request = InviteRequest {
            person: Some(person),
            name_fr: "Agent du banc".into(),
            name_ar: "عون".into(),
            role: Role::TeamMember,
            scopes,
            life_s: INVITATION_LIFE_S,
        };
        let address = ground
            .folder
            .address_for_phones(ground.running.base_url.clone());
        let now = ReceivedAt(clock::now_s());
        let invitation = invite(ground.core(), &request, &address, now)?.text();
        client.enrol(&invitation, "Téléphone du banc").await?;
        Ok(Self { client })
    }

    /// Synchronises; anything but a complete session is an error.
    pub async fn sync(
        &self,
        transport: &dyn Transport,
        link: LinkKind,
    ) -> anyhow::Result<SyncReport> {
        let options = SyncOptions {
            link,
            fruitless_tries_max: FRUITLESS_TRIES_MAX,
            ..SyncOptions::default()
        };
        let report = self.client.sync_over(transport, options, |_| {}).await?;
        match report.result {
            SessionResult::Complete { .. } => Ok(report),
            other => anyhow::bail!("a sync ended with {other:?}, {:?}", report.link_error),
        }
    }

    /// Makes a visit with the device's own commands.
    pub async fn visit(
        &self,
        ground: &Ground,
        dossier: usize,
        visit: &WorkloadVisit,
        manner: Manner,
    ) -> anyhow::Result<VisitId> {
        let document = ground.document_ids()[dossier];
        let mut steps = visits::steps(visit, manner).into_iter();
        let begun = steps.next().context("a visit begins")?;
        let kind = visits::kind_of(&begun);
        let id = self.client.start_visit(NewVisit { document, kind }).await?;
        for step in steps {
            self.client
                .edit(document, visits::on_visit(step.edits, id))
                .await?;
        }
        Ok(id)
    }
}

/// What a sync cost.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Trip {
    /// Requests, files included.
    pub requests: u64,
    /// Bytes of bodies sent.
    pub body_bytes_up: u64,
    /// Bytes of bodies received.
    pub body_bytes_down: u64,
    /// Bytes of files among the bodies.
    pub file_bytes: u64,
    /// TCP payload both ways, heads and TLS included.
    pub payload_bytes: u64,
    /// Connections opened.
    pub connections: u64,
    /// Connections that the link cut.
    pub cuts: u64,
    /// How long it took.
    pub elapsed_ms: u64,
}

impl Trip {
    /// Bodies both ways.
    pub const fn body_bytes(&self) -> u64 {
        self.body_bytes_up + self.body_bytes_down
    }
}

/// A link and the connections that a phone keeps over it.
pub struct Road {
    link: LinkEmulator,
    transport: HttpTransport,
}

impl Road {
    /// A link of that profile from this phone to the server.
    pub async fn open(
        ground: &Ground,
        phone: &Phone,
        profile: LinkProfile,
    ) -> anyhow::Result<Self> {
        let link = LinkEmulator::start(ground.running.tls, profile).await?;
        let pin = phone.client.who().await?.tls_pin;
        let transport = transport_to(&format!("https://{}", link.address()), pin)?;
        Ok(Self { link, transport })
    }

    /// One sync over it.
    pub async fn travel(&self, phone: &Phone, kind: LinkKind) -> anyhow::Result<Trip> {
        self.link.reset_counters();
        let began = Instant::now();
        let report = phone.sync(&self.transport, kind).await?;
        let elapsed_ms = u64::try_from(began.elapsed().as_millis())?;
        let (counters, progress) = (self.link.counters(), report.progress);
        Ok(Trip {
            requests: progress.requests,
            body_bytes_up: progress.body_bytes_up,
            body_bytes_down: progress.body_bytes_down,
            file_bytes: progress.file_bytes,
            payload_bytes: counters.bytes(),
            connections: counters.connections,
            cuts: counters.cuts,
            elapsed_ms,
        })
    }
}

/// The server's CPU time for one request, in microseconds.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct ServerCpu {
    /// Taking it in: signatures, guard, transactions.
    pub intake_us: u64,
    /// Making the answer.
    pub answer_us: u64,
}

/// Straight into the server, on a thread whose CPU time is read. Has no files.
pub struct Inside {
    core: Arc<ServerCore>,
    /// What each request cost.
    pub cpu: Mutex<Vec<ServerCpu>>,
}

impl Inside {
    /// A way into this server.
    pub fn new(ground: &Ground) -> Self {
        Self {
            core: Arc::clone(&ground.folder.core),
            cpu: Mutex::default(),
        }
    }
}

#[async_trait]
impl Transport for Inside {
    async fn exchange(&self, request: Outgoing) -> Result<Incoming, LinkError> {
        let answer = |status, body: Vec<u8>| {
            Ok(Incoming {
                status,
                headers: Default::default(),
                body: BodyStream::whole(body),
            })
        };
        if request.path != "/v1/sync" {
            return answer(404, Vec::new());
        }
        let core = Arc::clone(&self.core);
        let served = tokio::task::spawn_blocking(move || serve(&core, &request.body));
        match served.await {
            Ok(Some((body, cpu))) => {
                self.cpu.lock().expect("nobody panics with it").push(cpu);
                answer(200, body)
            }
            _ => answer(500, Vec::new()),
        }
    }
}

fn serve(core: &Arc<ServerCore>, body: &[u8]) -> Option<(Vec<u8>, ServerCpu)> {
    let began = machine::thread_cpu_us();
    let mut session = SyncSession::new(core, ReceivedAt(clock::now_s()));
    session.feed(body).ok()?;
    let taken_in = machine::thread_cpu_us();
    let parts = session.finish().ok()?;
    let answered = machine::thread_cpu_us();
    let cpu = ServerCpu {
        intake_us: taken_in - began,
        answer_us: answered - taken_in,
    };
    Some((parts.concat(), cpu))
}
