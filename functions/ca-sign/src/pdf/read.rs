//! The signatures of a PDF that came from anywhere: what each covers, and that nothing else was changed in between.

use super::changes;
use super::{Error, MAX_BYTES};
use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::ops::Range;

/// Signatures at most.
const MAX_SIGNATURES: usize = 8;
/// A stream may be unpacked to so many bytes.
const MAX_UNPACKED: usize = 4 << 20;
/// So many streams of objects are unpacked: what they hold together is bounded with them.
const MAX_OBJECT_STREAMS: usize = 64;
const OBJECT_STREAM: &[u8] = b"/ObjStm";
/// `4294967295 65535 obj`.
const LONGEST_HEADER: usize = 20;
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
    let streams = pdf.windows(OBJECT_STREAM.len()).filter(|bytes| *bytes == OBJECT_STREAM).count();
    if pdf.len() > MAX_BYTES || streams > MAX_OBJECT_STREAMS {
        return Err(Error::TooLarge);
    }
    // Else offsets could be counted from elsewhere.
    if !pdf.starts_with(b"%PDF-") {
        return Err(Error::Malformed);
    }
    let options = LoadOptions { strict: true, max_decompressed_size: Some(MAX_UNPACKED), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(pdf, options).map_err(|_| Error::Malformed)?;
    let placed = document.reference_table.entries.iter().all(|(number, entry)| match entry {
        // By its own number (ISO 32000-1, 7.5.4): this library believes the object, and readers believe the table.
        XrefEntry::Normal { offset, generation } => {
            let header = format!("{number} {generation} obj");
            pdf.get(*offset as usize..).is_some_and(|rest| rest.starts_with(header.as_bytes()))
        }
        XrefEntry::Free | XrefEntry::UnusableFree | XrefEntry::Compressed { .. } => true,
    });
    let encrypted = document.is_encrypted() || document.was_encrypted();
    if encrypted || !placed { Err(Error::Malformed) } else { Ok(document) }
}

/// Whether the word before a place of the file is `obj`.
pub(super) fn is_object(pdf: &[u8], end: usize) -> bool {
    let (Some(word), next) = (end.checked_sub(4).and_then(|from| pdf.get(from..end)), pdf.get(end)) else {
        return false;
    };
    let [space, word @ ..] = word else { return false };
    word == b"obj" && matches!(space, 0 | 9 | 10 | 12 | 13 | 32) && !next.is_some_and(u8::is_ascii_alphanumeric)
}

/// Where an object begins whose header, `7 0 obj`, ends there, and which it is.
pub(super) fn header_before(pdf: &[u8], end: usize) -> Option<(usize, ObjectId)> {
    let line = pdf.get(end.saturating_sub(LONGEST_HEADER)..end)?.strip_suffix(b" obj")?;
    let digits = |text: &[u8]| text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, generation) = line.split_at(line.len() - digits(line));
    let before = before.strip_suffix(b" ")?;
    let (_, number) = before.split_at(before.len() - digits(before));
    let text = |bytes| std::str::from_utf8(bytes).ok();
    let id = (text(number)?.parse().ok()?, text(generation)?.parse().ok()?);
    Some((end - number.len() - generation.len() - 5, id))
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
