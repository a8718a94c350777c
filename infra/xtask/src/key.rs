//! The system API key: made at first start, kept in the data folder, handed to the functions as a hash only.

use anyhow::Context;
use sm3::{Digest, Sm3};
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The name under which the key appears in audit logs.
const OWNER: &str = "system";

/// The key given, else the one in `<data>/api-key`, else a new one written there (readable by its owner only).
pub fn obtain(given: Option<&str>, data: &Path) -> anyhow::Result<String> {
    if let Some(key) = given {
        return Ok(key.to_owned());
    }
    let path = data.join("api-key");
    match fs::read_to_string(&path) {
        Ok(key) => Ok(key.trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut random = [0; 24];
            getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
            let key = format!("yz_{}", hex::encode(random));
            fs::create_dir_all(data)?;
            let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            writeln!(file, "{key}")?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// The value of the variable `api_key_hashes` that admits this key.
pub fn hash_entry(key: &str) -> String {
    format!("{OWNER}:{}", hex::encode(Sm3::digest(key)))
}
