//! What happens to a message: decided by its number where that is a magic one, else by chance that hangs on its
//! reference alone, so that a question about it later is answered alike without anything being kept.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use sms_vendor::{Error, Reason};

/// How often what happens; each between 0 and 1.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Behaviour {
    /// Accepted, and its receipt tells of a failure.
    fail: f64,
    /// The answer is lost; half of these messages are sent all the same.
    lose: f64,
    /// Not taken now.
    busy: f64,
    /// From the submission to the receipt.
    pub receipt_delay_ms: u32,
}

/// What the submission is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Outcome {
    Submitted,
    Rejected(Reason),
    Busy,
    Unavailable,
    Lost,
}

/// What becomes of a message that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// On the phone, as so many parts reported one by one; 0 for one receipt of the whole.
    Delivered(u32),
    /// Not on the phone, as so many parts of which the last failed.
    Failed(Reason, u32),
    /// Nothing is ever heard of it.
    Silent,
}

/// A message's fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What the submission is answered.
    pub outcome: Outcome,
    /// Absent when it is not sent at all.
    pub end: Option<End>,
    /// Whether each receipt comes twice.
    pub twice: bool,
}

impl Behaviour {
    /// From the variable `sms_sandbox`; nothing fails where it is empty.
    ///
    /// # Errors
    /// `invalid`, with what is wrong.
    pub fn parse(variable: &str) -> Result<Self, Error> {
        if variable.is_empty() {
            return Ok(Self::default());
        }
        let invalid = |why: String| Error::Invalid(format!("variable sms_sandbox: {why}"));
        let parsed: Self = serde_json::from_str(variable).map_err(|error| invalid(error.to_string()))?;
        let sane = |share: f64| (0.0..=1.0).contains(&share);
        if !sane(parsed.fail) || !sane(parsed.lose) || !sane(parsed.busy) || !sane(parsed.lose + parsed.busy) {
            return Err(invalid("a share is not between 0 and 1, or lose and busy are more than 1".to_owned()));
        }
        Ok(parsed)
    }

    /// What happens to the message of this reference to this number.
    #[must_use]
    pub fn plan(&self, reference: &str, phone: &str) -> Plan {
        magic(phone).unwrap_or_else(|| self.chance(reference))
    }

    fn chance(&self, reference: &str) -> Plan {
        let drawn = share("outcome", reference);
        let (outcome, sent) = if drawn < self.busy {
            (Outcome::Busy, false)
        } else if drawn < self.busy + self.lose {
            (Outcome::Lost, share("sent", reference) < 0.5)
        } else {
            (Outcome::Submitted, true)
        };
        let failed = share("end", reference) < self.fail;
        let end = if failed { End::Failed(Reason::Unreachable, 0) } else { End::Delivered(0) };
        Plan { outcome, end: sent.then_some(end), twice: false }
    }
}

/// Numbers that end in `9900` and two digits of this list.
fn magic(phone: &str) -> Option<Plan> {
    use Outcome::{Busy, Lost, Rejected, Submitted, Unavailable};
    let (outcome, end) = match phone.strip_prefix("+86")?.get(5..)?.strip_prefix("9900")? {
        "01" => (Rejected(Reason::Intercepted), None),
        "02" => (Rejected(Reason::BadNumber), None),
        "03" => (Rejected(Reason::Limit), None),
        "04" => (Rejected(Reason::Balance), None),
        "05" => (Rejected(Reason::Template), None),
        "06" => (Rejected(Reason::Signature), None),
        "07" => (Rejected(Reason::OptedOut), None),
        "08" => (Rejected(Reason::Account), None),
        "09" => (Rejected(Reason::Other), None),
        "11" => (Busy, None),
        "12" => (Unavailable, None),
        "13" => (Lost, Some(End::Delivered(0))),
        "14" => (Lost, None),
        "21" => (Submitted, Some(End::Failed(Reason::Unreachable, 0))),
        "22" => (Submitted, Some(End::Failed(Reason::BadNumber, 0))),
        "23" => (Submitted, Some(End::Silent)),
        "24" | "26" => (Submitted, Some(End::Delivered(2))),
        "25" => (Submitted, Some(End::Failed(Reason::Unreachable, 2))),
        _ => return None,
    };
    Some(Plan { outcome, end, twice: phone.ends_with("26") })
}

/// The id that the sandbox gives a message.
#[must_use]
pub fn id(reference: &str) -> String {
    format!("sb_{:016x}", hash("id", reference))
}

/// Evenly between 0 and 1.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more")]
fn share(what: &str, reference: &str) -> f64 {
    hash(what, reference) as f64 / u64::MAX as f64
}

fn hash(what: &str, reference: &str) -> u64 {
    let digest = Sha256::digest(format!("{what}\n{reference}"));
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_keeps_to_the_shares_and_to_the_reference() {
        let behaviour = Behaviour::parse(r#"{"fail":0.1,"lose":0.05,"busy":0.2,"receipt_delay_ms":7}"#).unwrap();
        assert_eq!(behaviour.receipt_delay_ms, 7);
        let plans: Vec<_> = (0..10_000).map(|i| behaviour.plan(&format!("r_{i}"), "+8613711112222")).collect();
        let count = |wanted: fn(&Plan) -> bool| plans.iter().filter(|plan| wanted(plan)).count();
        assert!((1_850..2_150).contains(&count(|plan| plan.outcome == Outcome::Busy)));
        assert!((430..570).contains(&count(|plan| plan.outcome == Outcome::Lost)));
        assert!((200..300).contains(&count(|plan| plan.outcome == Outcome::Lost && plan.end.is_some())));
        let failed = |plan: &Plan| plan.outcome == Outcome::Submitted && matches!(plan.end, Some(End::Failed(..)));
        assert!((680..820).contains(&count(failed)), "a tenth of 7,500");
        assert_eq!(plans[3], behaviour.plan("r_3", "+8613900000000"));
        let nothing = Behaviour::parse("").unwrap().plan("r_3", "+8613711112222");
        assert_eq!((nothing.outcome, nothing.end), (Outcome::Submitted, Some(End::Delivered(0))));
    }

    #[test]
    fn magic_numbers_win() {
        let always_busy = Behaviour::parse(r#"{"busy":1}"#).unwrap();
        assert_eq!(always_busy.plan("r", "+8613711112222").outcome, Outcome::Busy);
        assert_eq!(always_busy.plan("r", "+8613700990007").outcome, Outcome::Rejected(Reason::OptedOut));
        assert_eq!(always_busy.plan("r", "+8613700990014"), Plan { outcome: Outcome::Lost, end: None, twice: false });
        assert!(always_busy.plan("r", "+8613700990026").twice);
        assert_eq!(always_busy.plan("r", "+85251990007").outcome, Outcome::Busy, "numbers of the mainland only");
    }

    #[test]
    fn the_variable_is_strict() {
        for bad in ["x", "1", r#"{"fail":2}"#, r#"{"fail":-0.1}"#, r#"{"lose":0.6,"busy":0.6}"#, r#"{"faill":0}"#] {
            let Err(Error::Invalid(why)) = Behaviour::parse(bad) else { panic!("{bad}") };
            assert!(why.starts_with("variable sms_sandbox"), "{why}");
        }
    }
}
