//! Signatures as revisions, and what nobody may do to them.

use super::{drug, face, prescription};
use ca_sign::pdf::{Error, Field, draw, embed, prepare, read};
use lopdf::{Document, IncrementalDocument, Object, dictionary};

pub const DOCTOR: Field<'static> = Field { name: "doctor", place: 0, signed_at: 1_795_689_444 };
pub const PHARMACIST: Field<'static> = Field { name: "pharmacist", place: 1, signed_at: 1_795_693_044 };
/// Stands for a SignedData: one DER element.
pub const ONE: [u8; 4] = [0x30, 2, 5, 0];
pub const TWO: [u8; 5] = [0x30, 3, 2, 1, 7];

pub fn drawn() -> Vec<u8> {
    draw(&prescription(vec![drug("阿莫西林胶囊 0.25g×24 粒")]), face()).unwrap()
}

pub fn signed(pdf: &[u8], field: &Field<'_>, signature: &[u8]) -> Vec<u8> {
    embed(prepare(pdf, field).unwrap(), signature).unwrap()
}

/// An incremental update, with the old document and the new one.
fn updated(pdf: &[u8], change: impl FnOnce(&Document, &mut Document)) -> Vec<u8> {
    let mut update = IncrementalDocument::create_from(pdf.to_vec(), Document::load_mem(pdf).unwrap());
    let before = update.get_prev_documents().clone();
    change(&before, &mut update.new_document);
    let mut bytes = Vec::new();
    update.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn two_sign_one_after_the_other() {
    let drawn = drawn();
    let prepared = prepare(&drawn, &DOCTOR).unwrap();
    assert_eq!(prepared, prepare(&drawn, &DOCTOR).unwrap(), "the same bytes each time");
    let input = prepared.digest_input();
    let doctors = embed(prepared, &ONE).unwrap();
    let both = signed(&doctors, &PHARMACIST, &TWO);
    assert!(doctors.starts_with(&drawn) && both.starts_with(&doctors));
    assert_eq!(read(&drawn), Ok(Vec::new()));
    let [first, second] = read(&both).unwrap().try_into().unwrap();
    assert_eq!((first.field.as_str(), first.signed_data.as_slice()), ("doctor", &ONE[..]));
    assert_eq!((second.field.as_str(), second.signed_data.as_slice()), ("pharmacist", &TWO[..]));
    assert_eq!(first.content(&both), input, "what the first signed is not touched by the second");
    assert_eq!(second.covered[1].end, both.len());
}

#[test]
fn a_place_is_signed_once_and_a_signature_has_limits() {
    let doctors = signed(&drawn(), &DOCTOR, &ONE);
    assert_eq!(prepare(&doctors, &DOCTOR), Err(Error::Field));
    assert_eq!(prepare(&doctors, &Field { place: 2, ..PHARMACIST }), Err(Error::Field));
    let prepared = prepare(&doctors, &PHARMACIST).unwrap();
    assert_eq!(embed(prepared, &[0x30; 12 * 1024 + 1]), Err(Error::SignatureTooLarge));
    assert_eq!(prepare(b"%PDF-1.7 no more", &DOCTOR), Err(Error::Malformed));
}

#[test]
fn a_change_after_the_last_signature_is_told() {
    let doctors = signed(&drawn(), &DOCTOR, &ONE);
    let longer = [&doctors[..], b"\n% more"].concat();
    assert!(matches!(read(&longer), Err(Error::ChangedAfter | Error::Malformed)));
    let update = updated(&doctors, |_, new| {
        new.add_object(dictionary! { "Note" => 1 });
    });
    assert_eq!(read(&update), Err(Error::ChangedAfter));
}

#[test]
fn a_change_between_two_signatures_is_told() {
    let doctors = signed(&drawn(), &DOCTOR, &ONE);
    type Change = fn(&Document, &mut Document);
    let changes: [(&str, Change); 5] = [
        ("another text on the page", |old, new| {
            let page = old.page_iter().next().unwrap();
            let contents = old.get_page_contents(page)[0];
            new.set_object(contents, lopdf::Stream::new(dictionary! {}, b"BT ET".to_vec()));
        }),
        ("a note over the page", |old, new| {
            let page = old.page_iter().next().unwrap();
            let note = new.add_object(dictionary! { "Type" => "Annot", "Subtype" => "FreeText" });
            let mut changed = old.get_dictionary(page).unwrap().clone();
            let mut annotations = changed.get(b"Annots").unwrap().as_array().unwrap().clone();
            annotations.push(note.into());
            changed.set("Annots", annotations);
            new.set_object(page, changed);
        }),
        ("a field that nobody signed over the page", |old, new| {
            let field = new.add_object(dictionary! { "FT" => "Sig", "T" => Object::string_literal("more") });
            let form = old.catalog().unwrap().get(b"AcroForm").and_then(Object::as_reference).unwrap();
            let mut changed = old.get_dictionary(form).unwrap().clone();
            let mut fields = changed.get(b"Fields").unwrap().as_array().unwrap().clone();
            fields.push(field.into());
            changed.set("Fields", fields);
            new.set_object(form, changed);
        }),
        ("a larger page", |old, new| {
            let page = old.page_iter().next().unwrap();
            let mut changed = old.get_dictionary(page).unwrap().clone();
            changed.set("MediaBox", vec![0.into(), 0.into(), 900.into(), 900.into()]);
            new.set_object(page, changed);
        }),
        ("something that opens by itself", |old, new| {
            let root = old.trailer.get(b"Root").and_then(Object::as_reference).unwrap();
            let mut changed = old.get_dictionary(root).unwrap().clone();
            changed.set("OpenAction", dictionary! { "S" => "JavaScript" });
            new.set_object(root, changed);
        }),
    ];
    for (name, change) in changes {
        let both = signed(&updated(&doctors, change), &PHARMACIST, &TWO);
        assert_eq!(read(&both), Err(Error::ChangedBetween), "{name}");
    }
}

#[test]
fn every_reader_finds_the_same_objects() {
    let doctors = signed(&drawn(), &DOCTOR, &ONE);
    let old = Document::load_mem(&doctors).unwrap();
    let (contents, generation) = old.get_page_contents(old.page_iter().next().unwrap())[0];
    let Some(lopdf::xref::XrefEntry::Normal { offset, .. }) = old.reference_table.get(contents) else { panic!() };
    let root = old.trailer.get(b"Root").and_then(Object::as_reference).unwrap().0;
    let begin = doctors.windows(9).rposition(|bytes| bytes == b"startxref").unwrap();
    let before = String::from_utf8_lossy(&doctors[begin + 10..]).lines().next().unwrap().to_owned();
    // The table leads to another page; the old one is found by a number that nobody uses.
    let (size, object) = (old.max_id + 2, doctors.len() + 1);
    let page = format!("\n{contents} {generation} obj\n<</Length 5>>stream\nBT ET\nendstream\nendobj\n");
    let spare = size - 1;
    let table = format!(
        "xref\n{contents} 1\n{object:010} {generation:05} n \n{spare} 1\n{offset:010} {generation:05} n \n\
         trailer\n<</Size {size}/Root {root} 0 R/Prev {before}>>\nstartxref\n{}\n%%EOF\n",
        doctors.len() + page.len()
    );
    let aliased = [&doctors, page.as_bytes(), table.as_bytes()].concat();
    assert!(Document::load_mem(&aliased).is_ok(), "the library alone reads it");
    assert_eq!(prepare(&aliased, &PHARMACIST), Err(Error::Malformed));
    // An old number once more, where no table leads now.
    let hidden = updated(&doctors, |_, new| {
        new.add_object(lopdf::Stream::new(dictionary! {}, page.into_bytes()));
    });
    assert_eq!(read(&signed(&hidden, &PHARMACIST, &TWO)), Err(Error::ChangedBetween));
}

#[test]
fn what_was_missing_when_it_was_signed_may_not_turn_up() {
    let missing = (900, 0);
    let prepared = updated(&drawn(), |old, new| {
        let page = old.page_iter().next().unwrap();
        let mut changed = old.get_dictionary(page).unwrap().clone();
        changed.set("Contents", vec![old.get_page_contents(page)[0].into(), missing.into()]);
        new.set_object(page, changed);
    });
    let doctors = signed(&prepared, &DOCTOR, &ONE);
    assert_eq!(read(&signed(&doctors, &PHARMACIST, &TWO)).map(|all| all.len()), Ok(2));
    let later = updated(&doctors, |_, new| {
        new.max_id = missing.0;
        new.set_object(missing, lopdf::Stream::new(dictionary! {}, b"BT ET".to_vec()));
    });
    assert_eq!(read(&signed(&later, &PHARMACIST, &TWO)), Err(Error::ChangedBetween));
}

/// The same PDF with another ByteRange in the first signature.
fn with_range(pdf: &[u8], change: impl Fn(&mut [usize])) -> Vec<u8> {
    let at = pdf.windows(13).position(|window| window == b"/ByteRange[0 ").unwrap() + 10;
    let end = at + pdf[at..].iter().position(|byte| *byte == b']').unwrap() + 1;
    let text = String::from_utf8(pdf[at + 1..end - 1].to_vec()).unwrap();
    let mut numbers: Vec<usize> = text.split(' ').map(|number| number.parse().unwrap()).collect();
    change(&mut numbers);
    let text = format!("[{} {} {} {}]", numbers[0], numbers[1], numbers[2], numbers[3]);
    // The digits may become fewer, and more only where blanks were left.
    let room = pdf[end..].iter().take_while(|byte| **byte == b' ').count() + end - at;
    [&pdf[..at], format!("{text:<room$}").as_bytes(), &pdf[at + room..]].concat()
}

#[test]
fn a_byte_range_leaves_out_its_own_signature_and_nothing_else() {
    let doctors = signed(&drawn(), &DOCTOR, &ONE);
    assert_eq!(read(&with_range(&doctors, |_| {})).map(|all| all.len()), Ok(1));
    type Change = fn(&mut [usize]);
    let changes: [(&str, Change); 6] = [
        ("begins later", |range| range[0] = 1),
        ("a longer gap", |range| (range[1], range[2]) = (range[1] - 40, range[2] + 40)),
        ("a shorter gap", |range| (range[1], range[2]) = (range[1] + 2, range[2] - 2)),
        ("overlapping", |range| range[2] = range[1] - 1),
        ("beyond the end", |range| range[3] += 1),
        ("an end that is no revision's", |range| range[3] -= 20),
    ];
    for (name, change) in changes {
        assert_eq!(read(&with_range(&doctors, change)), Err(Error::ByteRange), "{name}");
    }
}

#[test]
fn revisions_of_two_prescriptions_do_not_mix() {
    let doctors = signed(&drawn(), &DOCTOR, &ONE);
    let other = draw(&prescription(vec![drug("维生素 C 片")]), face()).unwrap();
    let others = signed(&other, &DOCTOR, &ONE);
    let both = signed(&others, &PHARMACIST, &TWO);
    let mixed = [&doctors[..], &both[others.len()..]].concat();
    assert!(read(&mixed).is_err());
}

#[test]
fn no_bytes_bring_it_down() {
    let both = signed(&signed(&drawn(), &DOCTOR, &ONE), &PHARMACIST, &TWO);
    // The structure lies outside the drawn streams; a step of a prime visits all kinds of places.
    for at in (0..both.len()).step_by(997) {
        let mut broken = both.clone();
        broken[at] ^= 0x15;
        let _ = read(&broken);
        let _ = read(&both[..at]);
    }
    assert_eq!(read(&vec![b' '; 9 << 20]), Err(Error::TooLarge));
}
