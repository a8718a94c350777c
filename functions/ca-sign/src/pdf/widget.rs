//! What the field of a further signature may be: something that signs, and neither shows nor does anything.
//!
//! A widget lies over the page, wherever its `Rect` says; what it paints there would change what was signed before.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// What signers write. Whatever acts by itself (`A`, `AA`) or draws a border (`BS`, `Border`) is not among it.
const KEYS: [&[u8]; 20] = [
    b"Type", b"Subtype", b"FT", b"Ff", b"T", b"TU", b"TM", b"NM", b"M", b"F", b"Rect", b"P", b"V", b"AP", b"AS",
    b"Lock", b"SV", b"Parent", b"MK", b"DA",
];
/// An appearance is not unpacked further than this: it has to be empty.
const MOST: usize = 1 << 10;

/// Whether the field that came, or was there before and is now signed, is nothing but a signature.
pub(super) fn shows_nothing(before: &Document, after: &Document, field: ObjectId) -> bool {
    let Ok(widget) = after.get_dictionary(field) else { return false };
    let known = widget.iter().all(|(key, _)| KEYS.contains(&key.as_slice()));
    // What a field has from above was signed with the rest.
    let old_parent = widget
        .get(b"Parent")
        .map_or(true, |parent| parent.as_reference().is_ok_and(|parent| before.objects.contains_key(&parent)));
    // Colours and icons that a reader may draw by itself.
    let plain = widget.get_deref(b"MK", after).map_or(true, |look| look.as_dict().is_ok_and(Dictionary::is_empty));
    known && old_parent && plain && (is_point(widget, after) || is_blank(widget, after))
}

/// Whether the rectangle is so small that nothing can be seen in it: a line would be seen.
fn is_point(widget: &Dictionary, document: &Document) -> bool {
    let Ok(sides) = widget.get_deref(b"Rect", document).and_then(Object::as_array) else { return false };
    // Numbers themselves: of references one reader may take what another leaves out.
    let [left, bottom, right, top] = sides.as_slice() else { return false };
    let side = |side: &Object| side.as_float().ok();
    let [left, bottom, right, top] = [left, bottom, right, top].map(side);
    left.is_some() && left == right && bottom.is_some() && bottom == top
}

fn is_blank(widget: &Dictionary, document: &Document) -> bool {
    let Ok(states) = widget.get(b"AP") else { return true };
    let follow = |object| document.dereference(object).map(|(_, found)| found);
    let Ok(Object::Dictionary(states)) = follow(states) else { return false };
    states.iter().all(|(_, state)| match follow(state) {
        Ok(Object::Stream(stream)) => is_empty(stream),
        Ok(Object::Dictionary(named)) => {
            named.iter().all(|(_, one)| matches!(follow(one), Ok(Object::Stream(stream)) if is_empty(stream)))
        }
        _ => false,
    })
}

/// Whether it paints nothing; what lies in another file (`F`) is not known.
fn is_empty(stream: &Stream) -> bool {
    let content = stream.get_plain_content_with_limit(MOST);
    !stream.dict.has(b"F") && content.is_ok_and(|content| content.trim_ascii().is_empty())
}
