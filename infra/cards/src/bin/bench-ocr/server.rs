//! The application, started for the measurement.

use anyhow::{Context as _, Result, bail};
use sm3::{Digest as _, Sm3};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A host process that ends with this value.
pub struct Server {
    pub url: String,
    pub key: String,
    child: Child,
    _data: tempfile::TempDir,
}

impl Server {
    /// Runs `host` with `manifest` on a free port and an empty data folder, and waits until it listens;
    /// its log goes to `target/bench/host.log`.
    pub fn start(host: &Path, manifest: &Path) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let key = "yz_bench_key".to_owned();
        let hash: String = Sm3::digest(&key).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut child = Command::new(host)
            .args(["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--manifest"])
            .arg(manifest)
            .arg("--data")
            .arg(data.path())
            .env("SPIN_VARIABLE_API_KEY_HASHES", format!("bench:{hash}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create("target/bench/host.log")?)
            .spawn()
            .with_context(|| format!("cannot start {}: `cargo xtask build` makes it", host.display()))?;
        let output = child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(output).lines();
        let mut listening = None;
        for line in lines.by_ref().map_while(Result::ok) {
            let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if event["event"] == "listening" {
                listening = event["http"].as_str().map(|address| format!("http://{address}"));
                break;
            }
        }
        let Some(url) = listening else {
            let status = child.wait()?;
            bail!("the host ended before it listened: {status}");
        };
        // A pipe that nobody empties would stop the host at its access log.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { url, key, child, _data: data })
    }

    /// Most memory the process has held so far, in MiB, where the system tells (`VmHWM`).
    pub fn peak_mib(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kib| kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until `url` answers at all, for an application that somebody else started.
pub fn reachable(url: &str) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        match ureq::get(url).call() {
            Ok(_) | Err(ureq::Error::StatusCode(_)) => return Ok(()),
            Err(_) => std::thread::sleep(Duration::from_millis(200)),
        }
    }
    bail!("nothing answers at {url}")
}
