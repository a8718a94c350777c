//! What an incremental update may change of a signed PDF: a further signature may come, nothing else.
//!
//! Readers show the newest of everything, so that an update could put another drug on a page that the first signer signed.

use super::{Error, read};
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeSet;

/// Compares the revision that ends at `one` with the one that ends at `next`.
pub(super) fn only_signatures(pdf: &[u8], one: usize, next: usize) -> Result<(), Error> {
    let load = |end| read::load(pdf.get(..end).unwrap_or_default());
    let (before, after) = (load(one)?, load(next)?);
    let fields: BTreeSet<ObjectId> = read::fields(&after)?.into_iter().map(|(id, _)| id).collect();
    let changed = Changes { before: &before, after: &after, fields };
    if changed.allowed() { Ok(()) } else { Err(Error::ChangedBetween) }
}

struct Changes<'a> {
    before: &'a Document,
    after: &'a Document,
    /// Signature fields of the later revision.
    fields: BTreeSet<ObjectId>,
}

/// What else a signer's software may write beside a signature: nothing of it is seen on a page.
const BESIDE: [&[u8]; 3] = [b"AcroForm", b"DSS", b"Extensions"];
const FORM: [&[u8]; 4] = [b"Fields", b"SigFlags", b"DR", b"DA"];

impl Changes<'_> {
    fn allowed(&self) -> bool {
        let root = |document: &Document| reference(&document.trailer, b"Root");
        let (Some(root), true) = (root(self.before), root(self.before) == root(self.after)) else { return false };
        let Ok(catalog) = self.before.catalog() else { return false };
        let form = reference(catalog, b"AcroForm");
        let pages: BTreeSet<ObjectId> = self.before.page_iter().collect();
        // Who wrote the file and when.
        let unseen = [reference(&self.before.trailer, b"Info"), reference(catalog, b"Metadata")];
        self.before.objects.iter().all(|(id, old)| {
            let Some(new) = self.after.objects.get(id) else { return false };
            old == new
                || match (old, new) {
                    _ if unseen.contains(&Some(*id)) => true,
                    // Lists of what is where; each revision has its own.
                    (Object::Stream(old), Object::Stream(_)) if old.dict.has_type(b"XRef") => true,
                    (Object::Dictionary(old), Object::Dictionary(new)) if pages.contains(id) => {
                        self.grown(old, new, b"Annots") && same_but(old, new, &[b"Annots"])
                    }
                    (Object::Dictionary(old), Object::Dictionary(new)) if Some(*id) == form => {
                        self.grown(old, new, b"Fields") && same_but(old, new, &FORM)
                    }
                    (Object::Dictionary(old), Object::Dictionary(new)) if *id == root => {
                        // A form may come, but not in the place of another.
                        (form.is_none() && !old.has(b"AcroForm")
                            || old.get(b"AcroForm").ok() == new.get(b"AcroForm").ok())
                            && same_but(old, new, &BESIDE)
                    }
                    _ => false,
                }
        })
    }

    /// Whether nothing but signature fields was appended to an array.
    fn grown(&self, old: &Dictionary, new: &Dictionary, key: &[u8]) -> bool {
        let items = |dictionary: &Dictionary, document: &Document| {
            let items = dictionary.get_deref(key, document).and_then(Object::as_array);
            items.cloned().unwrap_or_default()
        };
        let (old, new) = (items(old, self.before), items(new, self.after));
        let added = new.strip_prefix(old.as_slice());
        added
            .is_some_and(|added| added.iter().all(|item| item.as_reference().is_ok_and(|id| self.fields.contains(&id))))
    }
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
