//! Codes by short message.

use super::{lost, refused, unavailable};
use crate::desk::Desk;
use crate::otp::{Purpose, phone_limited};
use crate::outside::{Outside, Service};
use common::phone::Phone;
use common::problem::Problem;
use common::store::Store;
use serde_json::json;

/// Has a code sent. The code's id is the idempotency key, so that a lost answer can be asked for again.
///
/// # Errors
/// 429 `phone_limited`, 503 `sms_unavailable`.
pub async fn code<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    phone: &Phone,
    code: &str,
    purpose: Purpose,
) -> Result<(), Problem> {
    let expires_at = desk.now().plus_ms(crate::otp::LIFE_MS).to_string();
    let to = phone.e164();
    let message = if desk.settings.otp_template.is_empty() {
        let what = match purpose {
            Purpose::SignIn => "登录",
            Purpose::ChangePhone => "更换手机号",
        };
        let text = format!("您的{what}验证码为{code}，5分钟内有效，请勿告诉他人。");
        json!({"to": to, "class": "otp", "client_ref": id, "expires_at": expires_at, "text": text})
    } else {
        let (template, params) = (&desk.settings.otp_template, json!({"code": code}));
        json!({"to": to, "class": "otp", "client_ref": id, "expires_at": expires_at, "template_id": template, "params": params})
    };
    let (body, headers) = (message.to_string().into_bytes(), [("idempotency-key", id)]);
    let post = async |body| desk.outside.post(Service::Sms, "/messages", "application/json", &headers, body).await;
    let answer = match post(body.clone()).await {
        Err(broken) if lost(&broken) => post(body).await,
        answer => answer,
    };
    let answer = answer.map_err(|broken| unavailable(Service::Sms, &broken.to_string()))?;
    match answer.status().as_u16() {
        202 => Ok(()),
        429 => {
            let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
            Err(phone_limited(wait.unwrap_or(60)))
        }
        _ => Err(no_hint(refused(Service::Sms, &answer))),
    }
}

/// What `sms-send` finds wrong with the message is our mistake, not the caller's.
fn no_hint(problem: Problem) -> Problem {
    if problem.status == 503 { problem } else { unavailable(Service::Sms, problem.code) }
}
