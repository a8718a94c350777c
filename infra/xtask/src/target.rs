//! The guests' compilation target: rustup's where it can be fetched, else made from Debian's Rust sources.
//!
//! A `rust-toolchain.toml` that lists the target would be shorter, but then every cargo call fails where rustup's
//! server cannot be reached.

use crate::process::{output, run, step, succeeds};
use anyhow::{Context, bail};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian suites that carry a recent rustc's sources and a libc with WASI 0.2.
const SUITES: [&str; 2] = ["trixie-backports", "sid"];

/// Makes sure that `rustc` can build for `triple`.
///
/// # Errors
/// When neither rustup nor Debian's packages give the target; the message says what to install by hand.
pub fn ensure(triple: &str) -> anyhow::Result<()> {
    let libraries =
        PathBuf::from(output(Command::new("rustc").args(["--print", "target-libdir", "--target", triple]))?.trim());
    if installed(&libraries) {
        return Ok(());
    }
    step(&format!("the target {triple} is missing: asking rustup"));
    if succeeds(Command::new("rustup").args(["target", "add", triple])) && installed(&libraries) {
        return Ok(());
    }
    step(&format!("rustup cannot fetch {triple}: building its standard library from Debian's Rust sources (a minute)"));
    from_debian(triple, &libraries).with_context(|| {
        format!("the target {triple} is missing; install it with `rustup target add {triple}`, or the standard library's sources and wasi-libc by hand")
    })
}

fn installed(libraries: &Path) -> bool {
    let Ok(entries) = fs::read_dir(libraries) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn from_debian(triple: &str, libraries: &Path) -> anyhow::Result<()> {
    let work = std::env::current_dir()?.join("target/toolchain");
    let version = rustc_version()?;
    let apt = Apt::new(&work)?;
    let sources = apt.unpack("rust-src", |candidate| candidate.starts_with(&format!("{version}+")))?;
    let libc = apt.unpack("wasi-libc", |_| true)?.join("usr/lib").join(triple);
    if !libc.is_dir() {
        bail!("Debian's wasi-libc has no {triple}");
    }

    let sysroot = PathBuf::from(output(Command::new("rustc").args(["--print", "sysroot"]))?.trim());
    let library = sysroot.join("lib/rustlib/src/rust/library");
    if !library.exists() {
        fs::create_dir_all(library.parent().context("a sysroot has folders")?)?;
        symlink(sources.join("usr/src").join(format!("rustc-{version}")).join("library"), &library)?;
    }

    let empty = work.join("empty");
    fs::create_dir_all(empty.join("src"))?;
    fs::write(empty.join("src/lib.rs"), "")?;
    fs::write(empty.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n")?;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&empty).env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", empty.join("target"));
    // The project's own flags (SIMD) belong to its guests, not to the standard library.
    cargo.env("RUSTFLAGS", "");
    run(cargo.args(["build", "--release", "-Zbuild-std=std,panic_abort,proc_macro,test", "--target", triple]))?;

    fs::create_dir_all(libraries.join("self-contained"))?;
    for entry in fs::read_dir(empty.join("target").join(triple).join("release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&path, libraries.join(name))?;
        }
    }
    for name in ["crt1-command.o", "crt1-reactor.o", "libc.a"] {
        fs::copy(libc.join(name), libraries.join("self-contained").join(name)).context(name)?;
    }
    fs::write(empty.join("src/main.rs"), "fn main() { println!(\"hello\"); }\n")?;
    run(Command::new("cargo")
        .current_dir(&empty)
        .args(["build", "--release", "--target", triple])
        .env("CARGO_TARGET_DIR", empty.join("check")))
    .context("the target was made, but a hello component does not build with it")
}

fn rustc_version() -> anyhow::Result<String> {
    let text = output(Command::new("rustc").arg("--version"))?;
    Ok(text.split_whitespace().nth(1).context("rustc --version prints no version")?.to_owned())
}

/// apt with lists and sources of its own: the machine's stay as they are, and nothing is installed.
struct Apt {
    work: PathBuf,
    options: Vec<String>,
}

impl Apt {
    fn new(work: &Path) -> anyhow::Result<Self> {
        let lists = work.join("lists");
        fs::create_dir_all(lists.join("partial"))?;
        let mirror = mirror()?;
        let list = work.join("sources.list");
        fs::write(&list, SUITES.map(|suite| format!("deb {mirror} {suite} main\n")).concat())?;
        let options = vec![
            format!("-oDir::State::Lists={}", lists.display()),
            format!("-oDir::Etc::SourceList={}", list.display()),
            "-oDir::Etc::SourceParts=/dev/null".to_owned(),
            "-oAPT::Sandbox::User=".to_owned(),
        ];
        let apt = Self { work: work.to_owned(), options };
        run(Command::new("apt-get").args(&apt.options).args(["update", "-q"]))?;
        Ok(apt)
    }

    /// Downloads the newest version that `fits` and unpacks it into a folder, which it returns.
    fn unpack(&self, package: &str, fits: impl Fn(&str) -> bool) -> anyhow::Result<PathBuf> {
        let table = output(Command::new("apt-cache").args(&self.options).args(["madison", package]))?;
        let versions = table.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
        let version = versions
            .into_iter()
            .find(|version| fits(version))
            .with_context(|| format!("no fitting version of {package}"))?;
        let folder = self.work.join(package);
        fs::create_dir_all(&folder)?;
        let spec = format!("{package}={version}");
        run(Command::new("apt-get").args(&self.options).args(["download", &spec]).current_dir(&folder))?;
        let archive = fs::read_dir(&folder)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|ending| ending == "deb"))
            .with_context(|| format!("{package} did not arrive"))?;
        run(Command::new("dpkg").arg("-x").arg(&archive).arg(&folder))?;
        Ok(folder)
    }
}

/// The Debian mirror this machine is set up with, in either format of apt's sources.
fn mirror() -> anyhow::Result<String> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    files.extend(fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten().map(|entry| entry.path()));
    let texts = files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect::<Vec<_>>().concat();
    let address = texts
        .lines()
        .filter(|line| line.starts_with("deb ") || line.starts_with("URIs:"))
        .flat_map(str::split_whitespace)
        .find(|word| word.contains("://") && word.trim_end_matches('/').ends_with("/debian"));
    Ok(address.context("no Debian mirror is configured for apt")?.to_owned())
}
