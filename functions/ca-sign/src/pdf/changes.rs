//! What an incremental update may change of a signed PDF: the next signature may come, nothing else.
//!
//! Readers show the newest of everything, so that an update could put another drug on a page that the first signer signed.

use super::{Error, read, widget};
use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeSet;
use std::ops::Range;

/// Compares the revision that ends at `one` with the one that ends at `next`, which `field` signs.
pub(super) fn only_signature(pdf: &[u8], one: usize, next: usize, field: ObjectId) -> Result<(), Error> {
    let load = |end| read::load(pdf.get(..end).unwrap_or_default());
    let (before, after) = (load(one)?, load(next)?);
    let changes = Changes { before: &before, after: &after, field };
    if changes.allowed() && unambiguous(pdf, one..next, &before, &after) { Ok(()) } else { Err(Error::ChangedBetween) }
}

/// Whether every reader finds the same objects: those that an update writes lie in the file as they are, and one that was there
/// before is written once, where the table says.
fn unambiguous(pdf: &[u8], update: Range<usize>, before: &Document, after: &Document) -> bool {
    let (old, new) = (&before.reference_table, &after.reference_table);
    let unpacked = new.entries.iter().all(|(number, entry)| match entry {
        XrefEntry::Compressed { container, index } => matches!(old.get(*number),
            Some(XrefEntry::Compressed { container: one, index: other }) if (one, other) == (container, index)),
        XrefEntry::Free | XrefEntry::UnusableFree | XrefEntry::Normal { .. } => true,
    });
    let once = |end: usize| {
        // As it is usually written: whoever writes it otherwise has a reason.
        let Some((at, id)) = read::header_before(pdf, end) else { return false };
        !before.objects.contains_key(&id)
            || matches!(new.get(id.0), Some(XrefEntry::Normal { offset, .. }) if *offset as usize == at)
    };
    unpacked && update.filter(|end| read::is_object(pdf, *end)).all(once)
}

struct Changes<'a> {
    before: &'a Document,
    after: &'a Document,
    /// Of the signature that came.
    field: ObjectId,
}

/// What a signer's software may write beside the signature: nothing of it is seen on a page.
const IN_CATALOG: [&[u8]; 3] = [b"AcroForm", b"DSS", b"Extensions"];
const IN_FORM: [&[u8]; 4] = [b"Fields", b"SigFlags", b"DR", b"DA"];
const IN_FIELD: [&[u8]; 4] = [b"V", b"AP", b"F", b"Lock"];

impl Changes<'_> {
    fn allowed(&self) -> bool {
        let root = reference(&self.before.trailer, b"Root");
        let Ok(catalog) = self.before.catalog() else { return false };
        let places = Places {
            root,
            form: reference(catalog, b"AcroForm"),
            pages: self.before.page_iter().collect(),
            // Who wrote the file and when, unless it serves for something else, too.
            unseen: [reference(&self.before.trailer, b"Info"), reference(catalog, b"Metadata")]
                .map(|id| id.filter(|id| self.apart(*id, root))),
        };
        let came = |id| !self.before.objects.contains_key(&id) && self.after.objects.contains_key(&id);
        root == reference(&self.after.trailer, b"Root")
            && widget::shows_nothing(self.before, self.after, self.field)
            && self.before.objects.iter().all(|(id, old)| {
                // What was missing when it was signed may not turn up.
                !mentions(old, &came)
                    && match self.after.objects.get(id) {
                        Some(new) => old == new || self.may_become(*id, old, new, &places),
                        None => false,
                    }
            })
    }

    /// Whether nothing refers to an object but trailer and catalog, as information about the file.
    fn apart(&self, id: ObjectId, root: Option<ObjectId>) -> bool {
        self.before.objects.iter().all(|(owner, object)| match object {
            Object::Dictionary(catalog) if Some(*owner) == root => {
                catalog.iter().all(|(key, value)| key == b"Metadata" || !mentions(value, &|found| found == id))
            }
            object => !mentions(object, &|found| found == id),
        })
    }

    fn may_become(&self, id: ObjectId, old: &Object, new: &Object, places: &Places) -> bool {
        if places.unseen.contains(&Some(id)) {
            return true;
        }
        let (Object::Dictionary(old), Object::Dictionary(new)) = (old, new) else { return false };
        if id == self.field {
            return !old.has(b"V") && same_but(old, new, &IN_FIELD);
        }
        if places.pages.contains(&id) {
            return self.grown(old, new, b"Annots") && same_but(old, new, &[b"Annots"]);
        }
        if Some(id) == places.form {
            return self.grown(old, new, b"Fields") && same_but(old, new, &IN_FORM);
        }
        // A form may come, but not in the place of another.
        let form = |catalog: &Dictionary| catalog.get(b"AcroForm").ok().cloned();
        Some(id) == places.root && form(old).is_none_or(|old| form(new) == Some(old)) && same_but(old, new, &IN_CATALOG)
    }

    /// Whether nothing but the field was appended to an array.
    fn grown(&self, old: &Dictionary, new: &Dictionary, key: &[u8]) -> bool {
        let items = |dictionary: &Dictionary, document: &Document| {
            let items = dictionary.get_deref(key, document).and_then(Object::as_array);
            items.cloned().unwrap_or_default()
        };
        let (old, new) = (items(old, self.before), items(new, self.after));
        let added = new.strip_prefix(old.as_slice());
        added.is_some_and(|added| added.iter().all(|item| item.as_reference().is_ok_and(|id| id == self.field)))
    }
}

/// Where changes are expected.
struct Places {
    root: Option<ObjectId>,
    form: Option<ObjectId>,
    pages: BTreeSet<ObjectId>,
    unseen: [Option<ObjectId>; 2],
}

fn same_but(old: &Dictionary, new: &Dictionary, keys: &[&[u8]]) -> bool {
    let strip = |dictionary: &Dictionary| {
        let mut dictionary = dictionary.clone();
        keys.iter().for_each(|key| drop(dictionary.remove(key)));
        dictionary
    };
    strip(old) == strip(new)
}

fn reference(dictionary: &Dictionary, key: &[u8]) -> Option<ObjectId> {
    dictionary.get(key).and_then(Object::as_reference).ok()
}

/// Whether an object refers to one of these. The reader has limited how deep objects are.
fn mentions(object: &Object, these: &impl Fn(ObjectId) -> bool) -> bool {
    let within = |dictionary: &Dictionary| dictionary.iter().any(|(_, value)| mentions(value, these));
    match object {
        Object::Reference(id) => these(*id),
        Object::Array(items) => items.iter().any(|item| mentions(item, these)),
        Object::Dictionary(dictionary) => within(dictionary),
        Object::Stream(stream) => within(&stream.dict),
        _ => false,
    }
}
