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

/// Pages that take the token.
const PAGES: [&str; 2] = ["sms", "rx"];

/// Prints a fresh token, alone on its line on standard output, and the pages that take it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let token = secrets::admin_token(&options.application.data, &options.name)?;
    eprintln!();
    for page in PAGES {
        eprintln!("    page     http://{}/{page}#key={token}", options.application.listen);
    }
    eprintln!("    valid for two hours");
    eprintln!();
    println!("{token}");
    Ok(())
}
