//! How many patients get their real name in a minute, from the code to the comparison, card reader and face engine as they
//! are, on this machine: `cargo xtask bench register`.
//!
//! Films are made before; a patient before a camera needs some ten seconds for one.

use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tests::patient::Patient;
use tests::register::Clinic;

/// Journeys in each row.
const JOURNEYS: u32 = 24;

fn main() {
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load average before {}", load().trim());
    let (clinic, patient) = (Clinic::real().unwrap(), Patient::new());
    let journey = |n: u32, film: &[Vec<u8>]| -> Vec<(&'static str, Duration)> {
        let (mut steps, mut since) = (Vec::new(), Instant::now());
        let mut behind = |step| {
            steps.push((step, since.elapsed()));
            since = Instant::now();
        };
        let who = clinic.user(&format!("137{n:08}"));
        behind("code and sign-in");
        let done = patient.journey(&clinic, &who, film, behind);
        assert_eq!(done["state"], json!("done"), "{done}");
        steps
    };
    // Models are loaded and instances made.
    journey(0, &Patient::film(0));
    println!("\n| at once | journeys a minute | p50 s | p95 s |\n| --- | --- | --- | --- |");
    let mut alone = BTreeMap::<&str, Vec<Duration>>::new();
    for (row, workers) in (0..).zip([1, 2, 4]) {
        let films: Vec<_> = (1..=JOURNEYS).map(|n| row * JOURNEYS + n).map(|n| (n, Patient::film(n * 100))).collect();
        let (next, journeys, begin) = (AtomicUsize::new(0), Mutex::new(Vec::new()), Instant::now());
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some((n, film)) = films.get(next.fetch_add(1, Ordering::SeqCst)) {
                        let steps = journey(*n, film);
                        journeys.lock().unwrap().push(steps);
                    }
                });
            }
        });
        let (took, journeys) = (begin.elapsed().as_secs_f64(), journeys.into_inner().unwrap());
        let mut times: Vec<Duration> = journeys.iter().map(|steps| steps.iter().map(|(_, took)| *took).sum()).collect();
        times.sort_unstable();
        let at = |share: f64| times[(times.len() as f64 * share) as usize].as_secs_f64();
        println!("| {workers} | {:.0} | {:.2} | {:.2} |", 60. * f64::from(JOURNEYS) / took, at(0.5), at(0.95));
        if workers == 1 {
            for (step, took) in journeys.into_iter().flatten() {
                alone.entry(step).or_default().push(took);
            }
        }
    }
    println!("\n| step, one at once | p50 ms |\n| --- | --- |");
    for (step, mut times) in alone {
        times.sort_unstable();
        println!("| {step} | {:.0} |", times[times.len() / 2].as_secs_f64() * 1e3);
    }
    println!("\nload average after {}", load().trim());
}
