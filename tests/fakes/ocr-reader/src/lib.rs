//! A card reader for tests: the bytes behind the magic number of the picture say what it finds there.

#![cfg(target_family = "wasm")]
#![allow(unsafe_code, missing_docs, reason = "wit-bindgen writes the exported entry points here")]

mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../../wit/ocr", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt",
    });
}

use bindings::exports::yunzhen::ocr::reader::{
    Card, Crops, Error, Field, FieldName, Guest, Point, Quad, Quality, Reason, Request, Side, Warning,
};

const MAGIC: &[u8] = b"\xff\xd8\xff";

struct Reader;

impl Guest for Reader {
    async fn read(request: Request) -> Result<Card, Error> {
        let told = request.image.strip_prefix(MAGIC).ok_or_else(|| Error::Unsupported("no magic number".into()))?;
        let told = String::from_utf8_lossy(told);
        let told = told.trim_end_matches('\0');
        // A card without alarms: `front NAME NUMBER` (the portrait is a picture of that name), `back UNTIL`.
        match told.split(' ').collect::<Vec<_>>().as_slice() {
            ["front", name, number] if request.side != Some(Side::Back) => {
                let portrait = request.crops.then(|| [MAGIC, name.as_bytes()].concat());
                let fields = vec![field(FieldName::Name, name, &[]), field(FieldName::IdNumber, number, &[])];
                return Ok(Card { warnings: Vec::new(), ..card(&request, Side::Front, fields, portrait) });
            }
            ["back", until] if request.side != Some(Side::Front) => {
                let fields = vec![field(FieldName::ValidUntil, until, &[])];
                return Ok(Card { warnings: Vec::new(), ..card(&request, Side::Back, fields, None) });
            }
            _ => {}
        }
        match told {
            "front" if request.side != Some(Side::Back) => Ok(front(&request)),
            "back" if request.side != Some(Side::Front) => Ok(back(&request)),
            "front" | "back" => Err(Error::Rejected(Reason::WrongSide)),
            "no_card" => Err(Error::Rejected(Reason::NoCard)),
            "several_cards" => Err(Error::Rejected(Reason::SeveralCards)),
            "too_small" => Err(Error::Rejected(Reason::TooSmall)),
            "too_dark" => Err(Error::Rejected(Reason::TooDark)),
            "blurred" => Err(Error::Rejected(Reason::Blurred)),
            "damaged" => Err(Error::Invalid("the file ends early".into())),
            "no_models" => Err(Error::Unavailable("/models/det.onnx: no such file".into())),
            "trap" => std::process::abort(),
            other => Err(Error::Unsupported(format!("{} bytes of something else", other.len()))),
        }
    }

    fn version() -> String {
        "fake-ocr-reader 1".into()
    }
}

fn front(request: &Request) -> Card {
    let portrait = request.crops.then(|| b"portrait".to_vec());
    let fields = vec![
        field(FieldName::Name, "样本甲", &[]),
        field(FieldName::IdNumber, "990102199003070011", &["the check digit does not fit"]),
    ];
    card(request, Side::Front, fields, portrait)
}

/// The day it is taken for is told as the last day of validity.
fn back(request: &Request) -> Card {
    let today = request.today;
    let day = format!("{:04}-{:02}-{:02}", today.year, today.month, today.day);
    card(request, Side::Back, vec![field(FieldName::ValidUntil, &day, &[])], None)
}

fn card(request: &Request, side: Side, fields: Vec<Field>, portrait: Option<Vec<u8>>) -> Card {
    let raised = |kind: &_| Warning { kind: *kind, detail: "asked for".into(), score: 0.5 };
    Card {
        side,
        fields,
        warnings: request.warnings.iter().map(raised).collect(),
        quality: Quality { sharpness: 0.75, glare: 0.25, completeness: 1.0 },
        crops: request.crops.then(|| Crops { card: b"card".to_vec(), portrait }),
        corners: quad(),
        rectified: (856, 540),
    }
}

fn field(name: FieldName, text: &str, findings: &[&str]) -> Field {
    let findings = findings.iter().map(|finding| (*finding).to_owned()).collect();
    Field { name, text: text.into(), confidence: 0.5, box_: quad(), findings }
}

fn quad() -> Quad {
    let point = |x, y| Point { x, y };
    (point(1.0, 2.0), point(9.0, 2.0), point(9.0, 8.0), point(1.0, 8.0))
}

bindings::export!(Reader with_types_in bindings);
