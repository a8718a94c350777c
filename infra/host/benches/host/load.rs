//! A load generator that costs little beside what it measures: raw HTTP/1.1 on one thread.

use anyhow::{Result, bail};
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came of it.
pub struct Load {
    /// Answers with status 200.
    pub requests: usize,
    /// Other answers.
    pub errors: usize,
    /// Median latency, ms.
    pub p50: f64,
    /// 99th percentile, ms.
    pub p99: f64,
}

/// Keeps so many connections busy for so long.
pub fn run(address: SocketAddr, path: &str, connections: usize, time: Duration) -> Result<Load> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let end = Instant::now() + time;
    let (mut latencies, errors) = runtime.block_on(async {
        let tasks: Vec<_> = (0..connections).map(|_| tokio::spawn(connection(address, request.clone(), end))).collect();
        let (mut all, mut errors) = (Vec::new(), 0);
        for task in tasks {
            let (latencies, failed) = task.await??;
            all.extend(latencies);
            errors += failed;
        }
        anyhow::Ok((all, errors))
    })?;
    latencies.sort_unstable();
    let at = |share: f64| {
        let index = (latencies.len() as f64 * share) as usize;
        latencies.get(index).copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    Ok(Load { requests: latencies.len(), errors, p50: at(0.5), p99: at(0.99) })
}

async fn connection(address: SocketAddr, request: String, end: Instant) -> Result<(Vec<Duration>, usize)> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut latencies, mut errors) = (Vec::new(), 0);
    let mut answer = Vec::with_capacity(4096);
    while Instant::now() < end {
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        answer.clear();
        while !complete(&answer) {
            if stream.read_buf(&mut answer).await? == 0 {
                bail!("the host closed the connection");
            }
        }
        match answer.starts_with(b"HTTP/1.1 200") {
            true => latencies.push(start.elapsed()),
            false => errors += 1,
        }
    }
    Ok((latencies, errors))
}

/// Whether an answer with `content-length` or in chunks is there to its end.
fn complete(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let (head, body) = answer.split_at(head + 4);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    match head.split_once("content-length: ").and_then(|(_, rest)| rest.split_once('\r')) {
        Some((length, _)) => length.parse().is_ok_and(|length: usize| body.len() >= length),
        None => body.ends_with(b"0\r\n\r\n"),
    }
}

/// One request; its body.
pub fn get(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = std::net::TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => Ok(body.to_owned()),
        _ => bail!("{path} answered {answer}"),
    }
}
