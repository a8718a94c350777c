//! `cargo xtask up`: from a fresh clone to a running application.

use crate::process::step;
use crate::{build, models, secrets};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

/// Which application.
#[derive(clap::Args)]
pub struct Application {
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:3000")]
    pub listen: String,
    /// Its databases and secrets live here.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
}

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    application: Application,
    /// The system API key; without it the one in the data folder, made at first start.
    #[arg(long, env = "YUNZHEN_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// Take the models from this folder and fetch nothing.
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// Optimised builds; always so, the flag is for habit's sake.
    #[arg(long, hide = true)]
    release: bool,
    /// More arguments for the host, after `--`.
    #[arg(last = true)]
    host: Vec<String>,
}

/// Builds what is missing and becomes the host process.
pub fn run(options: &Options) -> anyhow::Result<()> {
    build::all(&["spin.toml".into()], &models::Options { models: options.models.clone(), all: false })?;
    let Application { listen, data } = &options.application;
    let api_key = secrets::api_key(options.api_key.as_deref(), data)?;
    let variables = secrets::variables(&api_key, data)?;
    step("starting");
    eprintln!();
    eprintln!("    page     http://{listen}/#key={api_key}");
    eprintln!("    API      http://{listen}/v1/, described at /docs");
    eprintln!("    API key  {api_key}");
    eprintln!();
    let mut host = Command::new("target/release/host");
    host.args(["--manifest", "spin.toml", "--listen", listen, "--data"]).arg(data);
    host.args(&options.host).envs(variables);
    // The host takes this process' place: signals and the exit code are then its own.
    Err(host.exec().into())
}
