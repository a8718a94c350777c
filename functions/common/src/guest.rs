//! The boundary: WASI and Spin on one side, the rules on the other. The only module that knows WIT and HTTP.

use crate::address::Proxies;
use crate::admission::Admission;
use crate::auth::{ApiKeys, Principal};
use crate::call::{Call, Reply};
use crate::guard::{Function, Guard, Policy};
use crate::problem::{Language, Problem};
use crate::rate::{Limit, Refused};
use crate::store::{Error, Store};
use crate::timestamp::Timestamp;
use crate::token::{Keys, Proof};
use crate::variables::Variables;
use crate::{id, migration};
use http::Method;
use http_body_util::BodyExt;
use spin_sdk::http::{FullBody, Request, Response};
use spin_sdk::wasip3::http_compat::IncomingRequestBody;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread::LocalKey;
use std::time::{SystemTime, UNIX_EPOCH};

mod sql;
pub use sql::Sql;

/// How much of a refused body is read so that its sender gets to read the answer.
const DRAIN_BYTES: usize = 32 << 20;

/// What a service answers with.
pub type Answer = Response<FullBody<bytes::Bytes>>;

/// A request's body, not read yet.
pub struct Body {
    incoming: IncomingRequestBody,
    ended: bool,
}

impl Body {
    /// Reads it all, and never more than `limit` bytes.
    ///
    /// # Errors
    /// 413 beyond the limit (before reading where the length is declared), 400 when it breaks off.
    pub async fn read(&mut self, call: &Call, limit: usize) -> Result<Vec<u8>, Problem> {
        let declared = call.header("content-length").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        if declared > limit {
            return Err(Problem::too_large(limit));
        }
        let mut bytes = Vec::with_capacity(declared);
        while let Some(data) = self.next().await? {
            if bytes.len() + data.len() > limit {
                return Err(Problem::too_large(limit));
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    }

    async fn next(&mut self) -> Result<Option<bytes::Bytes>, Problem> {
        while let Some(frame) = self.incoming.frame().await {
            let broken = || Problem::new(400, "body_broken_off", "请求体没有传完", "the body broke off");
            let frame = frame.map_err(|error| broken().because(format!("body: {error:?}")))?;
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
        self.ended = true;
        Ok(None)
    }

    /// Reads on for nothing: a sender that is cut off while it writes sees a broken connection instead of the answer.
    async fn drain(mut self) {
        let mut left = DRAIN_BYTES;
        while let Ok(Some(data)) = self.next().await {
            match left.checked_sub(data.len()) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    }
}

/// Answers one request: gives it an id, words its problem, logs a 5xx once.
pub async fn serve<F: AsyncFnOnce(&Call, &mut Body) -> Result<Reply, Problem>>(request: Request, handle: F) -> Answer {
    let (parts, body) = request.into_parts();
    let (now, header) = (now(), |name| parts.headers.get(name).and_then(|value| value.to_str().ok()));
    let call = Call {
        request_id: id::request(header("x-request-id"), now, random()),
        now,
        language: Language::accepted(header("accept-language").unwrap_or_default()),
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
    };
    let mut body = Body { incoming: body, ended: matches!(call.method, Method::GET | Method::HEAD) };
    let reply = handle(&call, &mut body).await.unwrap_or_else(|problem| {
        call.note(&problem);
        Reply::problem(&problem, call.language, &call.request_id)
    });
    if !body.ended {
        spin_sdk::wasip3::spawn(body.drain());
    }
    answer(reply, &call.request_id)
}

/// Lets work go on after the answer; it ends with the instance.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    spin_sdk::wasip3::spawn(work);
}

fn answer(reply: Reply, request_id: &str) -> Answer {
    let reply = reply
        .with(http::HeaderName::from_static("x-request-id"), request_id)
        .with(http::header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let length = reply.body.len();
    let mut answer = Response::new(FullBody::new(bytes::Bytes::from(reply.body)));
    *answer.status_mut() = http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    *answer.headers_mut() = reply.headers;
    // Known beforehand; without it the answer would go out in chunks. An empty body needs none (HEAD, 204, 304).
    if length > 0 {
        answer.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
    }
    // Answers are personal; a page that may be kept says so itself.
    answer.headers_mut().entry(http::header::CACHE_CONTROL).or_insert(http::HeaderValue::from_static("no-store"));
    answer
}

thread_local! {
    static GUARD: RefCell<Option<Rc<Guard>>> = const { RefCell::new(None) };
    static REFUSED: Rc<RefCell<Refused>> = Rc::default();
    static READY: Cell<bool> = const { Cell::new(false) };
}

/// Lets the host's ticker in, or a cluster's scheduler with a credential.
///
/// # Errors
/// As [`admit`].
pub async fn ticked(function: &Function, call: &Call, policy: &Policy) -> Result<(), Problem> {
    if call.chained() { ready(function, call.now).await } else { admit(function, call, policy).await.map(drop) }
}

/// Lets a caller in by `policy`, after making sure of the function's tables.
///
/// # Errors
/// 401, 403, 429, 503.
pub async fn admit(function: &Function, call: &Call, policy: &Policy) -> Result<Principal, Problem> {
    ready(function, call.now).await?;
    guard().await?.admit(&Sql, &refused(), function, call, policy).await
}

/// Lets a caller in by `policy` as [`admit`] does, with the tokens it still owes.
///
/// # Errors
/// 401, 403, 429, 503.
pub async fn recognise(function: &Function, call: &Call, policy: &Policy) -> Result<Admission, Problem> {
    ready(function, call.now).await?;
    guard().await?.recognise(&Sql, &refused(), function, call, policy).await
}

/// Lets a caller in whose credential stands elsewhere, but not too often from one address.
///
/// # Errors
/// 429, 503.
pub async fn visit(function: &Function, call: &Call, limit: Limit) -> Result<(), Problem> {
    ready(function, call.now).await?;
    guard().await?.visit(&Sql, &refused(), function, call, limit).await
}

/// Which callers this instance knows to be refused.
#[must_use]
pub fn refused() -> Rc<RefCell<Refused>> {
    REFUSED.with(Rc::clone)
}

/// Lets another function in, and nobody else; needs no tables.
///
/// # Errors
/// 401, 403, 503.
pub async fn admit_service(function: &str, call: &Call) -> Result<Principal, Problem> {
    guard().await?.service(function, call)
}

/// What an identity proof for `function` says.
///
/// # Errors
/// 422 `patient_proof_refused`, 503.
pub async fn proof(token: &str, function: &str, now: Timestamp) -> Result<Proof, Problem> {
    guard().await?.token_keys.proof(token, function, now).map_err(|refusal| {
        let (zh, en) = ("患者身份证明无效或已过期", "this identity proof is refused: ask register for a new one");
        Problem::new(422, "patient_proof_refused", zh, en).because(format!("{refusal:?}"))
    })
}

/// Brings the function's tables up to date, once per instance.
///
/// # Errors
/// 503 with the cause in the log.
pub async fn ready(function: &Function, now: Timestamp) -> Result<(), Problem> {
    if READY.get() {
        return Ok(());
    }
    let list: Vec<_> = migration::COMMON.iter().chain(function.migrations).copied().collect();
    let done = async {
        migration::run(&Sql, function.tables, &list, now).await?;
        Sql.transact(migration::sweep(function.tables, now)).await
    };
    done.await.map_err(|error| match error {
        Error::Invalid(why) => Problem::unavailable("migration_failed", why),
        error => error.into(),
    })?;
    READY.set(true);
    Ok(())
}

async fn guard() -> Result<Rc<Guard>, Problem> {
    if let Some(guard) = GUARD.with_borrow(Clone::clone) {
        return Ok(guard);
    }
    let wrong = |why: String| Problem::unavailable("configuration", why);
    let guard = Rc::new(Guard {
        api_keys: ApiKeys::parse(&variable("api_key_hashes").await?).map_err(wrong)?,
        token_keys: Keys::parse(&variable("token_public_keys").await?).map_err(wrong)?,
        proxies: Proxies::parse(&variable("trusted_proxies").await?).map_err(wrong)?,
    });
    GUARD.set(Some(Rc::clone(&guard)));
    Ok(guard)
}

/// A variable of the component; empty when the component does not declare it.
///
/// # Errors
/// 503 when the host cannot read it.
pub async fn variable(name: &str) -> Result<String, Problem> {
    match spin_sdk::variables::get(name).await {
        Ok(value) => Ok(value),
        Err(spin_sdk::variables::Error::Undefined(_)) => Ok(String::new()),
        Err(error) => Err(Problem::unavailable("configuration", format!("variable {name}: {error:?}"))),
    }
}

/// A function's variables, read at the instance's first request and kept.
///
/// # Errors
/// 503, with the name of the variable that is wrong in the log.
pub async fn settings<T>(
    kept: &'static LocalKey<RefCell<Option<Rc<T>>>>,
    names: &[&'static str],
    parse: impl FnOnce(&Variables) -> Result<T, String>,
) -> Result<Rc<T>, Problem> {
    if let Some(settings) = kept.with_borrow(Clone::clone) {
        return Ok(settings);
    }
    let mut variables = Variables::new();
    for name in names {
        variables.insert(name, variable(name).await?);
    }
    let settings = Rc::new(parse(&variables).map_err(|why| Problem::unavailable("configuration", why))?);
    kept.set(Some(Rc::clone(&settings)));
    Ok(settings)
}

/// The time of day.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// 128 bits from the host's cryptographic source.
#[must_use]
pub fn random() -> u128 {
    let mut bytes = [0; 16];
    // WASI's random source cannot fail: the import returns no error.
    let _ = getrandom::fill(&mut bytes);
    u128::from_ne_bytes(bytes)
}
