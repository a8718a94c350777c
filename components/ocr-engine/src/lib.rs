//! Finds and reads a resident identity card in a photograph.
//!
//! [`decode`] turns untrusted bytes into a picture, [`card::read`] the picture into a card: the outline is found by its edges
//! ([`quad`], [`refine`]), straightened ([`rectify`]), its side and orientation told from where print stands ([`layout`]) and proved
//! by reading the number or the validity; then each field's lines ([`ink`]) are read ([`net`], [`ctc`]) and checked ([`fields`]).

pub mod back;
pub mod card;
pub mod crops;
pub mod ctc;
pub mod decode;
pub mod edges;
pub mod fields;
pub mod front;
pub mod geometry;
pub mod ink;
pub mod layout;
pub mod metadata;
pub mod net;
pub mod quad;
pub mod quality;
pub mod raster;
pub mod read;
pub mod rectify;
pub mod refine;
pub mod text;
pub mod warnings;
pub mod webp;

/// The engine as `yunzhen:ocr/reader`.
#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "generated bindings")]
mod guest {
    use std::path::Path;
    use std::sync::OnceLock;

    use crate::fields::{Name, date::Date};
    use crate::net::{NetError, Nets};
    use crate::warnings::Kind;
    use crate::{card, decode, geometry, layout, raster, rectify};

    spin_sdk::wit_bindgen::generate!({ path: "../../wit/ocr", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt" });
    use exports::yunzhen::ocr::reader::{self, Error, FieldName, Reason, Side, WarningKind};

    /// Loaded by the first request of an instance and kept.
    static NETS: OnceLock<Result<Nets, NetError>> = OnceLock::new();

    struct Engine;

    impl reader::Guest for Engine {
        async fn read(request: reader::Request) -> Result<reader::Card, Error> {
            let picture = decode::decode(&request.image).map_err(|e| match e {
                decode::DecodeError::Unsupported(why) => Error::Unsupported(why),
                decode::DecodeError::Invalid(why) => Error::Invalid(why),
            })?;
            let nets = NETS.get_or_init(|| Nets::load(Path::new("/models")));
            let nets = nets.as_ref().map_err(|e| Error::Unavailable(e.to_string()))?;
            let reader::Date { year, month, day } = request.today;
            let wanted = card::Request {
                side: request.side.map(|s| if s == Side::Front { layout::Side::Front } else { layout::Side::Back }),
                crops: request.crops,
                warnings: KINDS
                    .into_iter()
                    .filter(|(wit, _)| request.warnings.contains(wit))
                    .map(|(_, kind)| kind)
                    .collect(),
                today: Date { year, month, day },
            };
            card::read(&picture, nets, &wanted).map(answer).map_err(|failure| match failure {
                card::Failure::Rejected(reason) => Error::Rejected(rejected(reason)),
                card::Failure::Net(e) => Error::Unavailable(e.to_string()),
            })
        }

        fn version() -> String {
            concat!("ocr-engine ", env!("CARGO_PKG_VERSION"), " (ppocrv6)").to_owned()
        }
    }

    fn answer(card: card::Card) -> reader::Card {
        let field = |f: crate::fields::Field| reader::Field {
            name: name(f.name),
            text: f.text,
            confidence: f.confidence,
            box_: quad(corners(f.area)),
            findings: f.findings,
        };
        let warning = |w: crate::warnings::Warning| {
            let (kind, _) = KINDS.into_iter().find(|(_, kind)| *kind == w.kind)?;
            Some(reader::Warning { kind, detail: w.detail, score: w.score })
        };
        let quality = card.quality;
        reader::Card {
            side: if card.side == layout::Side::Front { Side::Front } else { Side::Back },
            fields: card.fields.into_iter().map(field).collect(),
            warnings: card.warnings.into_iter().filter_map(warning).collect(),
            quality: reader::Quality {
                sharpness: quality.sharpness,
                glare: quality.glare,
                completeness: quality.completeness,
            },
            crops: card.crops.map(|c| reader::Crops { card: c.card, portrait: c.portrait }),
            corners: quad(card.corners),
            rectified: (rectify::WIDTH as u32, rectify::HEIGHT as u32),
        }
    }

    const KINDS: [(WarningKind, Kind); 9] = [
        (WarningKind::Border, Kind::Border),
        (WarningKind::Copy, Kind::Copy),
        (WarningKind::Recapture, Kind::Recapture),
        (WarningKind::Temporary, Kind::Temporary),
        (WarningKind::Occlusion, Kind::Occlusion),
        (WarningKind::Tampered, Kind::Tampered),
        (WarningKind::Reflection, Kind::Reflection),
        (WarningKind::MonochromeCopy, Kind::MonochromeCopy),
        (WarningKind::InvalidValidity, Kind::InvalidValidity),
    ];

    fn name(name: Name) -> FieldName {
        match name {
            Name::Name => FieldName::Name,
            Name::Sex => FieldName::Sex,
            Name::Ethnicity => FieldName::Ethnicity,
            Name::BirthDate => FieldName::BirthDate,
            Name::Address => FieldName::Address,
            Name::IdNumber => FieldName::IdNumber,
            Name::IssuingAuthority => FieldName::IssuingAuthority,
            Name::ValidFrom => FieldName::ValidFrom,
            Name::ValidUntil => FieldName::ValidUntil,
        }
    }

    fn rejected(reason: card::Reason) -> Reason {
        match reason {
            card::Reason::NoCard => Reason::NoCard,
            card::Reason::SeveralCards => Reason::SeveralCards,
            card::Reason::WrongSide => Reason::WrongSide,
            card::Reason::TooSmall => Reason::TooSmall,
            card::Reason::TooDark => Reason::TooDark,
            card::Reason::Blurred => Reason::Blurred,
        }
    }

    fn corners(area: raster::Rect) -> geometry::Quad {
        let at = |x: usize, y: usize| geometry::Point::new(x as f32, y as f32);
        [at(area.x0, area.y0), at(area.x1, area.y0), at(area.x1, area.y1), at(area.x0, area.y1)]
    }

    fn quad(corners: geometry::Quad) -> reader::Quad {
        let [a, b, c, d] = corners.map(|p| reader::Point { x: p.x, y: p.y });
        (a, b, c, d)
    }

    export!(Engine);
}
