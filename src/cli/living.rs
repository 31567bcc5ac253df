//! What can be asked of `serve`, `ingest` and `delete`?

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::public_url;

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The data directory.
    #[arg(long)]
    pub data: PathBuf,
    /// Address to serve at.
    #[arg(long, default_value = "127.0.0.1:8640")]
    pub listen: SocketAddr,
    /// Address under which clients reach the service, for links in answers; by default as they name it themselves.
    #[arg(long, value_parser = public_url)]
    pub public_url: Option<String>,
    /// Serve the register as it is and take no changes; others may read it too, and one may write.
    #[arg(long)]
    pub read_only: bool,
    /// Acknowledge changes before the disk has them: a control for tests that must lose data.
    #[arg(long, hide = true, conflicts_with = "read_only")]
    pub unsafe_no_sync: bool,
}

/// Arguments of `ingest`.
#[derive(Debug, Args)]
pub struct Ingest {
    /// The data directory.
    #[arg(long)]
    pub data: PathBuf,
    /// The source whose records they are; how its files are read stands in the configuration of the register.
    #[arg(long)]
    pub source: String,
    /// Print the counts as JSON.
    #[arg(long)]
    pub json: bool,
    /// The files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

/// Arguments of `delete`.
#[derive(Debug, Args)]
pub struct Delete {
    /// The data directory.
    #[arg(long)]
    pub data: PathBuf,
    /// The source of the record.
    #[arg(long)]
    pub source: String,
    /// Its id there.
    #[arg(long)]
    pub record_id: String,
}
