//! The signatures of a PDF that came from anywhere: what each covers, and that nothing else was changed in between.

use super::changes;
use super::{Error, MAX_BYTES};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::ops::Range;

/// Signatures at most.
const MAX_SIGNATURES: usize = 8;
/// A stream may be unpacked to so many bytes.
const MAX_UNPACKED: usize = 4 << 20;
/// Every signature has one.
const BYTE_RANGE: &[u8] = b"/ByteRange";

/// One signature, which covers the whole file as it was then but itself. Whether it holds is for whoever knows the signers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The field's name.
    pub field: String,
    /// What is signed, in two parts.
    pub covered: [Range<usize>; 2],
    /// The SignedData in DER.
    pub signed_data: Vec<u8>,
}

impl Signed {
    /// The bytes that are signed, of the PDF that was read.
    #[must_use]
    pub fn content(&self, pdf: &[u8]) -> Vec<u8> {
        self.covered.clone().map(|range| pdf.get(range).unwrap_or_default()).concat()
    }
}

/// The signatures, the first one first.
///
/// # Errors
/// For a PDF that is not sound, a signature that leaves out more than itself or that the file has and does not show, and any
/// change besides further signatures.
/// A PDF without signatures has none: that is no error.
pub fn read(pdf: &[u8]) -> Result<Vec<Signed>, Error> {
    let document = load(pdf)?;
    let mut signatures = Vec::new();
    for (id, field) in fields(&document)? {
        if field.has(b"V") {
            signatures.push((id, signature(pdf, &document, field)?));
        }
    }
    if signatures.len() > MAX_SIGNATURES {
        return Err(Error::TooLarge);
    }
    // A later revision left one out of the form; where its name is written otherwise, it is merely not found.
    if pdf.windows(BYTE_RANGE.len()).filter(|bytes| *bytes == BYTE_RANGE).count() > signatures.len() {
        return Err(Error::Hidden);
    }
    signatures.sort_by_key(|(_, signed)| signed.covered[1].end);
    for pair in signatures.windows(2) {
        let [(_, one), (field, next)] = pair else { continue };
        if one.covered[1].end > next.covered[0].end {
            return Err(Error::Nesting);
        }
        changes::only_signature(pdf, one.covered[1].end, next.covered[1].end, *field)?;
    }
    match signatures.last() {
        Some((_, last)) if last.covered[1].end != pdf.len() => Err(Error::ChangedAfter),
        _ => Ok(signatures.into_iter().map(|(_, signed)| signed).collect()),
    }
}

/// Strictly: what a reader would have to repair, another may repair otherwise.
pub(super) fn load(pdf: &[u8]) -> Result<Document, Error> {
    if pdf.len() > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    let options = LoadOptions { strict: true, max_decompressed_size: Some(MAX_UNPACKED), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(pdf, options).map_err(|_| Error::Malformed)?;
    if document.is_encrypted() || document.was_encrypted() { Err(Error::Malformed) } else { Ok(document) }
}

/// The signature fields of the form; no fields within fields, which nobody needs for signatures.
pub(super) fn fields(document: &Document) -> Result<Vec<(ObjectId, &Dictionary)>, Error> {
    let catalog = document.catalog().map_err(|_| Error::Malformed)?;
    let Ok(form) = catalog.get_deref(b"AcroForm", document) else { return Ok(Vec::new()) };
    let form = form.as_dict().map_err(|_| Error::Malformed)?;
    let Ok(fields) = form.get_deref(b"Fields", document) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for field in fields.as_array().map_err(|_| Error::Malformed)? {
        let id = field.as_reference().map_err(|_| Error::Malformed)?;
        let field = document.get_dictionary(id).map_err(|_| Error::Malformed)?;
        if field.has(b"Kids") {
            return Err(Error::Malformed);
        }
        if field.get(b"FT").and_then(Object::as_name).is_ok_and(|kind| kind == b"Sig") {
            found.push((id, field));
        }
    }
    Ok(found)
}

pub(super) fn name(field: &Dictionary) -> Option<&[u8]> {
    field.get(b"T").and_then(Object::as_str).ok()
}

fn signature(pdf: &[u8], document: &Document, field: &Dictionary) -> Result<Signed, Error> {
    let value = field.get_deref(b"V", document).and_then(Object::as_dict).map_err(|_| Error::Malformed)?;
    let numbers = value.get(b"ByteRange").and_then(Object::as_array).map_err(|_| Error::ByteRange)?;
    let number = |object: &Object| object.as_i64().ok().and_then(|number| usize::try_from(number).ok());
    let numbers: Option<Vec<usize>> = numbers.iter().map(number).collect();
    let Some([0, before, after, rest]) = numbers.as_deref() else { return Err(Error::ByteRange) };
    let end = after.checked_add(*rest).filter(|end| *end <= pdf.len()).ok_or(Error::ByteRange)?;
    // Exactly the brackets of Contents and the digits between them, read from the file and not from an object that
    // might lie elsewhere.
    let gap = pdf.get(*before..*after).ok_or(Error::ByteRange)?;
    let text = gap.strip_prefix(b"<").and_then(|gap| gap.strip_suffix(b">")).ok_or(Error::ByteRange)?;
    let bytes = hex::decode(text).map_err(|_| Error::ByteRange)?;
    if !value.get(b"Contents").and_then(Object::as_str).is_ok_and(|contents| contents == bytes) {
        return Err(Error::ByteRange);
    }
    if !pdf.get(..end).is_some_and(|revision| revision.trim_ascii_end().ends_with(b"%%EOF")) {
        return Err(Error::ByteRange);
    }
    Ok(Signed {
        field: String::from_utf8_lossy(name(field).unwrap_or_default()).into_owned(),
        covered: [0..*before, *after..end],
        signed_data: element(&bytes).ok_or(Error::ByteRange)?.to_vec(),
    })
}

/// The one DER element that the zeros follow.
fn element(bytes: &[u8]) -> Option<&[u8]> {
    let (short, rest) = bytes.get(1..)?.split_first()?;
    let (length, header) = match short {
        ..=0x7f => (usize::from(*short), 2),
        0x81..=0x84 => {
            let digits = usize::from(short & 0x7f);
            let length = rest.get(..digits)?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, 2 + digits)
        }
        _ => return None,
    };
    let (element, rest) = bytes.split_at_checked(header.checked_add(length)?)?;
    rest.iter().all(|byte| *byte == 0).then_some(element)
}
