//! The sandbox's receipts, made and read: `{"receipts": [...]}`.

use crate::plan::{End, Plan, id};
use serde::{Deserialize, Serialize};
use sms_vendor::{Fate, Reason, Receipt, Rejection, json, phone};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Body {
    receipts: Vec<Report>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Report {
    id: String,
    reference: String,
    phone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<(u32, u32)>,
    fate: Word,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    at_ms: i64,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Delivered,
    Failed,
}

/// What the sandbox knows of a message at a time: nothing before the receipt is due, and never of one not sent.
#[must_use]
pub fn of(plan: &Plan, reference: &str, phone: &str, due_ms: i64, now_ms: i64) -> Vec<Receipt> {
    let Some(end) = plan.end else { return Vec::new() };
    let receipt = |part, fate, at_ms| {
        let (reference, phone) = (Some(reference.to_owned()), phone.to_owned());
        Receipt { id: id(reference.as_deref().unwrap_or_default()), reference, phone, part, fate, at_ms }
    };
    if now_ms < due_ms || end == End::Silent {
        return vec![receipt(None, Fate::Pending, None)];
    }
    let (parts, last) = match end {
        End::Delivered(parts) => (parts, Fate::Delivered),
        End::Failed(reason, parts) => (parts, failed(reason)),
        End::Silent => (0, Fate::Pending),
    };
    let part = |n| (parts > 0).then_some((n, parts));
    let mut receipts: Vec<_> = (1..parts).map(|n| receipt(part(n), Fate::Delivered, Some(due_ms))).collect();
    receipts.push(receipt(part(parts), last, Some(due_ms)));
    if plan.twice {
        receipts.extend_from_within(..);
    }
    receipts
}

fn failed(reason: Reason) -> Fate {
    Fate::Failed(Rejection::new(reason, "SANDBOX", "as the sandbox was told"))
}

/// As they are pushed; pending ones are not.
#[must_use]
pub fn write(receipts: &[Receipt]) -> Vec<u8> {
    let report = |receipt: &Receipt| {
        let (fate, reason) = match &receipt.fate {
            Fate::Delivered => (Word::Delivered, None),
            Fate::Failed(rejection) => (Word::Failed, Some(rejection.reason)),
            Fate::Pending => return None,
        };
        let (reference, at_ms) = (receipt.reference.clone()?, receipt.at_ms?);
        Some(Report {
            id: receipt.id.clone(),
            reference,
            phone: receipt.phone.clone(),
            part: receipt.part,
            fate,
            reason,
            at_ms,
        })
    };
    json::write(&Body { receipts: receipts.iter().filter_map(report).collect() }).into_bytes()
}

/// Reads the body of a callback.
///
/// # Errors
/// What is malformed.
pub fn parse(body: &[u8]) -> Result<Vec<Receipt>, String> {
    let read = |report: Report| {
        let fate = match (report.fate, report.reason) {
            (Word::Delivered, None) => Fate::Delivered,
            (Word::Failed, Some(reason)) => failed(reason),
            _ => return Err("a failure without a reason, or a success with one".to_owned()),
        };
        if report.part.is_some_and(|(n, of)| !(1..=of).contains(&n)) {
            return Err("a part that its message does not have".to_owned());
        }
        Ok(Receipt {
            id: report.id,
            reference: Some(report.reference),
            phone: phone::e164(&report.phone),
            part: report.part,
            fate,
            at_ms: Some(report.at_ms),
        })
    };
    json::parse::<Body>(body)?.receipts.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Behaviour;
    use sms_vendor::testing::damaged;

    fn at(phone: &str, now_ms: i64) -> Vec<Receipt> {
        of(&Behaviour::default().plan("r_1", phone), "r_1", phone, 100, now_ms)
    }

    #[test]
    fn a_receipt_comes_when_it_is_due_and_reads_as_it_was_written() {
        let pending = at("+8613711112222", 99);
        assert_eq!((pending.len(), &pending[0].fate), (1, &Fate::Pending));
        assert_eq!(write(&pending), b"{\"receipts\":[]}");
        for (phone, count) in
            [("+8613711112222", 1), ("+8613700990022", 1), ("+8613700990025", 2), ("+8613700990026", 4)]
        {
            let receipts = at(phone, 100);
            assert_eq!(receipts.len(), count, "{phone}");
            assert_eq!(parse(&write(&receipts)).unwrap(), receipts, "{phone}");
        }
        let parts: Vec<_> =
            at("+8613700990025", 100).into_iter().map(|r| (r.part, r.fate == Fate::Delivered)).collect();
        assert_eq!(parts, [(Some((1, 2)), true), (Some((2, 2)), false)]);
        assert!(at("+8613700990014", 100).is_empty(), "never sent");
        assert_eq!(at("+8613700990023", i64::MAX)[0].fate, Fate::Pending, "never heard of");
    }

    #[test]
    fn malformed_ones_are_refused_and_damaged_ones_do_no_harm() {
        let sample = write(&at("+8613700990025", 100));
        let text = String::from_utf8(sample.clone()).unwrap();
        let bad = [
            text.replace("[2,2]", "[3,2]"),
            text.replace("\"reason\":\"unreachable\",", ""),
            text.replace("at_ms", "when"),
            text.replace("failed", "pending"),
            String::new(),
        ];
        assert!(bad.iter().all(|bad| parse(bad.as_bytes()).is_err()));
        let read = (0..20_000).filter(|seed| parse(&damaged(&sample, *seed)).is_ok()).count();
        assert!((100..15_000).contains(&read), "neither all nor nothing is damaged beyond reading: {read}");
    }
}
