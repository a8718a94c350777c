//! Answers of phones, pushed by a vendor: only whether they decline further messages is of interest.

use crate::desk::{Desk, Request};
use crate::optout;
use crate::optouts;
use crate::phone::Phone;
use crate::policy::FUNCTION;
use crate::settings::Settings;
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
        let vendor = Principal { id: FUNCTION.id.to_owned(), role: Role::Service };
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
pub fn admit(settings: &Settings, gateway: &str, token: &str) -> Result<(), Problem> {
    settings.is_token("inbound", gateway, token).then_some(()).ok_or_else(forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{World, answer, system};
    use common::testing::now;
    use serde_json::json;

    fn push(world: &World, body: &serde_json::Value) -> (u16, serde_json::Value) {
        let request = Request { id: "req_test", now: world.time.get() };
        answer(world.desk(|desk| now(take(desk, request, "sandbox", body.to_string().as_bytes()))))
    }

    #[test]
    fn a_phone_declines_by_answering() {
        let world = World::new();
        assert_eq!(push(&world, &json!({"phone": "13711112222", "text": "谢谢"})), (200, json!({"opted_out": false})));
        assert_eq!(
            push(&world, &json!({"phone": "13711112222", "text": " 退订。"})),
            (200, json!({"opted_out": true}))
        );
        assert_eq!(push(&world, &json!({"phone": "+8613711112222", "text": "TD"})).1, json!({"opted_out": true}));
        let page = world.get(&system(), "optouts").1;
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "once is enough");
        assert_eq!(
            (&page["items"][0]["source"], &page["items"][0]["phone"]),
            (&json!("gateway:sandbox"), &json!("137****2222"))
        );
        let notice = json!({"to": "13711112222", "text": "请按时就诊", "class": "notice"});
        assert_eq!(world.send("key-0001", &notice).1["messages"][0]["reason"], "opted_out");
    }

    #[test]
    fn only_a_vendor_may_push() {
        let world = World::new();
        assert!(admit(&world.settings, "sandbox", "f44685df4075df523311cdf0fa699fb5").is_ok());
        for token in ["", "f44685df4075df523311cdf0fa699fb4"] {
            assert_eq!(admit(&world.settings, "sandbox", token).unwrap_err().code, "forbidden");
        }
        assert_eq!(push(&world, &json!({"phone": "x", "text": "T"})).1["code"], "bad_field");
        assert_eq!(push(&world, &json!({"phone": "13711112222"})).1["detail"], "field text: missing");
    }
}
