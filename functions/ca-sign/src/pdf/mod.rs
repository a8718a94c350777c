//! Sheets of paper: a document drawn as PDF (ISO 32000-1), signed as incremental updates, and read again.
//!
//! The same sheet and font give the same bytes: no clock, no chance. Lengths are points, 1/72 inch.
//!
//! What lies in a signature field is SignedData with SM2 and SM3 under the name `adbe.pkcs7.detached`. Acrobat and other
//! readers made abroad show the sheet but cannot verify SM2; [`read`] hands the parts to whoever can.

mod changes;
mod error;
mod face;
mod flow;
mod page;
mod paint;
mod read;
mod sheet;
mod sign;
mod widget;

pub use error::Error;
pub use face::Face;
pub use page::{check, draw};
pub use paint::check_seal;
pub use read::{Signed, read};
pub use sheet::{Body, Drug, Paper, Paragraph, Patient, Sheet, Signer};
pub use sign::{Field, Prepared, embed, prepare};

/// A PDF may have this many bytes.
pub const MAX_BYTES: usize = 8 << 20;
