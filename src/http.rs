//! stub
use std::net::SocketAddr;

use crate::error::Result;
use crate::registry::Registry;

/// Serves.
pub fn serve(_registry: Registry, _listen: SocketAddr, _ready: impl FnOnce(SocketAddr)) -> Result<()> {
    Ok(())
}
