//! Streams of objects, in which an update could hide what it writes.

use super::signed::{DOCTOR, ONE, PHARMACIST, TWO, drawn, signed};
use ca_sign::pdf::{Error, prepare, read};
use lopdf::{Document, Object};

/// An update by hand that brings one object that nothing refers to, as it is or in a stream of objects.
fn update(pdf: &[u8], packed: bool) -> Vec<u8> {
    let old = Document::load_mem(pdf).unwrap();
    let root = old.trailer.get(b"Root").and_then(Object::as_reference).unwrap().0;
    let begin = pdf.windows(9).rposition(|bytes| bytes == b"startxref").unwrap();
    let before = String::from_utf8_lossy(&pdf[begin + 10..]).lines().next().unwrap().to_owned();
    let [stream, table, note] = [1, 2, 3].map(|more| old.max_id + more);
    let head = format!("{note} 0 ");
    let objects = format!(
        "\n{stream} 0 obj\n<</Type/ObjStm/N 1/First {}/Length {}>>stream\n{head}<</Note 1>>\nendstream\nendobj\n",
        head.len(),
        head.len() + 12
    );
    let plain = format!("{note} 0 obj\n<</Note 1>>\nendobj\n");
    let objects = if packed { objects } else { objects + &plain };
    let offset = |number: u32| pdf.len() + objects.find(&format!("{number} 0 obj")).unwrap_or(objects.len());
    let entry =
        |kind: u8, one: usize, other: u16| [&[kind], &(one as u32).to_be_bytes()[..], &other.to_be_bytes()].concat();
    let last = if packed { entry(2, stream as usize, 0) } else { entry(1, offset(note), 0) };
    let entries = [entry(1, offset(stream), 0), entry(1, offset(table), 0), last].concat();
    let table = format!(
        "{table} 0 obj\n<</Type/XRef/Size {}/W[1 4 2]/Index[{stream} 3]/Root {root} 0 R/Prev {before}/Length {}>>stream\n",
        note + 1,
        entries.len()
    );
    let end = format!("\nendstream\nendobj\nstartxref\n{}\n%%EOF\n", pdf.len() + objects.len());
    [pdf, objects.as_bytes(), table.as_bytes(), &entries, end.as_bytes()].concat()
}

#[test]
fn an_update_that_packs_what_it_writes_is_refused() {
    let doctors = signed(&drawn(), &DOCTOR, &ONE);
    for (packed, expected) in [(false, Ok(2)), (true, Err(Error::ChangedBetween))] {
        let changed = update(&doctors, packed);
        let note = Document::load_mem(&changed)
            .unwrap()
            .objects
            .into_values()
            .filter_map(|object| object.as_dict().ok().cloned());
        assert!(note.into_iter().any(|note| note.has(b"Note")), "it is there: {packed}");
        assert_eq!(read(&signed(&changed, &PHARMACIST, &TWO)).map(|all| all.len()), expected, "{packed}");
    }
}

#[test]
fn streams_of_objects_are_counted_before_they_are_unpacked() {
    let drawn = drawn();
    let name = b"/ObjStm";
    let has = drawn.windows(name.len()).filter(|bytes| bytes == name).count();
    let with = |count| [&drawn[..], b"% ", name.repeat(count - has).as_slice(), b"\n"].concat();
    assert_ne!(read(&with(64)), Err(Error::TooLarge));
    assert_eq!(read(&with(65)), Err(Error::TooLarge));
    assert_eq!(prepare(&with(65), &DOCTOR), Err(Error::TooLarge));
}
