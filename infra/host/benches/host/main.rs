//! `cargo bench -p host --bench host [-- --seconds N] [--durability full]`: requests per second and latencies of the
//! built host over loopback, with the load generator on the same cores; start times and memory.
//!
//! The guests are built first. Figures mean little while the machine does something else, so the
//! load average is printed with them.

mod load;

use anyhow::{Context, Result, bail, ensure};
use load::{Load, get};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const GUESTS: [&str; 4] = ["bench-plain", "bench-composed", "bench-caller", "store-sqlite"];
const PATHS: [(&str, &str); 4] = [
    ("static response", "/static"),
    ("plain function", "/plain"),
    ("composed, private call", "/composed/call"),
    ("composed, SQLite insert", "/composed/insert"),
];
const CONNECTIONS: [usize; 4] = [1, 16, 64, 256];

fn main() -> Result<()> {
    let seconds = argument("--seconds").map_or(Ok(5), |text| text.parse()).context("--seconds N")?;
    let seconds = Duration::from_secs(seconds);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&root).args(["build", "--release", "--target", "wasm32-wasip2"]);
    cargo.args(GUESTS.iter().flat_map(|guest| ["-p", guest]));
    ensure!(cargo.status()?.success(), "the guests do not build");
    let work = std::env::temp_dir().join(format!("host-bench-{}", std::process::id()));
    let result = measure(&root, &work, seconds);
    std::fs::remove_dir_all(&work).ok();
    result
}

/// The argument after a flag; cargo adds `--bench` of its own.
fn argument(flag: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != flag).nth(1)
}

fn measure(root: &Path, work: &Path, seconds: Duration) -> Result<()> {
    let (first, host) = Host::start(root, work, &[])?;
    drop(host);
    let (second, host) = Host::start(root, work, &[])?;
    println!("start until the first answer: {first:.0?} with nothing compiled, {second:.0?} afterwards\n");
    get(host.http, "/composed/table")?;
    println!("| path | connections | req/s | p50 ms | p99 ms | errors |\n| --- | --- | --- | --- | --- | --- |");
    for (name, path) in PATHS {
        for connections in CONNECTIONS {
            let Load { requests, errors, p50, p99 } = load::run(host.http, path, connections, seconds)?;
            let rate = requests as f64 / seconds.as_secs_f64();
            println!("| {name} | {connections} | {rate:.0} | {p50:.2} | {p99:.2} | {errors} |");
        }
    }
    let metrics = get(host.admin, "/metrics")?;
    println!("\nload average {}", std::fs::read_to_string("/proc/loadavg")?.trim());
    println!("resident {:.0} MiB after the load", sum(&metrics, "host_resident_memory_bytes ")? / 1048576.0);
    memory(root, work)
}

/// Memory per instance: what many of them add, over how many they are. Each answers one request at a time here, so that
/// so many connections need so many instances.
fn memory(root: &Path, work: &Path) -> Result<()> {
    let (_, host) = Host::start(root, work, &["--max-instance-concurrency", "1", "--idle-timeout", "60s"])?;
    let resident = |text: &str| sum(text, "host_resident_memory_bytes ");
    get(host.http, "/plain")?;
    let before = get(host.admin, "/metrics")?;
    load::run(host.http, "/plain", 256, Duration::from_secs(1))?;
    let after = get(host.admin, "/metrics")?;
    let instances = sum(&after, "host_instances{")?;
    let linear = sum(&after, "host_instance_memory_bytes{")?;
    println!(
        "{instances} instances side by side: {:.2} MiB resident and {:.2} MiB linear memory each",
        (resident(&after)? - resident(&before)?) / instances / 1048576.0,
        linear / instances / 1048576.0,
    );
    Ok(())
}

/// The sum of all samples whose line starts so.
fn sum(metrics: &str, start: &str) -> Result<f64> {
    let lines = metrics.lines().filter(|line| line.starts_with(start));
    let values = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    let values: Vec<f64> = values.collect();
    ensure!(!values.is_empty(), "no metric {start}");
    Ok(values.iter().sum())
}

struct Host {
    child: Child,
    http: SocketAddr,
    admin: SocketAddr,
}

impl Host {
    /// Starts the host; also how long it took until the first answer of a function.
    fn start(root: &Path, work: &Path, more: &[&str]) -> Result<(Duration, Self)> {
        let start = Instant::now();
        let app: PathBuf = root.join("infra/host/benches/spin.toml");
        let mut child = Command::new(env!("CARGO_BIN_EXE_host"))
            .args(["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--manifest"])
            .arg(app)
            .arg("--data")
            .arg(work.join("data"))
            .arg("--cache")
            .arg(work.join("cache"))
            .args(["--sqlite-durability", argument("--durability").as_deref().unwrap_or("normal")])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("no standard output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let listening: Value = serde_json::from_str(&line).context("the host did not start")?;
        let address = |name: &str| match listening.get(name).and_then(Value::as_str) {
            Some(text) => Ok(text.parse()?),
            None => bail!("no {name} in {line}"),
        };
        let host = Self { http: address("http")?, admin: address("admin")?, child };
        get(host.http, "/plain")?;
        Ok((start.elapsed(), host))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
