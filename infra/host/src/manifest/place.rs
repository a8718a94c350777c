//! Errors that name the file and the line.

use anyhow::anyhow;
use std::fmt::Display;
use std::ops::Range;
use std::path::Path;

/// The text of a manifest, kept for the line numbers of later complaints.
pub struct Place<'a> {
    path: &'a Path,
    text: &'a str,
}

impl<'a> Place<'a> {
    pub fn new(path: &'a Path, text: &'a str) -> Self {
        Self { path, text }
    }

    /// An error that reads `spin.toml:12: message`.
    pub fn error(&self, span: Range<usize>, message: impl Display) -> anyhow::Error {
        let line = 1 + self.text.bytes().take(span.start).filter(|byte| *byte == b'\n').count();
        anyhow!("{}:{line}: {message}", self.path.display())
    }

    /// What the TOML reader complained of, with the line.
    pub fn toml(&self, error: &toml::de::Error) -> anyhow::Error {
        let span = error.span().unwrap_or(0..0);
        match error.message().strip_prefix("unknown field ") {
            Some(rest) => self.error(span, format!("this host does not support {rest}")),
            None => self.error(span, error.message()),
        }
    }
}
