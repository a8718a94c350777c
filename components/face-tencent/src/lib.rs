//! The `yunzhen:face/verifier` interface on Tencent Cloud's face recognition (IAI, API 2020-03-03).

pub mod account;
pub mod answers;
pub mod codes;
pub mod face;
pub mod image;
pub mod score;
pub mod verify;
#[cfg(target_family = "wasm")]
mod wire;

#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "generated bindings")]
mod guest {
    use crate::account::{Account, VARIABLES};
    use crate::codes::Failure;
    use crate::face::Allowed;
    use crate::verify::Verifier;
    use crate::wire::{face, failure};
    use outbound::{Answer, Limits, Request};
    use std::time::Instant;

    spin_sdk::wit_bindgen::generate!({ path: "../../wit/face", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt" });
    use exports::yunzhen::face::verifier::{self, Error, Guest};

    /// Five faces with their outlines are some tens of kilobytes.
    const ANSWER_BYTES: usize = 256 << 10;

    async fn begin() -> Result<Verifier<impl AsyncFn(Request) -> Result<Answer, String>>, Error> {
        let mut values = VARIABLES.map(|_| String::new());
        for (name, value) in VARIABLES.into_iter().zip(&mut values) {
            match spin_sdk::variables::get(name).await {
                Ok(found) => *value = found,
                Err(spin_sdk::variables::Error::Undefined(_)) => {}
                Err(error) => return Err(Error::Unavailable(format!("variable {name}: {error:?}"))),
            }
        }
        let account = Account::configure(&values).map_err(first)?;
        let (most, began) = (account.timeout, Instant::now());
        let send = async move |request| {
            let limits = Limits { timeout: most.saturating_sub(began.elapsed()), answer_bytes: ANSWER_BYTES };
            outbound::send(request, limits).await.map_err(|broken| broken.to_string())
        };
        Ok(Verifier { account, send })
    }

    fn first(why: Failure) -> Error {
        failure(0, why)
    }

    struct Tencent;

    impl Guest for Tencent {
        async fn detect(image: Vec<u8>) -> Result<Vec<verifier::Face>, Error> {
            let faces = begin().await?.detect(&image).await.map_err(first)?;
            Ok(faces.into_iter().map(face).collect())
        }

        async fn compare(pair: verifier::Pair) -> Result<verifier::Comparison, Error> {
            let allowed = Allowed {
                several: pair.several == verifier::Several::Largest,
                covered: pair.covered == verifier::Covered::Accept,
            };
            let compared = begin().await?.compare([&pair.a, &pair.b], allowed).await;
            let (score, [a, b]) = compared.map_err(|(image, why)| failure(image, why))?;
            Ok(verifier::Comparison { score, a: face(a), b: face(b) })
        }

        async fn silent(image: Vec<u8>) -> Result<verifier::Presence, Error> {
            let (score, found) = begin().await?.silent(&image).await.map_err(first)?;
            Ok(verifier::Presence { score, face: face(found) })
        }

        async fn challenge(_: verifier::Recording) -> Result<verifier::Verdict, Error> {
            Err(Error::Unavailable("this vendor judges videos, not frames: it judges no challenge".to_owned()))
        }

        fn version() -> String {
            concat!("face-tencent ", env!("CARGO_PKG_VERSION"), " (IAI 2020-03-03, model 3.0)").to_owned()
        }
    }

    export!(Tencent);
}
