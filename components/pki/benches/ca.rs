//! `cargo xtask bench ca`: SM2 signatures a second on one core, beside OpenSSL.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement may stop with a panic")]

use pki::sm2::{DEFAULT_ID, PrivateKey};
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long each is measured.
const SPAN: Duration = Duration::from_secs(3);

fn main() {
    let key = PrivateKey::from_bytes(&[0x22; 32]).unwrap();
    let public = key.public();
    let message = [0x5a; 256];
    let signature = key.sign(DEFAULT_ID, &message).unwrap();
    let signed = a_second(|| drop(black_box(key.sign(DEFAULT_ID, black_box(&message)).unwrap())));
    let verified = a_second(|| public.verify(DEFAULT_ID, black_box(&message), &signature).unwrap());
    println!("| SM2 with SM3, one core, native | sign/s | verify/s |");
    println!("| --- | --- | --- |");
    println!("| pki, 256 bytes | {signed:.0} | {verified:.0} |");
    match openssl() {
        Some([sign, verify]) => println!("| openssl speed sm2, a digest | {sign:.0} | {verify:.0} |"),
        None => println!("| OpenSSL is not there, or does not know SM2 | | |"),
    }
}

fn a_second(mut run: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let mut count = 0.;
    while begun.elapsed() < SPAN {
        run();
        count += 1.;
    }
    count / begun.elapsed().as_secs_f64()
}

/// Signatures made and verified a second: the last two numbers of the last line.
fn openssl() -> Option<[f64; 2]> {
    let output = Command::new("openssl").args(["speed", "-seconds", "3", "sm2"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    let mut numbers = text.lines().last()?.split_whitespace().rev().map(str::parse);
    let (verify, sign) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some([sign, verify])
}
