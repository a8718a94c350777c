//! The vendors' stand-ins as processes of their own, for clients that are not Rust: `cargo run --release -p tests
//! --example sms_vendors -- 9101 9102 9103` (ports of the three). Enter shows what they took and what they refused.

use tests::vendors::{Aliyun, Fake, Huawei, Tencent};

fn main() -> anyhow::Result<()> {
    let mut ports = std::env::args().skip(1).map(|port| port.parse::<u16>());
    let mut port = || ports.next().unwrap_or(Ok(0));
    let fakes =
        [Fake::start(Aliyun, port()?)?, Fake::start(Tencent, port()?)?, Fake::start(Huawei::default(), port()?)?];
    for fake in &fakes {
        println!("{}", fake.url());
    }
    for line in std::io::stdin().lines() {
        line?;
        for fake in &fakes {
            println!("{} took {:#?} and refused {:#?}", fake.url(), fake.kept(), fake.refused());
        }
    }
    Ok(())
}
