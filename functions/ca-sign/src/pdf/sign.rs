//! A signature as an incremental update (ISO 32000-1, 7.5.6 and 12.8): what was there stays byte by byte.

use super::{Error, page, read};
use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, Stream, StringFormat, dictionary};
use std::ops::Range;
use time::OffsetDateTime;
use time::macros::format_description;

/// Room for a SignedData with its certificates and timestamp, in bytes.
const ROOM: usize = 12 << 10;
/// Numbers in a ByteRange that are filled in later; ten digits each.
const OPEN: i64 = 1_111_111_111;

/// Who signs next.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Its name: `doctor`, `pharmacist`, `hospital`.
    pub name: &'a str,
    /// Where on the last page: 0 on the left, 1 on the right.
    pub place: u8,
    /// When, in seconds since the epoch: what the PDF says, and no proof.
    pub signed_at: i64,
}

/// A PDF with room for a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// What is left out of the signature, its angle brackets included.
    pub gap: Range<usize>,
}

impl Prepared {
    /// What is signed: everything before and after the gap.
    #[must_use]
    pub fn digest_input(&self) -> Vec<u8> {
        [self.bytes.get(..self.gap.start), self.bytes.get(self.gap.end..)].map(Option::unwrap_or_default).concat()
    }
}

/// Adds a signature field with room for its signature.
///
/// # Errors
/// For a PDF that is not sound, and a field that is there already.
pub fn prepare(pdf: &[u8], field: &Field<'_>) -> Result<Prepared, Error> {
    let document = read::load(pdf)?;
    if read::fields(&document)?.iter().any(|(_, found)| read::name(found) == Some(field.name.as_bytes())) {
        return Err(Error::Field);
    }
    let update = update(pdf, document, field).map_err(|error| match error {
        lopdf::Error::ObjectNotFound(_) | lopdf::Error::DictKey(_) => Error::Malformed,
        _ => Error::NotWritten,
    });
    fill(update?.ok_or(Error::Field)?, pdf.len())
}

/// Puts the signature into its room.
///
/// # Errors
/// When it is too large.
pub fn embed(prepared: Prepared, signed_data: &[u8]) -> Result<Vec<u8>, Error> {
    let Prepared { mut bytes, gap } = prepared;
    let text = hex::encode(signed_data);
    let start = gap.start + 1;
    let room = bytes.get_mut(start..gap.end.saturating_sub(1)).ok_or(Error::NotWritten)?;
    room.get_mut(..text.len()).ok_or(Error::SignatureTooLarge)?.copy_from_slice(text.as_bytes());
    Ok(bytes)
}

/// None where the page has no such place.
fn update(pdf: &[u8], document: Document, field: &Field<'_>) -> lopdf::Result<Option<Vec<u8>>> {
    let last = document.page_iter().last().ok_or_else(|| lopdf::Error::DictKey("Pages".to_owned()))?;
    let root = document.trailer.get(b"Root")?.as_reference()?;
    let width = width(&document, last)?;
    let Some(rect) = page::place(width, field.place) else { return Ok(None) };
    let [left, bottom, right, top] = rect;
    let mut update = IncrementalDocument::create_from(pdf.to_vec(), document);
    let signature = update.new_document.add_object(signature(field));
    // Nothing is drawn: the sheet has the signer's name already.
    let shape = dictionary! {
        "Type" => "XObject", "Subtype" => "Form",
        "BBox" => vec![0.into(), 0.into(), (right - left).into(), (top - bottom).into()],
    };
    let appearance = update.new_document.add_object(Stream::new(shape, Vec::new()));
    let widget = update.new_document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "F" => 132,
        "T" => Object::string_literal(field.name),
        "Rect" => rect.map(Object::from).to_vec(),
        "P" => last, "V" => signature,
        "AP" => dictionary! { "N" => appearance },
    });
    append(&mut update, last, b"Annots", widget)?;
    update.opt_clone_object_to_new_document(root)?;
    let form = match update.new_document.get_dictionary(root)?.get(b"AcroForm") {
        Ok(Object::Reference(form)) => *form,
        Ok(Object::Dictionary(form)) => {
            let form = form.clone();
            update.new_document.add_object(form)
        }
        _ => update.new_document.add_object(Dictionary::new()),
    };
    update.new_document.get_dictionary_mut(root)?.set("AcroForm", form);
    append(&mut update, form, b"Fields", widget)?;
    // SignaturesExist and AppendOnly.
    update.new_document.get_dictionary_mut(form)?.set("SigFlags", 3);
    let mut bytes = Vec::new();
    update.save_to(&mut bytes)?;
    Ok(Some(bytes))
}

fn signature(field: &Field<'_>) -> Dictionary {
    let format = format_description!("D:[year][month][day][hour][minute][second]Z");
    let at = OffsetDateTime::from_unix_timestamp(field.signed_at).ok().and_then(|at| at.format(format).ok());
    let mut signature = dictionary! {
        "Type" => "Sig", "Filter" => "Adobe.PPKLite", "SubFilter" => "adbe.pkcs7.detached",
        "ByteRange" => vec![0.into(), OPEN.into(), OPEN.into(), OPEN.into()],
        "Contents" => Object::String(vec![0; ROOM], StringFormat::Hexadecimal),
    };
    if let Some(at) = at {
        signature.set("M", Object::string_literal(at));
    }
    signature
}

/// A page's width, which it may have from above.
fn width(document: &Document, page: ObjectId) -> lopdf::Result<f32> {
    let mut node = document.get_dictionary(page)?;
    for _ in 0..16 {
        if let Ok(shape) = node.get_deref(b"MediaBox", document) {
            let sides: Vec<f32> = shape.as_array()?.iter().filter_map(|side| side.as_float().ok()).collect();
            return Ok(if let [left, _, right, _] = sides.as_slice() { right - left } else { 0. });
        }
        node = document.get_dictionary(node.get(b"Parent")?.as_reference()?)?;
    }
    Ok(0.)
}

/// Appends to an array of a dictionary; either may be new.
fn append(update: &mut IncrementalDocument, owner: ObjectId, key: &[u8], item: ObjectId) -> lopdf::Result<()> {
    update.opt_clone_object_to_new_document(owner)?;
    let mut items = match update.new_document.get_dictionary(owner)?.get(key) {
        Ok(Object::Reference(items)) => update.get_prev_documents().get_object(*items)?.as_array()?.clone(),
        Ok(items) => items.as_array()?.clone(),
        Err(_) => Vec::new(),
    };
    items.push(item.into());
    update.new_document.get_dictionary_mut(owner)?.set(key, items);
    Ok(())
}

/// Finds the room in the update, and writes what the signature covers.
fn fill(mut bytes: Vec<u8>, from: usize) -> Result<Prepared, Error> {
    let open = format!("[0 {OPEN} {OPEN} {OPEN}]");
    let find = |what: &[u8]| {
        let added = bytes.get(from..)?;
        added.windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    let range = find(open.as_bytes()).ok_or(Error::NotWritten)?;
    let room = format!("<{}>", "0".repeat(ROOM * 2));
    let start = find(room.as_bytes()).ok_or(Error::NotWritten)?;
    let gap = start..start + room.len();
    let covered = format!("[0 {} {} {}]", gap.start, gap.end, bytes.len() - gap.end);
    let covered = format!("{covered:<width$}", width = open.len());
    let slot = bytes.get_mut(range..range + open.len()).ok_or(Error::NotWritten)?;
    if covered.len() != slot.len() {
        return Err(Error::TooLarge);
    }
    slot.copy_from_slice(covered.as_bytes());
    Ok(Prepared { bytes, gap })
}
