//! `cargo xtask admin`: who has the data folder may act as an administrator, so that there is a first one.

use crate::secrets;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Options {
    /// Where the application listens.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: String,
    /// The data folder it was started with.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// The name in the audit log.
    #[arg(long, default_value = "operator")]
    name: String,
}

/// Prints a fresh token, alone on its line on standard output, and the page that takes it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let token = secrets::admin_token(&options.data, &options.name)?;
    eprintln!();
    eprintln!("    page     http://{}/sms#key={token}", options.listen);
    eprintln!("    valid for two hours");
    eprintln!();
    println!("{token}");
    Ok(())
}
