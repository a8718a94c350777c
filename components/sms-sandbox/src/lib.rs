//! The `yunzhen:sms/sender` interface without a vendor: accepts everything and sends nothing.
//!
//! For trying the platform and for testing what is above: templates and free text are taken alike, and what goes wrong
//! is asked for (README). It keeps nothing: whatever it is asked later follows from the reference and the time.

pub mod plan;
pub mod receipts;

/// Parts of a text with its signature: 70 UTF-16 units alone, 67 in each of several (3GPP TS 23.040).
#[must_use]
pub fn parts(signature: &str, text: &str) -> u32 {
    let units = signature.encode_utf16().count() + 2 + text.encode_utf16().count();
    if units <= 70 { 1 } else { u32::try_from(units.div_ceil(67)).unwrap_or(u32::MAX) }
}

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macro writes the exported entry points here")]
mod guest {
    use crate::plan::{Behaviour, End, Outcome, id};
    use crate::{parts, receipts};
    use sms_vendor::guest::{bindings, moment, send, variables};
    use sms_vendor::vendor::CALLBACK_BYTES;
    use sms_vendor::{Acknowledgement, Error, Rejection, Submission};
    use std::time::Duration;

    use bindings::exports::yunzhen::sms::sender as wit;

    const BEHAVIOUR: &str = "sms_sandbox";
    const RECEIPTS_URL: &str = "sms_sandbox_receipts_url";
    const TIMEOUT: Duration = Duration::from_secs(10);
    /// Like the vendors, which push a receipt again that was not kept.
    const AGAIN: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(10)];

    struct Sandbox;

    impl wit::Guest for Sandbox {
        async fn submit(message: wit::Message) -> Result<wit::Submission, wit::Error> {
            let variables = variables([BEHAVIOUR, RECEIPTS_URL].into_iter()).await?;
            let behaviour = Behaviour::parse(variables.get(BEHAVIOUR))?;
            let plan = behaviour.plan(&message.reference, &message.phone);
            let delay = behaviour.receipt_delay_ms;
            let url = variables.get(RECEIPTS_URL).to_owned();
            if !url.is_empty() && plan.end.is_some_and(|end| end != End::Silent) {
                let due = moment().unix_ms.saturating_add(delay.into());
                let receipts = receipts::of(&plan, &message.reference, &message.phone, due, due);
                let body = receipts::write(&receipts);
                spin_sdk::wasip3::spawn(push(url, body, Duration::from_millis(delay.into())));
            }
            let refused = |reason| Rejection::new(reason, "SANDBOX", "as the sandbox was told");
            let outcome = match plan.outcome {
                Outcome::Submitted => {
                    let parts = Some(parts(&message.signature, &message.text));
                    Ok(Submission { id: id(&message.reference), parts })
                }
                Outcome::Rejected(reason) => Err(Error::Rejected(refused(reason))),
                Outcome::Busy => Err(Error::Busy(1_000)),
                Outcome::Unavailable => Err(Error::Unavailable("as the sandbox was told".to_owned())),
                Outcome::Lost => Err(Error::Lost("as the sandbox was told".to_owned())),
            };
            Ok(outcome?.into())
        }

        async fn query(question: wit::Question) -> Result<Vec<wit::Receipt>, wit::Error> {
            let variables = variables([BEHAVIOUR].into_iter()).await?;
            let behaviour = Behaviour::parse(variables.get(BEHAVIOUR))?;
            let plan = behaviour.plan(&question.reference, &question.phone);
            let due = question.submitted_at_ms.saturating_add(behaviour.receipt_delay_ms.into());
            let receipts = receipts::of(&plan, &question.reference, &question.phone, due, moment().unix_ms);
            Ok(receipts.into_iter().map(Into::into).collect())
        }

        fn parse_receipts(callback: wit::Callback) -> Result<Vec<wit::Receipt>, wit::Error> {
            if callback.body.len() > CALLBACK_BYTES {
                return Err(wit::Error::Invalid("a callback of more than 1 MB".to_owned()));
            }
            let receipts = receipts::parse(&callback.body).map_err(wit::Error::Invalid)?;
            Ok(receipts.into_iter().map(Into::into).collect())
        }

        fn answer_receipts(kept: bool) -> wit::Acknowledgement {
            let (status, body) = if kept { (200, r#"{"kept":true}"#) } else { (503, r#"{"kept":false}"#) };
            Acknowledgement::json(status, body).into()
        }
    }

    async fn push(url: String, body: Vec<u8>, delay: Duration) {
        outbound::sleep(delay).await;
        for pause in AGAIN {
            let request = http::Request::post(&url).header("content-type", "application/json").body(body.clone());
            let Ok(request) = request else { return };
            if send(request, TIMEOUT).await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            outbound::sleep(pause).await;
        }
    }

    bindings::export!(Sandbox with_types_in bindings);
}

#[cfg(test)]
mod tests {
    #[test]
    fn long_texts_have_parts() {
        let parts = |n| super::parts("医院", &"字".repeat(n));
        assert_eq!([1, 66, 67, 130, 131].map(parts), [1, 1, 2, 2, 3]);
        assert_eq!(super::parts("医院", &"😀".repeat(34)), 2, "two units each");
    }
}
