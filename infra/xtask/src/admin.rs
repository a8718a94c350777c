//! `cargo xtask admin`: who has the data folder may act as an administrator, so that there is a first one.

use crate::secrets;
use crate::up::Application;

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    application: Application,
    /// The name in the audit log.
    #[arg(long, default_value = "operator")]
    name: String,
}

/// Prints a fresh token, alone on its line on standard output, and the page that takes it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let token = secrets::admin_token(&options.application.data, &options.name)?;
    eprintln!();
    eprintln!("    page     http://{}/sms#key={token}", options.application.listen);
    eprintln!("    valid for two hours");
    eprintln!();
    println!("{token}");
    Ok(())
}
