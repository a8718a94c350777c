//! The widget of a further signature: it may not lie over what was signed before.

use super::signed::{DOCTOR, ONE, PHARMACIST, TWO, drawn, signed};
use ca_sign::pdf::{Error, prepare, read};
use lopdf::{Document, IncrementalDocument, Object, dictionary};

/// A second signature whose widget or appearance somebody changed before it was signed.
fn signed_with(change: impl FnOnce(&mut Document, lopdf::ObjectId)) -> Result<usize, Error> {
    signed_on(&drawn(), change)
}

fn signed_on(sheet: &[u8], change: impl FnOnce(&mut Document, lopdf::ObjectId)) -> Result<usize, Error> {
    let doctors = signed(sheet, &DOCTOR, &ONE);
    let prepared = prepare(&doctors, &PHARMACIST).unwrap();
    let old = Document::load_mem(&doctors).unwrap();
    let all = Document::load_mem(&prepared.bytes).unwrap();
    let mut update = IncrementalDocument::create_from(doctors.clone(), old.clone());
    let new = &mut update.new_document;
    for (id, object) in all.objects.iter().filter(|(id, object)| old.objects.get(*id) != Some(*object)) {
        new.set_object(*id, object.clone());
    }
    new.max_id = all.max_id;
    let is_widget = |object: &Object| object.as_dict().is_ok_and(|d| d.has(b"V") && d.has(b"Rect"));
    let widget = *new.objects.iter().find(|(id, object)| !old.objects.contains_key(id) && is_widget(object)).unwrap().0;
    change(new, widget);
    let mut bytes = Vec::new();
    update.save_to(&mut bytes).unwrap();
    // The update is written anew, so that what it covers lies elsewhere.
    let find =
        |what: &[u8]| doctors.len() + bytes[doctors.len()..].windows(what.len()).position(|w| w == what).unwrap();
    let room = format!("<{}>", "0".repeat(24 << 10));
    let start = find(room.as_bytes());
    let end = start + room.len();
    let at = find(b"/ByteRange[") + 11;
    let width = bytes[at..].iter().position(|byte| *byte == b']').unwrap();
    let covered = format!("{:<width$}", format!("0 {start} {end} {}", bytes.len() - end));
    assert_eq!(covered.len(), width, "the same number of digits");
    bytes[at..at + width].copy_from_slice(covered.as_bytes());
    bytes[start + 1..][..TWO.len() * 2].copy_from_slice(hex::encode(TWO).as_bytes());
    read(&bytes).map(|all| all.len())
}

#[test]
fn a_further_signature_neither_shows_nor_does_anything() {
    type Change = fn(&mut Document, lopdf::ObjectId);
    fn set(new: &mut Document, widget: lopdf::ObjectId, key: &str, value: impl Into<Object>) {
        new.get_dictionary_mut(widget).unwrap().set(key, value);
    }
    fn painted(new: &mut Document, paint: &[u8]) -> lopdf::ObjectId {
        let shape = dictionary! { "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()] };
        new.add_object(lopdf::Stream::new(shape, paint.to_vec()))
    }
    const PAINT: &[u8] = b"0 0 9 9 re f";
    let cases: [(&str, Change, bool); 12] = [
        ("as it is", |_, _| {}, true),
        (
            "an appearance that paints",
            |new, widget| {
                let paint = painted(new, PAINT);
                set(new, widget, "AP", dictionary! { "N" => paint });
            },
            false,
        ),
        (
            "one of several",
            |new, widget| {
                let (none, paint) = (painted(new, b""), painted(new, PAINT));
                set(new, widget, "AP", dictionary! { "N" => none, "D" => dictionary! { "On" => paint } });
            },
            false,
        ),
        (
            "one that is packed",
            |new, widget| {
                let mut paint = lopdf::Stream::new(dictionary! {}, PAINT.repeat(20));
                paint.compress().unwrap();
                assert!(paint.dict.has(b"Filter"));
                let paint = new.add_object(paint);
                set(new, widget, "AP", dictionary! { "N" => paint });
            },
            false,
        ),
        (
            "one that lies in another file",
            |new, widget| {
                let shape = dictionary! { "F" => Object::string_literal("other") };
                let paint = new.add_object(lopdf::Stream::new(shape, Vec::new()));
                set(new, widget, "AP", dictionary! { "N" => paint });
            },
            false,
        ),
        (
            "where nothing is seen of it",
            |new, widget| {
                let paint = painted(new, PAINT);
                set(new, widget, "AP", dictionary! { "N" => paint });
                set(new, widget, "Rect", vec![Object::from(0); 4]);
            },
            true,
        ),
        (
            "where something is seen by who follows references",
            |new, widget| {
                let paint = painted(new, PAINT);
                set(new, widget, "AP", dictionary! { "N" => paint });
                let corners = [0, 0, 595, 842].map(|side| Object::from(new.add_object(side)));
                set(new, widget, "Rect", [corners, [5, 5, 5, 5].map(Object::from)].concat());
            },
            false,
        ),
        (
            "blanks",
            |new, widget| {
                let blank = painted(new, b" \n");
                set(new, widget, "AP", dictionary! { "N" => blank });
            },
            true,
        ),
        ("what happens by itself", |new, widget| set(new, widget, "AA", dictionary! { "PO" => dictionary! {} }), false),
        ("what a click does", |new, widget| set(new, widget, "A", dictionary! { "S" => "JavaScript" }), false),
        ("a background", |new, widget| set(new, widget, "MK", dictionary! { "BG" => vec![Object::from(1)] }), false),
        (
            "something new above it",
            |new, widget| {
                let parent = new.add_object(dictionary! { "AA" => dictionary! {} });
                set(new, widget, "Parent", parent);
            },
            false,
        ),
    ];
    for (name, change, may) in cases {
        let expected = if may { Ok(2) } else { Err(Error::ChangedBetween) };
        assert_eq!(signed_with(change), expected, "{name}");
    }
}

#[test]
fn information_about_the_file_is_no_part_of_its_pages() {
    let mut document = Document::load_mem(&drawn()).unwrap();
    let page = document.page_iter().next().unwrap();
    let contents = document.get_dictionary(page).unwrap().get(b"Contents").unwrap().as_reference().unwrap();
    let info = document.add_object(dictionary! { "Producer" => Object::string_literal("one") });
    for (named, may) in [(info, Ok(2)), (contents, Err(Error::ChangedBetween))] {
        document.trailer.set("Info", named);
        let mut sheet = Vec::new();
        document.save_to(&mut sheet).unwrap();
        let other = dictionary! { "Producer" => Object::string_literal("another") };
        let read = signed_on(&sheet, |new, _| drop(new.objects.insert(named, other.into())));
        assert_eq!(read, may, "{named:?}");
    }
}
