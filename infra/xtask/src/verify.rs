//! `cargo xtask verify-evidence FILE`: what a bundle proves, on a machine that knows nothing of the hospital.

use anyhow::{Context, bail};
use pki::Certificate;
use pki::bundle::{self, Bundle, Newness, signers};
use pki::signed_data::{Attributes, SignedData};
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
    /// Writes what is in the bundle into this folder, for other tools.
    #[arg(long, value_name = "DIR")]
    extract: Option<PathBuf>,
}

/// Prints every point; one that does not hold is an error, and so is a signature that is missing.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let bundle = Bundle::from_json(&read(&options.file)?)?;
    if let Some(folder) = &options.extract {
        extract(&bundle, folder)?;
    }
    let (roots, whose) = match &options.roots {
        Some(file) => (certificates(&read(file)?)?, "given"),
        None => (bundle::self_issued(&bundle)?, "SELF-ASSERTED: the bundle's own, so that anybody could have made it"),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let judged = bundle::verify(&bundle, &roots, Newness::AsIssued, now.try_into()?)?;
    let document = &bundle.document;
    // Escaped, for the bundle comes from anybody and this is a terminal.
    println!("document  {:?} {:?} version {}", document.kind, document.id, document.version);
    println!("roots     {} {whose}", roots.len());
    for one in &judged {
        println!("\n{:?}", one.role);
        if let Some(signer) = &one.verdict.signer {
            println!("       {:?}, certificate {}", signer.subject_text(), hex::encode(signer.serial()));
        }
        print!("{}", one.verdict.report);
    }
    println!();
    let lacks = signers::lacking(&bundle, &judged);
    for lack in &lacks {
        println!("{}: {lack}", lack.code());
    }
    if let Some(lack) = lacks.first() {
        bail!("the evidence does not hold: {lack}");
    }
    if judged.is_empty() || judged.iter().any(|one| !one.verdict.report.ok()) {
        bail!("the evidence does not hold");
    }
    let roots = if options.roots.is_none() { ", if its roots can be trusted" } else { "" };
    println!(
        "the evidence holds{roots}; that these signers are the hospital's is for the authority or the hospital to say"
    );
    Ok(())
}

/// The parts of a bundle as files: `content`, the authorities' certificates and lists, and of each signature by its place
/// SignedData, signer, what was signed with SM2 (the attributes), the signature, the timestamp.
fn extract(bundle: &Bundle, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let write = |name: String, bytes: &[u8]| fs::write(folder.join(&name), bytes).with_context(|| name);
    write("content".into(), &bundle.content.0)?;
    for (i, der) in bundle.certificates.iter().enumerate() {
        write(format!("authority-{i}.der"), &der.0)?;
    }
    for (i, list) in bundle.lists.iter().enumerate() {
        write(format!("list-{i}.der"), &list.complete.0)?;
    }
    for (i, signature) in bundle.signatures.iter().enumerate() {
        let signed = SignedData::parse(&signature.signed_data.0)?;
        write(format!("{i}-signed-data.der"), &signature.signed_data.0)?;
        write(format!("{i}-signer.der"), &signature.signer.0)?;
        if let Some(signer) = signed.signers.first() {
            write(format!("{i}-signature.der"), &signer.signature)?;
            write(
                format!("{i}-attributes.der"),
                signer.attributes.as_ref().map(Attributes::signed).unwrap_or_default(),
            )?;
        }
        if let Some(timestamp) = &signature.timestamp {
            write(format!("{i}-timestamp.der"), &timestamp.0)?;
        }
    }
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
