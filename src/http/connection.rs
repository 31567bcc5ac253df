//! How are connections accepted, bounded and ended?
//!
//! A loop of our own over hyper instead of `axum::serve`, which (in 0.8.9) sets no timer: without one hyper waits for the
//! headers of a slow client forever, and nothing bounds the number of connections. HTTP/1.1 only; encryption is left to
//! a proxy in front.

use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::limits::{ACCEPT_PAUSE, HEADER_BYTES_MAX, HEADER_TIME_MAX, N_CONNECTIONS_MAX, STOP_TIME_MAX};

/// Serves connections until `stop` is done, then lets running requests finish.
pub(super) async fn accept_until(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let slots = Arc::new(Semaphore::new(N_CONNECTIONS_MAX));
    let running = GracefulShutdown::new();
    let protocol = protocol();
    let mut stop = pin!(stop);
    loop {
        let (stream, slot) = tokio::select! {
            next = next_connection(&listener, &slots) => next,
            () = &mut stop => break,
        };
        let service = TowerToHyperService::new(router.clone());
        let served = running.watch(protocol.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::debug!(%error, "connection ended");
            }
            drop(slot);
        });
    }
    drop(listener);
    let n_running = running.count();
    if timeout(STOP_TIME_MAX, running.shutdown()).await.is_err() {
        tracing::warn!(n_connections_at_stop = n_running, "connections cut: their requests did not finish in time");
    }
}

fn protocol() -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME_MAX).max_buf_size(HEADER_BYTES_MAX);
    protocol
}

/// The next connection, once there is a slot for it.
async fn next_connection(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed; were it, connections would be served uncounted rather than not at all.
    let slot = slots.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are written whole: waiting for more to send would only delay them.
                let _ = stream.set_nodelay(true);
                return (stream, slot);
            }
            Err(error) => {
                tracing::warn!(%error, "connection refused by the system");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
