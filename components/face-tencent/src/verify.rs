//! One call of the interface: which requests it takes, and in which order.
//!
//! What costs least comes first: a picture that is refused is not compared.

use crate::account::{Account, Made};
use crate::answers::{self, Analyzed, Detected, Info, Scored};
use crate::codes::{Failure, Reason};
use crate::face::{self, Allowed, Face};
use crate::{image, score};
use cloud::Moment;
use http::{Request, Response};
use serde::de::DeserializeOwned;

/// A failure with the place of its picture.
pub type Placed = (u32, Failure);

/// An account, and a way to send requests, which tells why there is no answer.
pub struct Verifier<S> {
    /// Whose requests.
    pub account: Account,
    /// Sends one.
    pub send: S,
}

/// A picture as requests hold it, its faces, and the one that is meant.
struct Found {
    image: String,
    detected: Detected,
    info: Info,
}

impl<S: AsyncFn(Request<Vec<u8>>) -> Result<Response<Vec<u8>>, String>> Verifier<S> {
    /// The faces of a picture, five at most.
    ///
    /// # Errors
    /// Where the picture cannot be used, or the vendor.
    pub async fn detect(&self, bytes: &[u8]) -> Result<Vec<Face>, Failure> {
        let image = image::encode(bytes)?;
        let detected: Detected = match self.ask(self.account.detect(&image, Moment::now(0))).await {
            Err(Failure::Rejected(Reason::NoFace)) => return Ok(Vec::new()),
            detected => detected?,
        };
        let analyzed = self.ask(self.account.analyze(&image, Moment::now(0))).await?;
        detected.face_infos.iter().map(|info| face::face(&detected, info, &analyzed)).collect()
    }

    /// How alike the faces of two pictures are, 0 to 100, and the faces.
    ///
    /// # Errors
    /// As [`Verifier::detect`]; what the vendor finds no sooner than in the comparison stands at the first picture.
    pub async fn compare(&self, pictures: [&[u8]; 2], allowed: Allowed) -> Result<(f32, [Face; 2]), Placed> {
        let [a, b] = pictures;
        let a = self.find(a, allowed).await.map_err(|failure| (0, failure))?;
        let b = self.find(b, allowed).await.map_err(|failure| (1, failure))?;
        let compared = self.ask(self.account.compare(&a.image, &b.image, Moment::now(0))).await;
        let Scored { score } = compared.map_err(|failure| (0, failure))?;
        let face_a = self.face(&a).await.map_err(|failure| (0, failure))?;
        let face_b = self.face(&b).await.map_err(|failure| (1, failure))?;
        Ok((score::likeness(score), [face_a, face_b]))
    }

    /// How likely a picture is one of a living person, 0 to 1, and the face.
    ///
    /// # Errors
    /// As [`Verifier::detect`].
    pub async fn silent(&self, bytes: &[u8]) -> Result<(f32, Face), Failure> {
        let found = self.find(bytes, Allowed::default()).await?;
        face::large_enough(&found.info)?;
        let Scored { score } = self.ask(self.account.live(&found.image, Moment::now(0))).await?;
        Ok((score::liveness(score), self.face(&found).await?))
    }

    async fn find(&self, bytes: &[u8], allowed: Allowed) -> Result<Found, Failure> {
        let image = image::encode(bytes)?;
        let detected = self.ask(self.account.detect(&image, Moment::now(0))).await?;
        let info = face::choose(&detected, allowed)?.clone();
        Ok(Found { image, detected, info })
    }

    async fn face(&self, found: &Found) -> Result<Face, Failure> {
        let analyzed: Analyzed = self.ask(self.account.analyze(&found.image, Moment::now(0))).await?;
        face::face(&found.detected, &found.info, &analyzed)
    }

    async fn ask<T: DeserializeOwned>(&self, request: Made) -> Result<T, Failure> {
        answers::read(&(self.send)(request?).await.map_err(Failure::Unavailable)?)
    }
}
