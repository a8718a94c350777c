//! Runs a `spin.toml` in one process.

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use host::capabilities::sqlite::Durability;
use host::limits::{self, Limits};
use host::{Options, start};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// Runs a spin.toml (version 2) in one process.
#[derive(Parser)]
#[command(name = "host", version)]
struct Arguments {
    /// The application.
    #[arg(long, default_value = "spin.toml")]
    manifest: PathBuf,
    /// The profile to apply.
    #[arg(long)]
    profile: Option<String>,
    /// Where to serve; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Where to serve /healthz and /metrics.
    #[arg(long, default_value = "127.0.0.1:3001")]
    admin: SocketAddr,
    /// Where databases and key-value stores lie.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Where compiled code is kept; safe to delete.
    #[arg(long, default_value = "target/host-cache")]
    cache: PathBuf,
    /// A variable as `name=value`; others come from SPIN_VARIABLE_<NAME>.
    #[arg(long = "variable", value_parser = pair)]
    variables: Vec<(String, String)>,
    /// Certificate chain (PEM) for TLS.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key (PEM) for TLS.
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// What a commit of SQLite waits for.
    #[arg(long, value_enum, default_value = "normal")]
    sqlite_durability: Durability,
    /// Until the head of an answer.
    #[arg(long, default_value = "30s", value_parser = limits::duration)]
    request_timeout: Duration,
    /// For the rest of an answer after its head.
    #[arg(long, default_value = "5m", value_parser = limits::duration)]
    stream_timeout: Duration,
    /// Memory of one instance.
    #[arg(long, default_value = "1GiB", value_parser = limits::bytes)]
    memory_limit: u64,
    /// Size of a request's body.
    #[arg(long, default_value = "16MiB", value_parser = limits::bytes)]
    body_limit: u64,
    /// Requests that one instance answers in its life.
    #[arg(long, default_value_t = 128)]
    max_instance_reuse: usize,
    /// Requests that one instance answers at the same time.
    #[arg(long, default_value_t = 16)]
    max_instance_concurrency: usize,
    /// How long an instance waits for its next request.
    #[arg(long, default_value = "1s", value_parser = limits::duration)]
    idle_timeout: Duration,
    /// Instances alive at the same time.
    #[arg(long, default_value_t = 256)]
    max_instances: u32,
    /// Requests inside the host at the same time.
    #[arg(long, default_value_t = 2048)]
    max_in_flight: usize,
    /// Requests of one kind that compute at the same time; the number of cores unless told.
    #[arg(long)]
    max_computing: Option<usize>,
}

fn pair(text: &str) -> Result<(String, String)> {
    let (name, value) = text.split_once('=').ok_or_else(|| anyhow!("write name=value"))?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Arguments {
    fn options(self) -> Result<Options> {
        let cores = || std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Options {
            manifest: self.manifest,
            profile: self.profile,
            listen: self.listen,
            admin: self.admin,
            data: self.data,
            cache: self.cache,
            variables: self.variables.into_iter().collect(),
            tls: self.tls_cert.zip(self.tls_key),
            durability: self.sqlite_durability,
            limits: Limits {
                request_timeout: self.request_timeout,
                stream_timeout: self.stream_timeout,
                memory: usize::try_from(self.memory_limit).context("--memory-limit")?,
                body: self.body_limit,
                reuse: self.max_instance_reuse,
                concurrency: self.max_instance_concurrency,
                idle: self.idle_timeout,
                instances: self.max_instances,
                in_flight: self.max_in_flight,
                heavy: self.max_computing.unwrap_or_else(cores),
            },
        })
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let options = arguments.options()?;
    let running = start(options).await?;
    // Before anybody is told that it runs, and may stop it.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let line = serde_json::json!({ "event": "listening", "http": running.http, "admin": running.admin });
    writeln!(std::io::stdout(), "{line}")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    Ok(())
}
