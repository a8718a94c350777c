//! What is drawn, and what is refused instead.

use super::{consent, drug, face, pages, prescription};
use ca_sign::pdf::{Body, Error, Face, Sheet, draw};

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    for sheet in [prescription(vec![drug("阿莫西林胶囊 0.25g×24 粒")]), consent()] {
        let one = draw(&sheet, face()).unwrap();
        assert_eq!(one, draw(&sheet, face()).unwrap());
        let other = Sheet { version: 2, ..sheet };
        assert_ne!(one, draw(&other, face()).unwrap());
    }
}

#[test]
fn a_character_without_a_glyph_is_named() {
    let named = |name: &str| {
        let mut sheet = prescription(Vec::new());
        sheet.patient.name = name.into();
        draw(&sheet, face()).map(|pdf| pdf.len()).map_err(|error| (error.code(), error))
    };
    named("㛃玥·買買提").unwrap();
    for char in ['\u{31350}', 'ئ', '😀', '\t', '\u{200b}', '\u{202e}'] {
        assert_eq!(named(&format!("张{char}")), Err(("glyph_missing", Error::GlyphMissing(char))), "{char:?}");
    }
    assert_eq!(Error::GlyphMissing('\u{31350}').to_string(), "the font has no U+31350");
}

#[test]
fn drugs_that_do_not_fit_take_another_page() {
    let short = drug("阿莫西林胶囊 0.25g×24 粒");
    let long = drug(&"注射用头孢哌酮钠舒巴坦钠（按头孢哌酮与舒巴坦二比一计算）".repeat(4));
    for (drugs, expected) in [(vec![short; 5], 1), (vec![long.clone(); 5], 2), (vec![long; 12], 3)] {
        assert_eq!(pages(&draw(&prescription(drugs), face()).unwrap()), expected);
    }
    let mut sheet = consent();
    if let Body::Text(paragraphs) = &mut sheet.body {
        assert_eq!(pages(&draw(&consent(), face()).unwrap()), 2);
        paragraphs[0].text = "很长".repeat(100_000);
    }
    assert_eq!(draw(&sheet, face()).err(), Some(Error::TooManyPages));
}

/// A PNG of one colour.
fn png(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Rgba);
    let pixels = [200, 0, 0, 128].repeat((side * side).try_into().unwrap());
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

#[test]
fn what_does_not_fit_is_refused() {
    let refused = |change: fn(&mut Sheet)| {
        let mut sheet = prescription(vec![drug("维生素 C 片")]);
        change(&mut sheet);
        draw(&sheet, face()).map(|_| "drawn").unwrap_or_else(|error| error.code())
    };
    assert_eq!(refused(|sheet| sheet.signers[0].seal = Some(png(300))), "drawn");
    assert_eq!(refused(|sheet| sheet.signers[0].seal = Some(png(1025))), "seal_invalid");
    assert_eq!(refused(|sheet| sheet.signers[0].seal = Some(png(300)[..200].to_vec())), "seal_invalid");
    assert_eq!(refused(|sheet| sheet.signers[0].seal = Some(vec![0; 300_000])), "seal_invalid");
    assert_eq!(refused(|sheet| sheet.code = Some("x".repeat(257))), "code_too_long");
    assert_eq!(refused(|sheet| sheet.diagnoses = vec!["急性支气管炎".into(); 120]), "text_too_long");
    assert_eq!(refused(|sheet| sheet.corner = Some("普".repeat(30))), "text_too_long");
    assert_eq!(refused(|sheet| sheet.signers[0].name = "长".repeat(90)), "text_too_long");
    assert_eq!(refused(|sheet| sheet.signers.push(sheet.signers[0].clone())), "too_many_signers");
    assert_eq!(Face::read(b"no font".to_vec()).map(|_| ()), Err(Error::Font));
}
