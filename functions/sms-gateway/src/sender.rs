//! The adapter behind `yunzhen:sms/sender`, in the words of the contract.

use crate::contract::{Acknowledgement, Found, Outcome, Query, Receipt, Received, Rejection, Submit};
use crate::guest::bindings::yunzhen::sms::sender as wit;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

/// Hands a message to the vendor.
pub async fn submit(submit: Submit) -> Outcome {
    let param = |p: crate::contract::Param| wit::Param { name: p.name, value: p.value };
    let template =
        submit.template.map(|t| wit::Template { id: t.id, params: t.params.into_iter().map(param).collect() });
    let Submit { reference, phone, signature, text, .. } = submit;
    match wit::submit(wit::Message { reference, phone, signature, template, text }).await {
        Ok(submission) => Outcome::Submitted { id: submission.id, parts: submission.parts },
        Err(error) => error.into(),
    }
}

/// Asks after one.
pub async fn query(query: Query) -> Result<Found, Outcome> {
    let Query { reference, id, phone, submitted_at_ms } = query;
    let receipts = wit::query(wit::Question { reference, id, phone, submitted_at_ms }).await?;
    Ok(Found { receipts: receipts.into_iter().map(Into::into).collect() })
}

/// Reads a callback.
pub fn receipts(content_type: String, body: Vec<u8>) -> Result<Received, Outcome> {
    let receipts = wit::parse_receipts(&wit::Callback { content_type, body })?;
    let answer = |kept| wit::answer_receipts(kept).into();
    Ok(Received { receipts: receipts.into_iter().map(Into::into).collect(), kept: answer(true), again: answer(false) })
}

impl From<wit::Error> for Outcome {
    fn from(error: wit::Error) -> Self {
        match error {
            wit::Error::Rejected(rejection) => Self::Rejected(rejection.into()),
            wit::Error::Busy(retry_after_ms) => Self::Busy { retry_after_ms },
            wit::Error::Unavailable(detail) => Self::Unavailable { detail },
            wit::Error::Lost(detail) => Self::Lost { detail },
            wit::Error::Invalid(detail) => Self::Invalid { detail },
        }
    }
}

impl From<wit::Rejection> for Rejection {
    fn from(rejection: wit::Rejection) -> Self {
        let reason = match rejection.reason {
            wit::Reason::Intercepted => "intercepted",
            wit::Reason::BadNumber => "bad_number",
            wit::Reason::Limit => "limit",
            wit::Reason::Balance => "balance",
            wit::Reason::Template => "template",
            wit::Reason::Signature => "signature",
            wit::Reason::OptedOut => "opted_out",
            wit::Reason::Unreachable => "unreachable",
            wit::Reason::Account => "account",
            wit::Reason::Other => "other",
        };
        Self { reason, code: rejection.code, detail: rejection.detail }
    }
}

impl From<wit::Receipt> for Receipt {
    fn from(receipt: wit::Receipt) -> Self {
        let (fate, rejection) = match receipt.fate {
            wit::Fate::Delivered => ("delivered", None),
            wit::Fate::Failed(rejection) => ("failed", Some(rejection.into())),
            wit::Fate::Pending => ("pending", None),
        };
        let part = receipt.part.map(|(n, of)| [n, of]);
        let wit::Receipt { id, reference, phone, at_ms, .. } = receipt;
        Self { id, reference, phone, part, fate, rejection, at_ms }
    }
}

impl From<wit::Acknowledgement> for Acknowledgement {
    fn from(answer: wit::Acknowledgement) -> Self {
        Self { status: answer.status, content_type: answer.content_type, body: BASE64.encode(answer.body) }
    }
}
