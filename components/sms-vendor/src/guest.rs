//! The boundary: `yunzhen:sms/sender` on one side, a [`Vendor`] on the other.

use crate::message as plain;
use crate::variables::TIMEOUT_MS;
use crate::{Moment, Request, Variables, Vendor, vendor};
use outbound::{Answer, Limits};
use std::marker::PhantomData;
use std::time::Duration;

pub mod bindings {
    #![allow(missing_docs, unsafe_code, reason = "generated")]
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit/sms", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt", pub_export_macro: true,
    });
}
use bindings::exports::yunzhen::sms::sender as wit;

/// Vendors answer with some hundred bytes.
const ANSWER_BYTES: usize = 64 << 10;

/// The component of one vendor; its crate hands it to [`bindings::export!`].
pub struct Adapter<V>(PhantomData<V>);

impl<V: Vendor + 'static> wit::Guest for Adapter<V> {
    async fn submit(message: wit::Message) -> Result<wit::Submission, wit::Error> {
        let (vendor, timeout) = configured::<V>().await?;
        let request = vendor.submit(&message.into(), moment())?;
        Ok(vendor.submitted(&send(request, timeout).await?)?.into())
    }

    async fn query(question: wit::Question) -> Result<Vec<wit::Receipt>, wit::Error> {
        let (vendor, timeout) = configured::<V>().await?;
        let question = question.into();
        let request = vendor.query(&question, moment())?;
        let receipts = vendor.queried(&question, &send(request, timeout).await?)?;
        Ok(receipts.into_iter().map(Into::into).collect())
    }

    fn parse_receipts(callback: wit::Callback) -> Result<Vec<wit::Receipt>, wit::Error> {
        let receipts = vendor::receipts::<V>(&callback.into())?;
        Ok(receipts.into_iter().map(Into::into).collect())
    }

    fn answer_receipts(kept: bool) -> wit::Acknowledgement {
        V::acknowledge(kept).into()
    }
}

async fn configured<V: Vendor>() -> Result<(V, Duration), plain::Error> {
    let variables = variables(V::VARIABLES.iter().copied().chain([TIMEOUT_MS])).await?;
    Ok((V::configure(&variables)?, variables.timeout()?))
}

/// The values of these variables; one that is not declared is not set.
///
/// # Errors
/// `unavailable` when the host cannot read them.
pub async fn variables(names: impl Iterator<Item = &'static str>) -> Result<Variables, plain::Error> {
    let mut values = Vec::new();
    for name in names {
        let value = match spin_sdk::variables::get(name).await {
            Ok(value) => value,
            Err(spin_sdk::variables::Error::Undefined(_)) => String::new(),
            Err(error) => return Err(plain::Error::Unavailable(format!("variable {name}: {error:?}"))),
        };
        values.push((name, value));
    }
    Ok(values.into_iter().collect())
}

/// Sends a request and reads the answer, never more of either time or bytes than is good.
///
/// # Errors
/// `unavailable` or `lost`.
pub async fn send(request: Request, timeout: Duration) -> Result<Answer, plain::Error> {
    Ok(outbound::send(request, Limits { timeout, answer_bytes: ANSWER_BYTES }).await?)
}

/// Now, with a fresh nonce.
#[must_use]
pub fn moment() -> Moment {
    let mut nonce = [0; 16];
    // WASI's random source cannot fail: the import returns no error.
    let _ = getrandom::fill(&mut nonce);
    Moment::now(u128::from_ne_bytes(nonce))
}

impl From<wit::Message> for plain::Message {
    fn from(m: wit::Message) -> Self {
        let param = |p: wit::Param| plain::Param { name: p.name, value: p.value };
        let template =
            m.template.map(|t| plain::Template { id: t.id, params: t.params.into_iter().map(param).collect() });
        Self { reference: m.reference, phone: m.phone, signature: m.signature, template, text: m.text }
    }
}

impl From<wit::Question> for plain::Question {
    fn from(q: wit::Question) -> Self {
        Self { reference: q.reference, id: q.id, phone: q.phone, submitted_at_ms: q.submitted_at_ms }
    }
}

impl From<wit::Callback> for plain::Callback {
    fn from(c: wit::Callback) -> Self {
        Self { content_type: c.content_type, body: c.body }
    }
}

impl From<plain::Submission> for wit::Submission {
    fn from(s: plain::Submission) -> Self {
        Self { id: s.id, parts: s.parts }
    }
}

impl From<plain::Acknowledgement> for wit::Acknowledgement {
    fn from(a: plain::Acknowledgement) -> Self {
        Self { status: a.status, content_type: a.content_type, body: a.body }
    }
}

impl From<plain::Receipt> for wit::Receipt {
    fn from(r: plain::Receipt) -> Self {
        let fate = match r.fate {
            plain::Fate::Delivered => wit::Fate::Delivered,
            plain::Fate::Failed(rejection) => wit::Fate::Failed(rejection.into()),
            plain::Fate::Pending => wit::Fate::Pending,
        };
        Self { id: r.id, reference: r.reference, phone: r.phone, part: r.part, fate, at_ms: r.at_ms }
    }
}

impl From<plain::Rejection> for wit::Rejection {
    fn from(r: plain::Rejection) -> Self {
        let reason = match r.reason {
            plain::Reason::Intercepted => wit::Reason::Intercepted,
            plain::Reason::BadNumber => wit::Reason::BadNumber,
            plain::Reason::Limit => wit::Reason::Limit,
            plain::Reason::Balance => wit::Reason::Balance,
            plain::Reason::Template => wit::Reason::Template,
            plain::Reason::Signature => wit::Reason::Signature,
            plain::Reason::OptedOut => wit::Reason::OptedOut,
            plain::Reason::Unreachable => wit::Reason::Unreachable,
            plain::Reason::Account => wit::Reason::Account,
            plain::Reason::Other => wit::Reason::Other,
        };
        Self { reason, code: r.code, detail: r.detail }
    }
}

impl From<plain::Error> for wit::Error {
    fn from(error: plain::Error) -> Self {
        match error {
            plain::Error::Rejected(rejection) => Self::Rejected(rejection.into()),
            plain::Error::Busy(ms) => Self::Busy(ms),
            plain::Error::Unavailable(why) => Self::Unavailable(why),
            plain::Error::Lost(why) => Self::Lost(why),
            plain::Error::Invalid(why) => Self::Invalid(why),
        }
    }
}
