//! Why a bundle cannot be judged at all.

use crate::{certificate, crl};
use std::fmt;

/// Why a bundle cannot be judged at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// More bytes, signatures, certificates or lists than a bundle has.
    TooLarge,
    /// Not a bundle in JSON; the line and the column.
    Malformed(usize, usize),
    /// A certificate that cannot be read.
    Certificate(certificate::Error),
    /// A list that cannot be read.
    List(crl::Error),
}

impl Error {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "bundle_too_large",
            Self::Malformed(..) => "bundle_malformed",
            Self::Certificate(error) => error.code(),
            Self::List(error) => error.code(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the bundle is too large"),
            Self::Malformed(line, column) => write!(f, "not a bundle: line {line}, column {column}"),
            Self::Certificate(error) => error.fmt(f),
            Self::List(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
