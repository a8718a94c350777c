//! The application under test: the built host, the repository's `spin.toml`, a data folder and an API key of its own.
//!
//! `cargo xtask test` builds the host and the guests first. Run by hand: `cargo xtask build`, then `cargo test -p tests`.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use crate::clock;
use crate::shared::Shared;
use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde_json::Value;
use sm3::{Digest, Sm3};
use tempfile::TempDir;

/// A running application; it is killed and its data removed on drop.
pub struct Host {
    /// The API key it accepts, role `system`; empty when started by [`Host::run`].
    pub key: String,
    /// Where it serves HTTP.
    pub http: SocketAddr,
    /// Where it serves metrics and health.
    pub admin: SocketAddr,
    child: Child,
    log: Arc<Mutex<String>>,
    readers: Readers,
    data: TempDir,
    manifest: PathBuf,
    variables: Vec<(String, String)>,
    arguments: Vec<String>,
}

/// The secrets that `cargo xtask up` would make, the same in every test.
pub fn secrets() -> [(&'static str, String); 8] {
    [
        ("data_key", "1f".repeat(32)),
        ("service_key", BASE64.encode([9; 32])),
        ("register_key", BASE64.encode([7; 32])),
        ("ca_sign_key", BASE64.encode([8; 32])),
        ("ca_local_key", "2e".repeat(32)),
        ("register_webhook_secret", "report secret of the tests".to_owned()),
        ("sms_receipt_secret", "receipt secret of the tests".to_owned()),
        ("sms_webhook_secret", "webhook secret of the tests".to_owned()),
    ]
}

impl Host {
    /// Starts the application on free ports with a new data folder and waits until it listens.
    ///
    /// # Errors
    /// When the host is not built, or ends before it listens (its last words are in the error).
    pub fn start() -> Result<Self> {
        Self::with(&[])
    }

    /// The same with further variables, which win.
    ///
    /// # Errors
    /// As [`Host::start`].
    pub fn with(further: &[(&str, &str)]) -> Result<Self> {
        Self::with_arguments(further, &[])
    }

    /// The same with further arguments for the host.
    ///
    /// # Errors
    /// As [`Host::start`].
    pub fn with_arguments(further: &[(&str, &str)], arguments: &[&str]) -> Result<Self> {
        let key = "yz_test_key".to_owned();
        let hashes = format!("test:{}", hex(&Sm3::digest(&key)));
        let (secrets, public) = (secrets(), crate::sms::public_keys());
        let mut variables: Vec<_> = secrets.iter().map(|(name, value)| (*name, value.as_str())).collect();
        variables.extend([("api_key_hashes", &*hashes), ("token_public_keys", &public)]);
        // printf receipts/sandbox | openssl dgst -sha256 -hmac 'receipt secret of the tests'
        let receipts = "http://sms-send.spin.internal/v1/sms-send/receipts/sandbox/39520b102fe7f5ff6d08935917bd9893";
        variables.push(("sms_sandbox_receipts_url", receipts));
        variables.extend(further);
        let mut host = Self::run(&root().join("spin.toml"), &variables, arguments)?;
        host.key = key;
        Ok(host)
    }

    /// Starts any manifest with these variables and further arguments for the host.
    ///
    /// # Errors
    /// As [`Host::start`].
    pub fn run(manifest: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Result<Self> {
        let (data, log) = (tempfile::tempdir()?, Arc::default());
        let variables = variables
            .iter()
            .map(|(name, value)| (format!("SPIN_VARIABLE_{}", name.to_uppercase()), (*value).to_owned()));
        let variables: Vec<_> = variables.collect();
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let (child, readers, (http, admin)) = spawn(manifest, data.path(), &variables, &arguments, &log)?;
        let (key, manifest) = (String::new(), manifest.to_owned());
        Ok(Self { key, http, admin, child, log, readers, data, manifest, variables, arguments })
    }

    /// Kills the application (`SIGKILL`) and starts it again on the same data, at new addresses.
    ///
    /// # Errors
    /// As [`Host::start`].
    pub fn restart(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        let (child, readers, (http, admin)) =
            spawn(&self.manifest, self.data.path(), &self.variables, &self.arguments, &self.log)?;
        (self.child, self.readers, self.http, self.admin) = (child, readers, http, admin);
        Ok(())
    }

    /// Starts it again on the same data with its clock so many days ahead.
    ///
    /// # Errors
    /// As [`Host::start`]; where there is no libfaketime.
    pub fn restart_later(&mut self, days: u32) -> Result<()> {
        self.variables.extend(clock::ahead(days)?);
        self.restart()
    }

    /// The one application that the tests of a binary share while any of them holds it.
    ///
    /// # Errors
    /// As [`Host::start`].
    pub fn shared() -> Result<Arc<Self>> {
        static SHARED: Shared<Host> = Shared::new();
        SHARED.get(Self::start)
    }

    /// The address of a path such as `/v1/ocr-idcard/read`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.http)
    }

    /// Everything the application wrote so far, for checks on what must never be logged.
    pub fn log(&self) -> String {
        lock(&self.log).clone()
    }

    /// What of these lies open in its log or its databases.
    ///
    /// # Panics
    /// When they cannot be read.
    pub fn exposed<'a, T: AsRef<[u8]> + ?Sized>(&self, secrets: &[&'a T]) -> Vec<&'a T> {
        let mut kept = self.log().into_bytes();
        for file in fs::read_dir(self.data().join("sqlite")).unwrap() {
            kept.extend(fs::read(file.unwrap().path()).unwrap());
        }
        let lies = |secret: &[u8]| kept.windows(secret.len()).any(|bytes| bytes == secret);
        secrets.iter().copied().filter(|secret| lies(secret.as_ref())).collect()
    }

    /// The folder with its databases.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A line of the process' `/proc/PID/status` in kB: `VmRSS`, the memory it holds, or `VmHWM`, the most it ever held.
    ///
    /// # Panics
    /// When there is no such line.
    pub fn memory_kb(&self, line: &str) -> i64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|found| found.starts_with(line)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Sends a signal such as `TERM`.
    ///
    /// # Errors
    /// When there is no `kill` on this machine, or no process any more.
    pub fn signal(&self, name: &str) -> Result<()> {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status()?;
        if status.success() { Ok(()) } else { bail!("kill -{name}: {status}") }
    }

    /// Waits for the process to end by itself; its log is then complete.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait()?;
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        Ok(status)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The host's command line for a manifest and a data folder, on free ports.
pub fn command(manifest: &Path, data: &Path) -> Command {
    let root = root();
    let mut command = Command::new(root.join("target/release/host"));
    command.current_dir(&root).arg("--manifest").arg(manifest);
    command.args(["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data"]).arg(data);
    command
}

type Addresses = (SocketAddr, SocketAddr);
type Readers = Vec<thread::JoinHandle<()>>;

fn spawn(
    manifest: &Path,
    data: &Path,
    variables: &[(String, String)],
    arguments: &[String],
    log: &Arc<Mutex<String>>,
) -> Result<(Child, Readers, Addresses)> {
    let mut child = command(manifest, data)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start the host: run `cargo xtask build` first")?;
    let (tell, listening) = mpsc::channel();
    // Both pipes are drained for the whole life of the host: a full pipe would stop it.
    let readers = vec![collect(child.stderr.take(), log, None), collect(child.stdout.take(), log, Some(tell))];
    match listening.recv() {
        Ok(addresses) => Ok((child, readers, addresses)),
        Err(_) => {
            let status = child.wait()?;
            bail!("the host ended before it listened ({status}):\n{}", lock(log));
        }
    }
}

fn collect(
    pipe: Option<impl Read + Send + 'static>,
    log: &Arc<Mutex<String>>,
    mut tell: Option<mpsc::Sender<Addresses>>,
) -> thread::JoinHandle<()> {
    let log = Arc::clone(log);
    thread::spawn(move || {
        let Some(pipe) = pipe else { return };
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if let Some(addresses) = listening(&line)
                && let Some(tell) = tell.take()
            {
                let _ = tell.send(addresses);
            }
            let mut log = lock(&log);
            log.push_str(&line);
            log.push('\n');
        }
    })
}

fn listening(line: &str) -> Option<Addresses> {
    let line: Value = serde_json::from_str(line).ok()?;
    let address = |key: &str| line.get(key)?.as_str()?.parse().ok();
    (line.get("event")? == "listening").then_some((address("http")?, address("admin")?))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
