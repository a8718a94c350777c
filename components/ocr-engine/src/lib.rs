//! Finds and reads a resident identity card in a photograph.
//!
//! [`picture::decode`] turns untrusted bytes into a picture, [`card::read`] the picture into a card: the outline is found by its edges
//! ([`quad`], [`refine`]), straightened ([`rectify`]), its side and orientation told from where print stands ([`layout`]) and proved
//! by reading the number or the validity; then each field's lines ([`ink`]) are read ([`net`], [`ctc`]) and checked ([`fields`]).

#[cfg(target_family = "wasm")]
mod answer;
pub mod back;
pub mod card;
pub mod crops;
pub mod ctc;
pub mod edges;
pub mod fields;
pub mod front;
pub mod geometry;
pub mod ink;
pub mod layout;
pub mod net;
pub mod quad;
pub mod quality;
pub mod read;
pub mod rectify;
pub mod refine;
pub mod text;
pub mod warnings;

/// The engine as `yunzhen:ocr/reader`.
#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "generated bindings")]
mod guest {
    use std::path::Path;
    use std::sync::OnceLock;

    use crate::answer::{KINDS, answer, rejected};
    use crate::fields::date::Date;
    use crate::net::{NetError, Nets};
    use crate::{card, layout};
    use picture::decode;

    spin_sdk::wit_bindgen::generate!({ path: "../../wit/ocr", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt" });
    use exports::yunzhen::ocr::reader::{self, Error, Side};

    /// Loaded by the first request of an instance and kept.
    static NETS: OnceLock<Result<Nets, NetError>> = OnceLock::new();

    struct Engine;

    impl reader::Guest for Engine {
        async fn read(request: reader::Request) -> Result<reader::Card, Error> {
            let picture = decode::decode(&request.image, card::WORKING_SIDE).map_err(|e| match e {
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

    export!(Engine);
}
