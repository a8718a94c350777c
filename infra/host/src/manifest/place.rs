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
        anyhow!("{}: {message}", self.at(span))
    }

    /// What the TOML reader complained of, with the line.
    pub fn toml(&self, error: &toml::de::Error) -> anyhow::Error {
        let span = error.span().unwrap_or(0..0);
        let table = self.table(span.start);
        match error.message().strip_prefix("unknown field ") {
            Some(rest) => self.error(span, format!("this host does not support {rest}, in {table}")),
            None => self.error(span, format!("{}, in {table}", error.message())),
        }
    }

    /// The header of the table that a place belongs to.
    fn table(&self, offset: usize) -> &str {
        let end = self.text.get(offset..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |n| offset + n);
        let above = self.text.get(..end).unwrap_or("").lines().rev();
        above.map(str::trim).find(|line| line.starts_with('[')).unwrap_or("the top of the file")
    }

    /// `spin.toml:12`, for complaints that come later.
    pub fn at(&self, span: Range<usize>) -> String {
        format!("{}:{}", self.path.display(), self.line(span))
    }

    fn line(&self, span: Range<usize>) -> usize {
        1 + self.text.bytes().take(span.start).filter(|byte| *byte == b'\n').count()
    }
}
