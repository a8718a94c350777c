//! `cargo xtask verify-evidence FILE`: what a bundle proves, on a machine that knows nothing of the hospital.

use anyhow::{Context, bail};
use pki::Certificate;
use pki::bundle::{self, Bundle};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(clap::Args)]
pub struct Options {
    /// The bundle.
    file: PathBuf,
    /// Certificates in PEM that are trusted; else the bundle's own, which prove only that it is whole.
    #[arg(long, value_name = "PEM")]
    roots: Option<PathBuf>,
}

/// Prints every point; one that does not hold is an error.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let bundle = Bundle::from_json(&read(&options.file)?)?;
    let (roots, whose) = match &options.roots {
        Some(file) => (certificates(&read(file)?)?, "given"),
        None => (bundle::self_issued(&bundle)?, "SELF-ASSERTED: the bundle's own, so that anybody could have made it"),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let judged = bundle::verify(&bundle, &roots, now.try_into()?)?;
    let document = &bundle.document;
    // Escaped, for the bundle comes from anybody and this is a terminal.
    println!("document  {:?} {:?} version {}", document.kind, document.id, document.version);
    println!("roots     {} {whose}", roots.len());
    for one in &judged {
        println!("\n{:?}", one.role);
        print!("{}", one.verdict.report);
    }
    println!();
    if judged.is_empty() || judged.iter().any(|one| !one.verdict.report.ok()) {
        bail!("the evidence does not hold");
    }
    println!("the evidence holds{}", if options.roots.is_none() { ", if its roots can be trusted" } else { "" });
    Ok(())
}

/// A file, as far as a bundle may go.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).with_context(|| path.display().to_string())?;
    file.take(bundle::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn certificates(pem: &[u8]) -> anyhow::Result<Vec<Certificate>> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = std::str::from_utf8(pem).context("the roots are no PEM")?;
    let found: Vec<_> = text.split_inclusive(END).filter(|part| part.contains(END)).collect();
    if found.is_empty() {
        bail!("there is no certificate among the roots");
    }
    found.into_iter().map(|part| Ok(Certificate::from_pem(part)?)).collect()
}
