//! SM2 signatures a second on one core: natively, in wasm on the host, and OpenSSL's.

use pki::sm2::{DEFAULT_ID, PrivateKey};
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};
use tests::host::{Host, root};

/// How long each is measured.
const SPAN: Duration = Duration::from_secs(3);
/// Signatures in a request: enough that the request itself does not count.
const TIMES: u32 = 500;

/// Prints the table.
pub fn print() {
    println!("| SM2 with SM3, one core | sign/s | verify/s |\n| --- | --- | --- |");
    let row = |what: &str, [sign, verify]: [f64; 2]| println!("| {what} | {sign:.0} | {verify:.0} |");
    row("in wasm on the host, 256 bytes", wasm());
    row("natively, 256 bytes", native());
    match openssl() {
        Some(speeds) => row("`openssl speed sm2`, a digest", speeds),
        None => println!("| OpenSSL is not there, or does not know SM2 | | |"),
    }
}

fn a_second(mut run: impl FnMut()) -> f64 {
    let (begun, mut count) = (Instant::now(), 0.);
    while begun.elapsed() < SPAN {
        run();
        count += 1.;
    }
    count / begun.elapsed().as_secs_f64()
}

fn native() -> [f64; 2] {
    let (key, message) = (PrivateKey::from_bytes(&[0x22; 32]).unwrap(), [0x5a; 256]);
    let (public, signature) = (key.public(), key.sign(DEFAULT_ID, &message).unwrap());
    let sign = a_second(|| drop(black_box(key.sign(DEFAULT_ID, black_box(&message)).unwrap())));
    let verify = a_second(|| public.verify(DEFAULT_ID, black_box(&message), &signature).unwrap());
    [sign, verify]
}

fn wasm() -> [f64; 2] {
    let host = Host::run(&root().join("tests/benches/ca/spin.toml"), &[], &[]).unwrap();
    ["sign", "verify"].map(|what| {
        let ask = |times: u32| {
            let mut answer = ureq::get(host.url(&format!("/{what}?{times}"))).call().unwrap();
            assert_eq!(answer.body_mut().read_to_string().unwrap(), "done");
        };
        // The instance is there.
        ask(1);
        f64::from(TIMES) * a_second(|| ask(TIMES))
    })
}

/// The last two numbers of the last line.
fn openssl() -> Option<[f64; 2]> {
    let output = Command::new("openssl").args(["speed", "-seconds", "3", "sm2"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    let mut numbers = text.lines().last()?.split_whitespace().rev().map(str::parse);
    let (verify, sign) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some([sign, verify])
}
