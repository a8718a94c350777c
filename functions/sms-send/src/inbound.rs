//! Answers of phones, pushed by a vendor: only whether they decline further messages is of interest.

use crate::desk::{Desk, Request};
use crate::optout;
use crate::optouts;
use crate::phone::Phone;
use common::auth::{Principal, Role};
use common::call::Reply;
use common::guard::forbidden;
use common::json;
use common::problem::Problem;
use common::store::Store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bytes an answer may have.
pub const BODY_BYTES: usize = 16 << 10;

/// What a phone answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SmsInbound)]
pub struct Json {
    /// 11 digits of the mainland, or E.164.
    phone: String,
    /// Its answer; not kept.
    text: String,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsInboundResult)]
pub struct InboundResult {
    /// Whether the phone gets no further notices and advertising.
    opted_out: bool,
}

/// `POST inbound/{gateway}/{token}`; the token is the only credential.
///
/// # Errors
/// 403 for a wrong token, 400, or the store's.
pub async fn take<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    gateway: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let json: Json = json::parse(body)?;
    let wrong = || Problem::bad_field("phone", "不是手机号码", "no phone number");
    let phone = Phone::parse(&json.phone).ok_or_else(wrong)?;
    let opted_out = optout::declines(&json.text);
    if opted_out {
        let vendor = Principal { id: FUNCTION_ID.to_owned(), role: Role::Service };
        let keep = optouts::keep(desk, &phone, &format!("gateway:{gateway}"), request.now)?;
        let index = crate::judge::index(desk.settings, &phone);
        desk.change(request, &vendor, "optout.add", &index, vec![keep]).await?;
    }
    Reply::json(200, &InboundResult { opted_out })
}

/// Whether a vendor may push answers on this path; asked before the body is read.
///
/// # Errors
/// 403.
pub fn admit<S>(desk: &Desk<'_, S>, gateway: &str, token: &str) -> Result<(), Problem> {
    desk.settings.is_token("inbound", gateway, token).then_some(()).ok_or_else(forbidden)
}

const FUNCTION_ID: &str = crate::policy::FUNCTION.id;
