//! The two sides of the second-generation card, 85.6 x 54 mm (GA 448-2013 gives sizes and places), drawn flat.
//!
//! Every card is plainly a specimen: 样本 on the portrait and in place of the emblem, an invented person, region 99.

use crate::canvas::{Canvas, Rgb, Type, smoothstep};
use crate::chance::Chance;
use crate::fonts::{Face, Fonts};
use crate::person::{Issue, Person};
use crate::portrait;
use anyhow::{Context as _, Result};
use std::f32::consts::TAU;

/// Width and height of the card in millimetres.
pub const SIZE: [f32; 2] = [85.6, 54.0];
/// Pixels per millimetre of the flat card.
pub const SCALE: f32 = 20.0;
const RADIUS: f32 = 3.18;
const BLACK: Rgb = [28.0, 26.0, 30.0];
const BLUE: Rgb = [52.0, 116.0, 176.0];

/// How the number is set, in millimetres.
pub struct NumberLine {
    /// Left end.
    pub x: f32,
    /// Base line.
    pub base: f32,
    /// From one character to the next.
    pub pitch: f32,
    /// Em size.
    pub size: f32,
}

/// Where the number stands.
pub const NUMBER: NumberLine = NumberLine { x: 29.6, base: 48.2, pitch: 2.72, size: 4.25 };

/// What varies from print to print.
#[derive(Clone, Copy)]
pub struct Print {
    /// Which gothic face, an index into [`Fonts::hei`].
    pub hei: usize,
    /// Whether the title says 临时.
    pub temporary: bool,
    /// A second script beside the Chinese one, an index into [`SCRIPTS`].
    pub script: Option<usize>,
}

/// Labels of bilingual cards, and a line of sample text: name, sex, ethnicity, birth, address, number.
pub const SCRIPTS: [[&str; 6]; 4] = [
    ["ئىسىم", "جىنسى", "مىللىتى", "تۇغۇلغان", "ئادرېس", "كىملىك نومۇرى"],
    ["ꂷꑭ", "ꃅꁮ", "ꊿꋅ", "ꒆꈎ", "ꀉꄮ", "ꏓꂱꌋꃅꒉꐯ"],
    ["성명", "성별", "민족", "출생", "주소", "공민신분번호"],
    ["Mingzcoh", "Singqbied", "Minzcuz", "Seng", "Dieg youq", "Goengmin Sinhfwn Hauhmaj"],
];

/// Where a field's ink stands on the card, `[x0, y0, x1, y1]` in millimetres.
pub type FieldBox = (&'static str, [f32; 4]);

/// A drawn side.
pub struct Flat {
    /// The artwork at [`SCALE`].
    pub canvas: Canvas,
    /// Where the fields stand.
    pub fields: Vec<FieldBox>,
}

fn plain(face: &Face, size: f32) -> Type<'_> {
    Type { face, size, tracking: 0.0, ink: BLACK, opacity: 0.95 }
}

/// The side with the portrait.
pub fn front(fonts: &Fonts, chance: &mut Chance, person: &Person, print: Print) -> Result<Flat> {
    let mut canvas = ground(chance);
    let mut fields = Vec::new();
    let labels =
        fonts.hei_for(print.hei, "姓名性别民族出生住址公民身份号码年月日").context("no face has the labels")?;
    let label = Type { ink: BLUE, tracking: 0.45, ..plain(labels, 2.9) };
    let rows = [8.9, 15.1, 21.2, 27.4];
    for (text, x, y) in [
        ("姓名", 6.2, rows[0]),
        ("性别", 6.2, rows[1]),
        ("民族", 25.2, rows[1]),
        ("出生", 6.2, rows[2]),
        ("年", 24.4, rows[2]),
        ("月", 32.4, rows[2]),
        ("日", 41.2, rows[2]),
        ("住址", 6.2, rows[3]),
        ("公民身份号码", 6.2, 47.9),
    ] {
        canvas.text(text, x, y, label);
    }
    let mut field = |canvas: &mut Canvas, name: &'static str, text: &str, x: f32, y: f32, size: f32| -> Result<()> {
        let face = fonts.hei_for(print.hei, text).with_context(|| format!("no face has all of {text}"))?;
        let kind = Type { tracking: size * 0.03, ..plain(face, size) };
        let width = canvas.text(text, x, y, kind);
        fields.push((name, [x, y - size * 0.88, x + width, y + size * 0.14]));
        Ok(())
    };
    // A long transliterated name is set smaller so that it keeps clear of the portrait.
    let name_size = if person.name.chars().count() > 9 { 2.9 } else { 3.7 };
    field(&mut canvas, "name", &person.name, 15.6, rows[0], name_size)?;
    field(&mut canvas, "sex", person.sex, 15.6, rows[1], 3.1)?;
    field(&mut canvas, "nation", person.nation, 34.2, rows[1], 3.1)?;
    let (year, rest) = person.birth.split_at(4);
    let (month, day) = rest.split_at(2);
    field(&mut canvas, "birth", year, 15.6, rows[2], 3.1)?;
    for (text, middle) in [(month, 29.95), (day, 38.35)] {
        let text = text.trim_start_matches('0');
        field(&mut canvas, "birth", text, middle - 0.85 * text.len() as f32, rows[2], 3.1)?;
    }
    let address_face = fonts.hei_for(print.hei, &person.address).context("no face has the address")?;
    let lines = wrap(&mut canvas, &person.address, 36.6, plain(address_face, 3.1));
    let pitch = if lines.len() > 3 { 3.7 } else { 4.3 };
    for (i, line) in lines.iter().enumerate() {
        field(&mut canvas, "address", line, 15.6, rows[3] + pitch * i as f32, 3.1)?;
    }
    let digits = plain(&fonts.number, NUMBER.size);
    for (i, digit) in person.idnum.chars().enumerate() {
        canvas.text(digit.encode_utf8(&mut [0; 4]), NUMBER.x + NUMBER.pitch * i as f32, NUMBER.base, digits);
    }
    fields.push(("idnum", [NUMBER.x, NUMBER.base - 3.4, NUMBER.x + NUMBER.pitch * 18.0, NUMBER.base + 0.4]));
    if let Some(script) = print.script {
        second_script(&mut canvas, fonts, script, label);
    }
    if print.temporary {
        canvas.text(
            "临时居民身份证",
            29.0,
            4.6,
            Type { tracking: 0.5, ink: [150.0, 40.0, 46.0], ..plain(labels, 2.6) },
        );
    }
    portrait::draw(&mut canvas, chance, [53.6, 6.6, 79.0, 38.4], person);
    canvas.text("样本", 63.4, 36.6, Type { tracking: 0.6, ink: [225.0; 3], opacity: 0.75, ..plain(labels, 2.6) });
    Ok(Flat { canvas, fields })
}

/// Characters of an authority's name that fit on a line.
const AUTHORITY_LINE: usize = 13;
/// Between the baselines of two lines of it, millimetres.
const AUTHORITY_PITCH: f32 = 3.6;

/// The side with the emblem's place, the authority and the validity.
pub fn back(fonts: &Fonts, chance: &mut Chance, issue: &Issue, print: Print) -> Result<Flat> {
    let mut canvas = ground(chance);
    wall(&mut canvas, chance);
    let red = [196.0, 34.0, 48.0];
    canvas.ellipse([15.0, 13.4], [8.0, 8.4], red);
    canvas.ellipse([15.0, 13.4], [6.6, 7.0], [236.0, 196.0, 96.0]);
    canvas.ellipse([15.0, 13.4], [6.3, 6.7], red);
    let title = Type { tracking: 1.75, ..plain(&fonts.title, 5.1) };
    let second =
        if print.temporary { ("临时居民身份证", 27.6, 6.2, 1.2) } else { ("居民身份证", 28.6, 7.4, 2.9) };
    canvas.text("样本", 11.4, 14.6, Type { tracking: 0.4, ink: [250.0, 226.0, 150.0], ..plain(&fonts.title, 3.4) });
    canvas.text("中华人民共和国", 29.6, 12.3, title);
    canvas.text(second.0, second.1, 22.6, Type { size: second.2, tracking: second.3, ..title });
    let labels = fonts.hei_for(1, "签发机关有效期限").context("no face has the labels")?;
    let face = fonts
        .hei_for(print.hei, &format!("{}{}", issue.authority, issue.valid))
        .context("no face has the authority")?;
    let mut fields = Vec::new();
    for (label, name, text, y) in
        [("签发机关", "authority", &issue.authority, 42.9), ("有效期限", "valid", &issue.valid, 49.1)]
    {
        canvas.text(label, 21.6, y, Type { tracking: 0.25, ..plain(labels, 2.95) });
        let chars: Vec<char> = text.chars().collect();
        let fits = name == "valid" || chars.len() <= AUTHORITY_LINE;
        let lines: Vec<String> = match fits {
            true => vec![text.clone()],
            false => chars.chunks(AUTHORITY_LINE).map(|line| line.iter().collect()).collect(),
        };
        // Long names stand on two lines about the place of the one.
        let top = y - AUTHORITY_PITCH / 2.0 * (lines.len() - 1) as f32;
        let mut end = (0.0f32, top);
        for (i, line) in lines.iter().enumerate() {
            end.1 = top + AUTHORITY_PITCH * i as f32;
            end.0 = end.0.max(canvas.text(line, 36.6, end.1, Type { tracking: 0.08, ..plain(face, 3.05) }));
        }
        fields.push((name, [36.6, top - 2.7, 36.6 + end.0, end.1 + 0.45]));
    }
    Ok(Flat { canvas, fields })
}

/// A card of the same size that is no identity card.
pub fn other_card(fonts: &Fonts, chance: &mut Chance) -> Canvas {
    let tone = chance.pick(&[[150.0, 30.0, 44.0], [30.0, 60.0, 120.0], [214.0, 190.0, 130.0], [236.0, 236.0, 240.0]]);
    let mut canvas = Canvas::new(SIZE[0], SIZE[1], SCALE, tone);
    canvas.ellipse([66.0, 40.0], [24.0, 24.0], tone.map(|v: f32| (v + 18.0).min(255.0)));
    let face = &fonts.hei[0];
    canvas.text("会员积分卡", 8.0, 14.0, Type { ink: [250.0, 240.0, 200.0], tracking: 1.0, ..plain(face, 5.5) });
    let number: String = (0..4).map(|_| format!("{:04} ", chance.range(0, 9999))).collect();
    canvas.text(&number, 10.0, 36.0, Type { ink: [240.0; 3], ..plain(&fonts.number, 5.0) });
    canvas
}

/// 1 where the point (millimetres) lies on the card with its round corners, 0 off it.
pub fn inside(x: f32, y: f32) -> f32 {
    1.0 - smoothstep(-0.05, 0.05, beyond(x, y))
}

/// Distance from the card's edge in millimetres, negative on the card.
pub fn beyond(x: f32, y: f32) -> f32 {
    let dx = (x - SIZE[0] / 2.0).abs() - (SIZE[0] / 2.0 - RADIUS);
    let dy = (y - SIZE[1] / 2.0).abs() - (SIZE[1] / 2.0 - RADIUS);
    dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - RADIUS
}

fn wrap(canvas: &mut Canvas, text: &str, width: f32, kind: Type<'_>) -> Vec<String> {
    let mut lines = vec![String::new()];
    for c in text.chars() {
        let Some(line) = lines.last_mut() else { break };
        let mut longer = line.clone();
        longer.push(c);
        if canvas.measure(&longer, Type { tracking: kind.size * 0.03, ..kind }) > width {
            lines.push(c.to_string());
        } else {
            *line = longer;
        }
    }
    lines
}

/// The pale blue-rose-blue ground with its guilloche of fine waves and a rosette.
fn ground(chance: &mut Chance) -> Canvas {
    let mut canvas = Canvas::new(SIZE[0], SIZE[1], SCALE, [214.0, 226.0, 240.0]);
    canvas.shade([0.0, 0.0, SIZE[0], SIZE[1]], [238.0, 220.0, 230.0], |x, y| {
        let t = (x - 44.0 + (y - 27.0) * 0.15) / 26.0;
        0.9 * (-t * t).exp()
    });
    let phase = chance.uniform(0.0, TAU);
    for i in 0..26 {
        let (base, rose) = (i as f32 * 2.2 - 0.5, i % 2 == 0);
        let ink = if rose { [206.0, 150.0, 182.0] } else { [138.0, 178.0, 212.0] };
        let wave = (0..=172).map(|k| {
            let x = k as f32 * 0.5;
            [x, base + 1.3 * (x * 0.33 + phase + i as f32 * 0.7).sin() + 0.5 * (x * 0.92 - i as f32 * 0.4).sin()]
        });
        canvas.curve(wave, 0.09, ink, 0.55);
    }
    for petal in 0..14 {
        let turn = petal as f32 * TAU / 14.0;
        let ring = (0..=80).map(|k| {
            let a = k as f32 * TAU / 80.0;
            let (ex, ey) = (13.0 * a.cos(), 5.2 * a.sin());
            [40.0 + (ex + 6.0) * turn.cos() - ey * turn.sin(), 27.0 + (ex + 6.0) * turn.sin() + ey * turn.cos()]
        });
        canvas.curve(ring, 0.07, [196.0, 150.0, 190.0], 0.4);
    }
    canvas
}

/// A suggestion of the wall with towers on a ridge, in the back's pale colours.
fn wall(canvas: &mut Canvas, chance: &mut Chance) {
    let shift = chance.uniform(-1.0, 1.0);
    let ridge = move |x: f32| 31.5 + shift + 2.4 * (x * 0.13).sin() + 1.1 * (x * 0.37 + 1.0).sin();
    let notch = |x: f32| if (x * 0.9).fract() < 0.5 { 0.0 } else { 0.7 };
    canvas.shade([24.0, 22.0, 82.0, 40.0], [150.0, 172.0, 196.0], |x, y| {
        let top = ridge(x) - 1.6 + notch(x);
        let edge = smoothstep(24.0, 34.0, x) * (1.0 - smoothstep(72.0, 82.0, x));
        0.5 * edge * smoothstep(top - 0.05, top + 0.05, y) * (1.0 - smoothstep(ridge(x) + 1.0, ridge(x) + 6.0, y))
    });
    for tower in [37.0f32, 52.0, 68.0] {
        let top = ridge(tower) - 5.2;
        canvas.shade([tower - 2.0, top, tower + 2.0, top + 5.2], [132.0, 156.0, 186.0], |x, y| {
            let opening = (x - tower).abs() < 0.5 && y > top + 2.0 && y < top + 3.4;
            if opening || (y < top + 0.7 && (x * 1.3).fract() < 0.5) { 0.0 } else { 0.5 }
        });
    }
}

fn second_script(canvas: &mut Canvas, fonts: &Fonts, script: usize, label: Type<'_>) {
    let Some(words) = SCRIPTS.get(script) else { return };
    let face = fonts.scripts.get(script).unwrap_or_else(|| fonts.hei.first().unwrap_or(&fonts.number));
    let small = Type { face, size: 1.9, tracking: 0.0, ..label };
    for (word, x, y) in words
        .iter()
        .zip([(6.2, 5.6), (6.2, 11.9), (25.2, 11.9), (6.2, 18.0), (6.2, 24.2), (6.2, 44.6)])
        .map(|(w, (x, y))| (w, x, y))
    {
        canvas.text(word, x, y, small);
    }
}
