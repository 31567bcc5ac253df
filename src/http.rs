//! How does the register answer over HTTP?
//!
//! JSON under `/v1`, described in docs/API.md and docs/openapi.json, and the W3C Reconciliation API under `/reconcile`. A
//! request goes through these files in this order:
//!
//! ```text
//! connection → router → metrics → parameters, body → search, resolve, entity, record, why, reconcile → work → registry
//!                                                    write → living
//! ```
//!
//! This is the only async part of the program. Async threads move bytes; whatever reads the register, parses or writes JSON
//! runs in [`work`], where it is admitted, bounded and abandoned. Every bound is in [`limits`], every refusal in [`problem`].
//! Changes are handed to `living`, the one writer. The service does not know who asks: bind it where only those may who should.

mod limits;

mod connection;
mod metrics;
mod router;

mod body;
mod parameters;
mod problem;
mod work;

mod entity;
#[expect(unused_qualifications, reason = "the macro that describes a route writes them")]
mod history;
mod operation;
#[expect(unused_qualifications, reason = "the macro that describes a route writes them")]
mod reconcile;
mod record;
mod resolve;
#[expect(unused_qualifications, reason = "the macro that describes a route writes them")]
mod search;
#[expect(unused_qualifications, reason = "the macro that describes a route writes them")]
mod why;
mod write;

#[cfg(any(test, fuzzing))]
pub mod fuzz;

pub use router::openapi_json;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use crate::living::Living;
use crate::registry::Registry;
use metrics::Metrics;

/// What every handler can reach.
#[derive(Clone)]
struct Service {
    served: Served,
    /// The address under which clients reach the service, where it is not the one they name themselves.
    public_url: Option<Arc<str>>,
    /// Requests that may read the register or wait for it.
    work_slots: Arc<Semaphore>,
    /// Batches that may run.
    batch_turns: Arc<Semaphore>,
    /// Bodies that may be held while they arrive.
    body_slots: Arc<Semaphore>,
    /// Bodies of lines that may be held until they are written.
    lines_slots: Arc<Semaphore>,
    metrics: Arc<Metrics>,
}

/// A register that is served.
#[derive(Clone)]
pub enum Served {
    /// For reading, as it was when it was opened.
    Fixed(Arc<Registry>),
    /// For reading and writing.
    Living(Arc<Living>),
}

impl From<Registry> for Served {
    fn from(registry: Registry) -> Served {
        Served::Fixed(Arc::new(registry))
    }
}

impl From<Living> for Served {
    fn from(living: Living) -> Served {
        Served::Living(Arc::new(living))
    }
}

impl Served {
    /// The register as it is now; it stays so.
    fn registry(&self) -> Arc<Registry> {
        match self {
            Served::Fixed(registry) => registry.clone(),
            Served::Living(living) => living.registry(),
        }
    }

    /// Who writes, if anybody does.
    fn living(&self) -> Option<&Arc<Living>> {
        match self {
            Served::Fixed(_) => None,
            Served::Living(living) => Some(living),
        }
    }
}

/// Where a service is reached.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The address to listen at.
    pub listen: SocketAddr,
    /// The address under which clients reach it, `https://minglu.example/register`; what they name in the header Host if
    /// absent.
    pub public_url: Option<String>,
}

/// Serves a register until SIGTERM or SIGINT; `ready` learns the address, whose port is chosen here if `listen` has 0.
///
/// After the signal no connection is accepted and running requests are finished, within a limit.
pub fn serve(served: impl Into<Served>, options: ServeOptions, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let runtime = runtime()?;
    // Before `ready`, so that whoever waits for it can already stop the service in good order.
    let stop = {
        let _context = runtime.enter();
        stop_signal().map_err(|error| Error::usage(format!("signals: {error}")))?
    };
    run(runtime, Service::new(served.into(), options.public_url), options.listen, ready, stop)
}

/// Serves a register like [`serve`], until `stop` is done.
pub fn serve_until(
    served: impl Into<Served>,
    options: ServeOptions,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<()> {
    run(runtime()?, Service::new(served.into(), options.public_url), options.listen, ready, stop)
}

impl Service {
    fn new(served: Served, public_url: Option<String>) -> Service {
        let state = served.registry().store.state();
        let metrics = Metrics::new(state.n_records, state.n_entities);
        Service {
            served,
            public_url: public_url.map(Arc::from),
            work_slots: Arc::new(Semaphore::new(n_cores() * limits::N_WORK_PER_CORE_MAX)),
            batch_turns: Arc::new(Semaphore::new(n_cores() * limits::N_BATCHES_PER_CORE_MAX)),
            body_slots: Arc::new(Semaphore::new(limits::N_BODIES_MAX)),
            lines_slots: Arc::new(Semaphore::new(limits::N_LINES_BODIES_MAX)),
            metrics: Arc::new(metrics),
        }
    }
}

fn run(
    runtime: Runtime,
    service: Service,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<()> {
    let refused =
        |error: std::io::Error| Error::usage(format!("cannot listen at {listen}: {error}; choose another address"));
    runtime.block_on(async {
        let listener = bind(listen).map_err(refused)?;
        ready(listener.local_addr().map_err(refused)?);
        tokio::spawn(upkeep(service.metrics.clone()));
        connection::accept_until(listener, router::router(service), stop).await;
        Ok::<(), Error>(())
    })?;
    // Only work that nobody waits for any more can still run here.
    runtime.shutdown_timeout(limits::ABANDONED_WORK_MAX);
    Ok(())
}

fn bind(listen: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if listen.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // The address can be taken again at once, although connections of the last run linger in the system.
    socket.set_reuseaddr(true)?;
    socket.bind(listen)?;
    socket.listen(limits::N_CONNECTIONS_WAITING_MAX)
}

fn runtime() -> Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    let built = builder.enable_all().max_blocking_threads(n_cores() * limits::WORKERS_PER_CORE).build();
    built.map_err(|error| Error::usage(format!("cannot start threads: {error}")))
}

fn n_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// How often measurements are folded together; what nobody fetches would otherwise pile up.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

async fn upkeep(metrics: Arc<Metrics>) {
    let mut interval = tokio::time::interval(UPKEEP_INTERVAL);
    loop {
        interval.tick().await;
        metrics.upkeep();
    }
}
