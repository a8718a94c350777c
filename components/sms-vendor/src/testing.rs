//! For the tests of adapters.

use crate::message::{Error, Reason};
use crate::{Answer, Message, Param, Template};
use sha2::{Digest, Sha256};

/// The message of the golden requests.
#[must_use]
pub fn message(template: &str) -> Message {
    let param = |name: &str, value: &str| Param { name: name.to_owned(), value: value.to_owned() };
    let params = vec![param("code", "123456"), param("dept", "心内科")];
    Message {
        reference: "idem-0001".to_owned(),
        phone: "+8613711112222".to_owned(),
        signature: "成都市第二人民医院".to_owned(),
        template: Some(Template { id: template.to_owned(), params }),
        text: "验证码123456，心内科".to_owned(),
    }
}

/// An answer of this status and body.
#[must_use]
pub fn answer(status: u16, body: &str) -> Answer {
    let mut answer = Answer::new(body.as_bytes().to_vec());
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    answer
}

/// What an error comes to: its kind, and for a rejection the reason.
#[must_use]
pub fn kind<T>(result: Result<T, Error>) -> (&'static str, Option<Reason>) {
    match result {
        Ok(_) => ("ok", None),
        Err(Error::Rejected(rejection)) => ("rejected", Some(rejection.reason)),
        Err(Error::Busy(_)) => ("busy", None),
        Err(Error::Unavailable(_)) => ("unavailable", None),
        Err(Error::Lost(_)) => ("lost", None),
        Err(Error::Invalid(_)) => ("invalid", None),
    }
}

/// A sample with some bytes changed, doubled or cut off; the same for the same seed.
#[must_use]
pub fn damaged(sample: &[u8], seed: u32) -> Vec<u8> {
    let chance = Sha256::digest(seed.to_le_bytes());
    let mut bytes = sample.to_vec();
    for pair in chance.chunks_exact(4).take(1 + seed as usize % 7) {
        let [a, b, how, value] = pair else { continue };
        let place = usize::from(u16::from_le_bytes([*a, *b])) % bytes.len().max(1);
        match how % 8 {
            0 => bytes.truncate(place),
            1 => bytes.extend_from_within(place..),
            2 => bytes.splice(place..place, *b"[[[[").for_each(drop),
            3 => bytes.splice(place..place, "\u{fffd}\u{0}é".bytes()).for_each(drop),
            4 => bytes.splice(place..place, *b"99999999999999999999").for_each(drop),
            _ => bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte = *value),
        }
        bytes.truncate(1 << 16);
    }
    bytes
}
