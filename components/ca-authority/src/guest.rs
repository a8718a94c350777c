//! The boundary: `yunzhen:ca/signer` on one side, an [`Authority`] on the other.

use crate::types::{self as plain, CALLBACK_BYTES, check_id, check_reference};
use crate::{Authority, Context, Exchange, Variables};
use outbound::{Limits, Request};
use std::marker::PhantomData;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub mod bindings {
    #![allow(missing_docs, unsafe_code, reason = "generated")]
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit/ca", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt", pub_export_macro: true,
    });
}
mod convert;
use bindings::exports::yunzhen::ca::signer as wit;

/// Where the variable is empty.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The component of one authority; its crate hands it to [`bindings::export!`].
pub struct Adapter<A>(PhantomData<A>);

/// Configures the authority and does one call.
async fn call<A: Authority, T>(
    done: impl AsyncFnOnce(A, &Context<'_>) -> Result<T, plain::Error>,
) -> Result<T, wit::Error> {
    let mut values = Vec::new();
    for name in A::VARIABLES.iter().copied().chain(A::TIMEOUT) {
        let value = match spin_sdk::variables::get(name).await {
            Ok(value) => value,
            Err(spin_sdk::variables::Error::Undefined(_)) => String::new(),
            Err(error) => return Err(wit::Error::Unavailable(format!("variable {name}: {error:?}"))),
        };
        values.push((name, value));
    }
    let variables = Variables::from_iter(values);
    let authority = A::configure(&variables)?;
    let most = timeout(A::TIMEOUT, &variables)?;
    let began = Instant::now();
    let send: &Exchange<'_> = &move |request: Request, answer_bytes| {
        let limits = Limits { timeout: most.saturating_sub(began.elapsed()), answer_bytes };
        Box::pin(outbound::send(request, limits))
    };
    let mut random = [0; 32];
    // WASI's random source cannot fail: the import returns no error.
    let _ = getrandom::fill(&mut random);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now_ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Ok(done(authority, &Context { now_ms, random, send }).await?)
}

fn timeout(name: Option<&'static str>, variables: &Variables) -> Result<Duration, plain::Error> {
    match name.map(|name| (name, variables.get(name))) {
        None | Some((_, "")) => Ok(TIMEOUT),
        Some((name, text)) => match text.parse() {
            Ok(ms @ 1..=60_000) => Ok(Duration::from_millis(ms)),
            _ => Err(plain::Error::Unavailable(format!("variable {name} is not 1 to 60000"))),
        },
    }
}

impl<A: Authority + 'static> wit::Guest for Adapter<A> {
    fn name() -> String {
        A::NAME.to_owned()
    }

    async fn enrol(person: wit::Person) -> Result<wit::Enrolment, wit::Error> {
        let person = person.into();
        call(async |ca: A, context| Ok(ca.enrol(&person, context).await?.into())).await
    }

    async fn look(person: String) -> Result<wit::Enrolment, wit::Error> {
        check_id(&person)?;
        call(async |ca: A, context| Ok(ca.look(&person, context).await?.into())).await
    }

    async fn revoke(person: String) -> Result<(), wit::Error> {
        check_id(&person)?;
        call(async |ca: A, context| ca.revoke(&person, context).await).await
    }

    async fn authorise(
        person: String,
        approval: wit::Approval,
        until_ms: i64,
        most: u32,
    ) -> Result<wit::Authorisation, wit::Error> {
        check_id(&person)?;
        let approval = approval.into();
        call(async |ca: A, context| Ok(ca.authorise(&person, &approval, until_ms, most, context).await?.into())).await
    }

    async fn look_authorisation(id: String) -> Result<wit::Authorisation, wit::Error> {
        check_id(&id)?;
        call(async |ca: A, context| Ok(ca.look_authorisation(&id, context).await?.into())).await
    }

    async fn revoke_authorisation(id: String) -> Result<(), wit::Error> {
        check_id(&id)?;
        call(async |ca: A, context| ca.revoke_authorisation(&id, context).await).await
    }

    async fn submit(job: wit::Job) -> Result<wit::Outcome, wit::Error> {
        let job: plain::Job = job.into();
        job.check()?;
        call(async |ca: A, context| Ok(ca.submit(&job, context).await?.into())).await
    }

    async fn query(id: Option<String>, reference: String) -> Result<wit::Outcome, wit::Error> {
        id.as_deref().map_or(Ok(()), check_id)?;
        check_reference(&reference)?;
        call(async |ca: A, context| Ok(ca.query(id.as_deref(), &reference, context).await?.into())).await
    }

    async fn void(id: String) -> Result<(), wit::Error> {
        check_id(&id)?;
        call(async |ca: A, context| ca.void(&id, context).await).await
    }

    async fn parse_callback(callback: wit::Callback) -> Result<Vec<wit::Notice>, wit::Error> {
        let callback = plain::Callback { content_type: callback.content_type, body: callback.body };
        if callback.body.len() > CALLBACK_BYTES {
            return Err(wit::Error::Invalid("callback_too_large: more than 8 MB".to_owned()));
        }
        let notices = call(async |ca: A, context| ca.parse_callback(&callback, context).await).await?;
        Ok(notices.into_iter().map(Into::into).collect())
    }

    fn answer_callback(stored: bool) -> wit::Acknowledgement {
        let plain::Acknowledgement { status, content_type, body } = A::answer_callback(stored);
        wit::Acknowledgement { status, content_type, body }
    }

    async fn timestamp(digest: Vec<u8>) -> Result<Vec<u8>, wit::Error> {
        let digest = digest.try_into().map_err(|_| plain::Error::invalid("digest_size: not 32 bytes"))?;
        call(async |ca: A, context| ca.timestamp(&digest, context).await).await
    }

    async fn revocations(ours: Vec<wit::Revocation>) -> Result<Vec<Vec<u8>>, wit::Error> {
        let ours = ours.into_iter().map(|one| plain::Revocation { serial: one.serial, at_ms: one.at_ms });
        let ours: Vec<_> = ours.collect();
        call(async |ca: A, context| ca.revocations(&ours, context).await).await
    }

    async fn certificates() -> Result<Vec<Vec<u8>>, wit::Error> {
        call(async |ca: A, context| ca.certificates(context).await).await
    }
}
