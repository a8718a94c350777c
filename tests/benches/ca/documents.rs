//! Documents through the HTTP API on the local authority.

use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tests::ward::{PIN, Ward};

/// Documents in each row.
const DOCUMENTS: usize = 48;

struct Clock(Mutex<Vec<Duration>>);

impl Clock {
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = work();
        self.0.lock().unwrap().push(began.elapsed());
        done
    }

    /// p50 and p95 in milliseconds.
    fn ms(&self) -> [f64; 2] {
        let mut times = self.0.lock().unwrap().clone();
        times.sort_unstable();
        [0.5, 0.95].map(|share| times[(times.len() as f64 * share) as usize].as_secs_f64() * 1e3)
    }
}

/// Prints the tables.
///
/// # Panics
/// When a document is not signed, or a sheet not verified.
pub fn print() {
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("\nload average before {}", load().trim());
    let ward = Ward::start(&[]);
    ward.seal();
    // Each of them may sign so often in a minute.
    let doctors: Vec<_> = (1..=6).map(|n| ward.signer("doctor", &format!("D1{n}00"), "赵医生")).collect();
    let pharmacists: Vec<_> = (1..=6).map(|n| ward.signer("pharmacist", &format!("P4{n}00"), "钱药师")).collect();
    let proof = ward.proof();
    let journey = |n: usize| -> String {
        let (doctor, pharmacist) = (&doctors[n % doctors.len()], &pharmacists[n % pharmacists.len()]);
        let ask = json!({"kind": "prescription", "visit_id": "MZ1", "patient": proof, "content": ward.prescription()});
        let written = ward.ask("POST", "documents", &doctor.0, &ask).json();
        let id = written["document_id"].as_str().unwrap_or_else(|| panic!("{written}")).to_owned();
        for (credential, signer_id) in [doctor, pharmacist] {
            let ask = json!({"signer_id": signer_id, "mode": "pin", "pin": PIN});
            let signed = ward.ask("POST", &format!("documents/{id}/signatures"), credential, &ask);
            assert_eq!(signed.status, 200, "{}", signed.json());
        }
        id
    };
    let first = journey(0);
    println!("\n| at once | documents/s, written and signed twice | p50 ms | p95 ms |\n| --- | --- | --- | --- |");
    for workers in [1, 2, 4] {
        let (next, clock, began) = (AtomicUsize::new(0), Clock::new(), Instant::now());
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let n = next.fetch_add(1, Ordering::SeqCst);
                        if n >= DOCUMENTS {
                            break;
                        }
                        clock.time(|| journey(n));
                    }
                });
            }
        });
        let [p50, p95] = clock.ms();
        println!("| {workers} | {:.1} | {p50:.0} | {p95:.0} |", DOCUMENTS as f64 / began.elapsed().as_secs_f64());
    }
    println!("\n| one at once | p50 ms | p95 ms |\n| --- | --- | --- |");
    let row = |what: &str, clock: &Clock| {
        let [p50, p95] = clock.ms();
        println!("| {what} | {p50:.1} | {p95:.1} |");
    };
    let (drawn, sheets) = (Clock::new(), (0..12).map(journey).collect::<Vec<_>>());
    let pdf = |id: &str| {
        let answer = ward.ask("GET", &format!("documents/{id}/pdf"), &ward.patient, &Value::Null);
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.body
    };
    // The font is read.
    let sealed = pdf(&first);
    sheets.iter().for_each(|id| drop(drawn.time(|| pdf(id))));
    row("PDF drawn and sealed", &drawn);
    let verified = Clock::new();
    for _ in 0..50 {
        let report =
            verified.time(|| ward.clinic.send("POST", "/v1/ca-sign/verify", "", "application/pdf", &sealed).json());
        assert_eq!(report["valid"], json!(true), "{report}");
    }
    row("PDF verified", &verified);
    let proved = Clock::new();
    for id in &sheets {
        let path = format!("documents/{id}/evidence");
        assert_eq!(proved.time(|| ward.ask("GET", &path, tests::api::HIS, &Value::Null)).status, 200);
    }
    row("evidence", &proved);
    println!("\nload average after {}", load().trim());
}
