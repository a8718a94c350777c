//! One JSON object per line on standard error, written by a thread of its own so that no request
//! ever waits for a reader. No line holds an address, a path as called, a body or a token.

use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Lines that may wait to be written; more are dropped and counted.
const WAITING: usize = 16_384;

/// Where the host tells what happened.
#[derive(Clone)]
pub struct Log(Arc<Inner>);

struct Inner {
    lines: SyncSender<Message>,
    lost: AtomicU64,
    closed: AtomicBool,
}

enum Message {
    Line(String),
    Flush(SyncSender<()>),
}

/// One answered request.
pub struct Access<'a> {
    /// See [`crate::request_id`].
    pub request_id: &'a str,
    /// The method.
    pub method: &'a str,
    /// The route's pattern, never the path.
    pub route: &'a str,
    /// Who answered.
    pub component: &'a str,
    /// The answer's status.
    pub status: u16,
    /// Until the head of the answer.
    pub duration: std::time::Duration,
    /// The trace it belongs to, if any.
    pub trace: Option<&'a str>,
}

impl Log {
    /// A log that writes to standard error.
    pub fn stderr() -> Self {
        let (lines, waiting) = sync_channel(WAITING);
        std::thread::spawn(move || write(&waiting));
        Self(Arc::new(Inner { lines, lost: AtomicU64::new(0), closed: AtomicBool::new(false) }))
    }

    /// Tells an event; `fields` is an object.
    pub fn event(&self, level: &str, event: &str, fields: Value) {
        let mut line = json!({ "ts": jiff::Timestamp::now().to_string(), "level": level, "event": event });
        if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), fields) {
            line.extend(fields);
        }
        self.line(line.to_string());
    }

    /// Tells that a guest asked for what it was not granted.
    pub fn denied(&self, component: &str, capability: &str, what: &str) {
        let fields = json!({ "component": component, "capability": capability, "what": what });
        self.event("warn", "denied", fields);
    }

    /// Tells an answered request.
    pub fn access(&self, access: &Access<'_>) {
        self.event(
            "info",
            "request",
            json!({
                "request_id": access.request_id,
                "method": access.method,
                "route": access.route,
                "component": access.component,
                "status": access.status,
                "duration_ms": access.duration.as_micros() as f64 / 1e3,
                "trace": access.trace,
            }),
        );
    }

    /// Waits until everything told so far is written, and takes no more.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        let (done, wait) = sync_channel(1);
        if self.0.lines.send(Message::Flush(done)).is_ok() {
            let _ = wait.recv();
        }
    }

    /// Lines dropped because the reader was too slow.
    pub fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    fn line(&self, mut line: String) {
        line.push('\n');
        if self.0.closed.load(Ordering::Relaxed) {
            return;
        }
        if self.0.lines.try_send(Message::Line(line)).is_err() {
            self.0.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn write(waiting: &Receiver<Message>) {
    let mut out = std::io::BufWriter::with_capacity(64 << 10, std::io::stderr());
    while let Ok(first) = waiting.recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                // A closed standard error must not end the host.
                Message::Line(line) => drop(out.write_all(line.as_bytes())),
                Message::Flush(done) => {
                    let _ = out.flush();
                    let _ = done.send(());
                }
            }
            next = waiting.try_recv().ok();
        }
        let _ = out.flush();
    }
}
