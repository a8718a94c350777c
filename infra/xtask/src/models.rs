//! Models and other files that come out of packages: fetched once, checked by hash, used offline afterwards.

use crate::process::{run as run_command, step};
use anyhow::{Context, bail};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where fetched files lie, one folder per entry's `folder`.
const MODELS: &str = "target/models";

#[derive(clap::Args, Default)]
pub struct Options {
    /// Take the files from this folder (laid out as `<folder>/<name>`) and fetch nothing.
    #[arg(long, value_name = "DIR")]
    pub models: Option<PathBuf>,
    /// Also fetch the files only measurements and card generation need.
    #[arg(long)]
    pub all: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    file: Vec<File>,
}

/// One file of `models.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    folder: String,
    name: String,
    registry: Registry,
    package: String,
    version: String,
    /// The file inside the package.
    path: String,
    bytes: u64,
    sha256: String,
    #[serde(rename = "licence")]
    _licence: String,
    /// Not needed to run the platform.
    #[serde(default)]
    development: bool,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "lowercase")]
enum Registry {
    Pypi,
    Npm,
    Debian,
}

/// Makes sure that every file of `models.toml` lies in `target/models` with the right hash.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let text = fs::read_to_string("models.toml").context("models.toml")?;
    let manifest: Manifest = toml::from_str(&text).context("models.toml")?;
    let mut missing: BTreeMap<(Registry, &str, &str), Vec<&File>> = BTreeMap::new();
    for file in manifest.file.iter().filter(|file| options.all || !file.development) {
        let target = file.target();
        if let Some(own) = options.models.as_deref().filter(|_| !file.development) {
            let bytes = read(&own.join(&file.folder).join(&file.name))?;
            file.check(&bytes)?;
            write(&target, &bytes)?;
        } else if !read(&target).is_ok_and(|bytes| file.check(&bytes).is_ok()) {
            missing.entry((file.registry, &file.package, &file.version)).or_default().push(file);
        }
    }
    for ((registry, package, version), files) in missing {
        step(&format!("fetching {package} {version} for {} file(s)", files.len()));
        let download = Path::new("target/download").join(package.replace('/', "_"));
        fs::create_dir_all(&download)?;
        let archive = fetch(registry, package, version, &download)?;
        for file in files {
            let bytes = archive.read(&file.path, file.bytes)?;
            file.check(&bytes)?;
            write(&file.target(), &bytes)?;
        }
        fs::remove_dir_all(&download)?;
    }
    Ok(())
}

impl File {
    fn target(&self) -> PathBuf {
        Path::new(MODELS).join(&self.folder).join(&self.name)
    }

    fn check(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let found = hex::encode(Sha256::digest(bytes));
        if found != self.sha256 {
            bail!(
                "{}/{}: sha256 is {found}, models.toml wants {}; if the file is your own, put its hash there",
                self.folder,
                self.name,
                self.sha256
            );
        }
        Ok(())
    }
}

enum Archive {
    Zip(PathBuf),
    Tar(PathBuf),
    Folder(PathBuf),
}

impl Archive {
    /// One file of the archive; more than `limit` bytes are not read.
    fn read(&self, path: &str, limit: u64) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match self {
            Self::Zip(file) => {
                let mut zip = zip::ZipArchive::new(fs::File::open(file)?)?;
                zip.by_name(path)?.take(limit + 1).read_to_end(&mut bytes)?;
            }
            Self::Tar(file) => {
                let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(file)?));
                for entry in tar.entries()? {
                    let entry = entry?;
                    if entry.path()? == Path::new(path) {
                        entry.take(limit + 1).read_to_end(&mut bytes)?;
                        break;
                    }
                }
            }
            Self::Folder(folder) => bytes = read(&folder.join(path))?,
        }
        if bytes.is_empty() {
            bail!("{path} is not in the package");
        }
        Ok(bytes)
    }
}

/// Downloads a package with its registry's own client, so that mirrors and proxies set up for it hold here too.
fn fetch(registry: Registry, package: &str, version: &str, into: &Path) -> anyhow::Result<Archive> {
    let ending = match registry {
        Registry::Pypi => {
            let spec = format!("{package}=={version}");
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]);
            run_command(pip.args([&spec, "--dest"]).arg(into))
                .context("PyPI packages are fetched with python3 and pip")?;
            "whl"
        }
        Registry::Npm => {
            let spec = format!("{package}@{version}");
            let mut npm = Command::new("npm");
            npm.args(["pack", "--silent", &spec, "--pack-destination"]).arg(into);
            run_command(&mut npm).context("npm packages are fetched with npm")?;
            "tgz"
        }
        Registry::Debian => {
            let spec = format!("{package}={version}");
            let download = || run_command(Command::new("apt-get").args(["download", &spec]).current_dir(into));
            // A new machine has no package lists yet.
            if download().is_err() {
                run_command(Command::new("apt-get").args(["update", "-q"]))?;
                download().context("Debian packages are fetched with apt-get")?;
            }
            "deb"
        }
    };
    let file = fs::read_dir(into)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|found| found == ending))
        .with_context(|| format!("no .{ending} file came with {package}"))?;
    Ok(match registry {
        Registry::Pypi => Archive::Zip(file),
        Registry::Npm => Archive::Tar(file),
        Registry::Debian => {
            let folder = into.join("unpacked");
            run_command(Command::new("dpkg").arg("-x").arg(&file).arg(&folder))?;
            Archive::Folder(folder)
        }
    })
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}

/// Writes through a temporary name, so that a stopped fetch leaves no half file.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let partial = path.with_extension("partial");
    fs::create_dir_all(path.parent().context("a model needs a folder")?)?;
    fs::write(&partial, bytes)?;
    fs::rename(&partial, path).with_context(|| path.display().to_string())
}
