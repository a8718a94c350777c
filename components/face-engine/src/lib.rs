//! Finds and compares faces, and judges whether a person was before the camera.
//!
//! [`picture::decode`] turns untrusted bytes into a picture, [`detect`] finds faces in it ([`yunet`]), [`face`] aligns one and
//! judges its [`quality`]; [`verify`] compares two. [`challenge`] judges a recording by [`landmarks`], pose and identity.

#[cfg(target_family = "wasm")]
mod answer;
pub mod challenge;
pub mod cover;
pub mod detect;
pub mod face;
pub mod geometry;
pub mod landmarks;
pub mod nets;
pub mod quality;
pub mod score;
pub mod verify;
pub mod warp;
pub mod yunet;

/// The engine as `yunzhen:face/verifier`.
#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "generated bindings")]
mod guest {
    use std::path::Path;
    use std::sync::OnceLock;

    use crate::answer::{action, failure, lift, unreadable, verdict};
    use crate::nets::{NetError, Nets};
    use crate::quality::Reason;
    use crate::{challenge, detect, face, verify, yunet};
    use picture::decode::{self, Picture};

    spin_sdk::wit_bindgen::generate!({ path: "../../wit/face", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt" });
    use exports::yunzhen::face::verifier::{self, Error};

    /// Longest side of a picture that is looked at: a face has more pixels in it than the networks take.
    const WORKING_SIDE: usize = 1280;

    /// Loaded by the first request of an instance and kept.
    static NETS: OnceLock<Result<Nets, NetError>> = OnceLock::new();

    fn nets() -> Result<&'static Nets, Error> {
        let nets = NETS.get_or_init(|| Nets::load(Path::new("/models")));
        nets.as_ref().map_err(|e| Error::Unavailable(e.to_string()))
    }

    /// The picture at this place of the request.
    fn picture(index: u32, bytes: &[u8]) -> Result<Picture, Error> {
        decode::decode(bytes, WORKING_SIDE).map_err(|e| unreadable(index, e))
    }

    struct Engine;

    impl verifier::Guest for Engine {
        async fn detect(image: Vec<u8>) -> Result<Vec<verifier::Face>, Error> {
            let picture = picture(0, &image)?;
            let found = detect::detect(nets()?, &picture.rgb, yunet::SURE).map_err(|e| failure(0, e.into()))?;
            let faces = found.into_iter().filter_map(|found| face::Face::new(&picture.rgb, found));
            Ok(faces.map(|face| lift(&face, picture.scale)).collect())
        }

        async fn compare(pair: verifier::Pair) -> Result<verifier::Comparison, Error> {
            let several = match pair.several {
                verifier::Several::Refuse => verify::Several::Refuse,
                verifier::Several::Largest => verify::Several::Largest,
            };
            let accept = pair.covered == verifier::Covered::Accept;
            // One picture at a time is in memory.
            let face = |index: u32, bytes: &[u8]| {
                let picture = picture(index, bytes)?;
                let face = verify::embedded(nets()?, &picture.rgb, several, accept).map_err(|e| failure(index, e))?;
                Ok::<_, Error>((lift(&face.0, picture.scale), face))
            };
            let ((lifted_a, a), (lifted_b, b)) = (face(0, &pair.a)?, face(1, &pair.b)?);
            let score = verify::compare(nets()?, &a, &b).map_err(|e| failure(0, e.into()))?;
            Ok(verifier::Comparison { score, a: lifted_a, b: lifted_b })
        }

        async fn silent(image: Vec<u8>) -> Result<verifier::Presence, Error> {
            let picture = picture(0, &image)?;
            let face = verify::face(nets()?, &picture.rgb, verify::Several::Refuse).map_err(|e| failure(0, e))?;
            if verify::is_too_close(&picture.rgb, &face.found) {
                return Err(failure(0, verify::Failure::Rejected(Reason::TooClose)));
            }
            let score = verify::silent(nets()?, &picture.rgb, &face.found).map_err(|e| failure(0, e.into()))?;
            Ok(verifier::Presence { score, face: lift(&face, picture.scale) })
        }

        async fn challenge(recording: verifier::Recording) -> Result<verifier::Verdict, Error> {
            let actions: Vec<_> = recording.actions.into_iter().map(action).collect();
            let times: Vec<u32> = recording.frames.iter().map(|frame| frame.time_ms).collect();
            let findings = challenge::precheck(&times, &actions, recording.longest_ms);
            if !findings.is_empty() {
                return Ok(verdict(challenge::Verdict {
                    findings,
                    seen: 0,
                    same_person: false,
                    silent: 0.,
                    best: None,
                }));
            }
            let mut frames = Vec::with_capacity(times.len());
            for (index, frame) in (0..).zip(&recording.frames) {
                let picture = picture(index, &frame.image)?;
                let seen = challenge::watch::watch(nets()?, &picture.rgb).map_err(|e| failure(index, e.into()))?;
                frames.push((frame.time_ms, seen));
            }
            Ok(verdict(challenge::judge(&frames, &actions)))
        }

        fn version() -> String {
            concat!("face-engine ", env!("CARGO_PKG_VERSION"), " (yunet 2023mar, sface 2021dec)").to_owned()
        }
    }

    export!(Engine);
}
