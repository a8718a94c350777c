//! A real Redis server on a free port of the loopback interface.

use crate::debian;
use ::redis::{Client, Connection, InfoDict, cmd};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const ADVICE: &str = "Redis Streams are tested with a real server: install it (Debian, Ubuntu: \
                      `apt-get install redis-server`) so that `redis-server` is on PATH";
/// Until it answers; a slow machine gets there, a broken server is told.
const PATIENCE: Duration = Duration::from_secs(60);
const LOG: &str = "redis.log";
/// Another process may take a port between its choice and its use.
const PORTS: usize = 8;

/// A running server; it is killed and its files removed on drop.
pub struct Redis {
    port: u16,
    keeps: bool,
    child: Child,
    folder: TempDir,
}

impl Redis {
    /// Starts a server that forgets everything when it ends.
    ///
    /// # Errors
    /// When there is none and none can be installed, or it does not answer (its log is in the error).
    pub fn start() -> Result<Self> {
        Self::new(false)
    }

    /// Starts a server that has each write on disk before it answers, so that [`Redis::restart`]
    /// finds it again.
    ///
    /// # Errors
    /// As [`Redis::start`].
    pub fn persistent() -> Result<Self> {
        Self::new(true)
    }

    fn new(keeps: bool) -> Result<Self> {
        let mut tries = PORTS;
        loop {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let folder = tempfile::tempdir()?;
            let mut redis = Self { child: spawn(port, keeps, folder.path())?, port, keeps, folder };
            tries -= 1;
            match redis.wait() {
                Err(error) if tries > 0 && error.to_string().contains("Address already in use") => {}
                answers => return answers.map(|()| redis),
            }
        }
    }

    /// Its address, `redis://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A connection of the test's own, to prepare and to look.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn connection(&self) -> Result<Connection> {
        Ok(Client::open(self.url())?.get_connection_with_timeout(PATIENCE)?)
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        // Already gone is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Kills it if it still runs, and starts it again at the same address.
    ///
    /// # Errors
    /// As [`Redis::start`].
    pub fn restart(&mut self) -> Result<()> {
        self.kill();
        self.child = spawn(self.port, self.keeps, self.folder.path())?;
        self.wait()
    }

    /// Returns once the server answers.
    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        loop {
            let ended = self.child.try_wait()?;
            if ended.is_none() && self.answers().unwrap_or(false) {
                return Ok(());
            }
            if ended.is_some() || start.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.path().join(LOG)).unwrap_or_default();
                bail!("redis-server does not answer ({ended:?}):\n{log}");
            }
            thread::yield_now();
        }
    }

    /// Whether this very server answers, not another one that took the port.
    fn answers(&self) -> Result<bool> {
        let mut connection = self.connection()?;
        let _: String = cmd("PING").query(&mut connection)?;
        let info: InfoDict = cmd("INFO").arg("server").query(&mut connection)?;
        Ok(info.get("process_id") == Some(self.child.id()))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(port: u16, keeps: bool, folder: &Path) -> Result<Child> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let program = FOUND.get_or_init(|| debian::program(&["redis-server"], "redis-server")).clone();
    Command::new(program.context(ADVICE)?)
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--logfile", LOG, "--dir"])
        .arg(folder)
        .args(["--save", "", "--appendonly", if keeps { "yes" } else { "no" }, "--appendfsync", "always"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start redis-server")
}
