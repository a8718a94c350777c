//! One person checked on a page that an integrator sends them to: consent first, then a challenge before the camera, then
//! the best frame against the portrait that the integrator gave. Whoever does not want that is sent to a person instead.

pub mod answer;
#[cfg(target_family = "wasm")]
pub mod handle;
pub mod order;
pub mod row;

use common::id;
use common::seal::Seal;

/// How long the page can be used: half an hour.
pub const LIFE_MS: i64 = 30 * 60_000;
/// Recordings that are judged; the last one that fails ends the session.
pub const TRIES: i64 = 3;
/// Challenges that are made: some are never sent because their time ran out.
pub const CHALLENGES: i64 = 12;
/// The score from which on the best frame shows the person of the portrait: 1 false match in 10,000.
pub const THRESHOLD: u8 = 50;

/// Hex digits of a token's second half.
const PROOF: usize = 48;

/// What opens a session's page: its id and a proof that only the key can make, so that nothing secret is stored.
#[must_use]
pub fn token(seal: &Seal, id: &str) -> String {
    format!("{id}.{}", seal.index("face session", id.as_bytes()).get(..PROOF).unwrap_or_default())
}

/// The session that a token opens.
#[must_use]
pub fn opened<'a>(seal: &Seal, text: &'a str) -> Option<&'a str> {
    let (id, proof) = text.split_once('.')?;
    let right = token(seal, id);
    let same = right.len() == text.len() && right.bytes().zip(text.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0;
    (id::is("fvs", id) && proof.len() == PROOF && same).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::timestamp::Timestamp;

    #[test]
    fn a_token_opens_its_session_only() {
        let [seal, other] = ["07", "08"].map(|byte| Seal::parse(&byte.repeat(32)).unwrap());
        let [id, another] = [1, 2].map(|chance| id::new("fvs", Timestamp(1_800_000_000_000), chance));
        let token = token(&seal, &id);
        assert_eq!(opened(&seal, &token), Some(&*id));
        assert_eq!(opened(&other, &token), None);
        let (_, proof) = token.split_once('.').unwrap();
        let wrong = [format!("{another}.{proof}"), format!("{id}."), id.clone(), token[..token.len() - 1].to_owned()];
        assert!(wrong.iter().all(|text| opened(&seal, text).is_none()));
    }
}
