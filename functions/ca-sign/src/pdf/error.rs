//! Why a sheet is not drawn, or a PDF not read.

use std::fmt;

/// Why a sheet is not drawn, or a PDF not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The font cannot be read.
    Font,
    /// A character that the font has no picture of.
    GlyphMissing(char),
    /// The seal is no PNG, or too large.
    Seal,
    /// The text for the two-dimensional code is too long.
    Code,
    /// A text is too long for its place, where it may not go on in the next line.
    TextTooLong,
    /// The sheet would have too many pages.
    TooManyPages,
    /// The sheet has more signers than places for them.
    TooManySigners,
    /// The PDF cannot be written.
    NotWritten,
    /// The PDF is larger than [`super::MAX_BYTES`].
    TooLarge,
    /// Not a PDF, or one that readers would have to repair.
    Malformed,
    /// The field is there already, or has no place on the sheet.
    Field,
    /// The signature is larger than the room kept for it.
    SignatureTooLarge,
    /// A ByteRange that does not leave out exactly its own signature.
    ByteRange,
    /// Signatures whose revisions are not one inside the next.
    Nesting,
    /// A signature that the last revision does not show.
    Hidden,
    /// Something besides further signatures was changed after a signature.
    ChangedBetween,
    /// Something follows the last signed revision.
    ChangedAfter,
}

impl Error {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Font => "font_unreadable",
            Self::GlyphMissing(_) => "glyph_missing",
            Self::Seal => "seal_invalid",
            Self::Code => "code_too_long",
            Self::TextTooLong => "text_too_long",
            Self::TooManyPages => "too_many_pages",
            Self::TooManySigners => "too_many_signers",
            Self::NotWritten => "pdf_not_written",
            Self::TooLarge => "pdf_too_large",
            Self::Malformed => "pdf_malformed",
            Self::Field => "pdf_field_taken",
            Self::SignatureTooLarge => "signature_too_large",
            Self::ByteRange => "pdf_byte_range_wrong",
            Self::Nesting => "pdf_revisions_not_nested",
            Self::Hidden => "pdf_signature_hidden",
            Self::ChangedBetween => "pdf_changed_between_signatures",
            Self::ChangedAfter => "pdf_changed_after_signature",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GlyphMissing(char) => return write!(f, "the font has no U+{:04X}", u32::from(*char)),
            Self::Font => "the font cannot be read",
            Self::Seal => "the seal is no PNG of a usual size",
            Self::Code => "the text for the code is too long",
            Self::TextTooLong => "a text is too long for its place",
            Self::TooManyPages => "there would be too many pages",
            Self::TooManySigners => "there are more signers than places",
            Self::NotWritten => "the PDF could not be written",
            Self::TooLarge => "the PDF is too large",
            Self::Malformed => "not a sound PDF",
            Self::Field => "the signature field is taken or has no place",
            Self::SignatureTooLarge => "the signature is too large",
            Self::ByteRange => "a signature does not cover all but itself",
            Self::Nesting => "the signed revisions do not contain one another",
            Self::Hidden => "the file has a signature that its last revision does not show",
            Self::ChangedBetween => "something was changed between two signatures",
            Self::ChangedAfter => "something was changed after the last signature",
        })
    }
}

impl std::error::Error for Error {}
