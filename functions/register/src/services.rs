//! What other functions are asked, and what their answers mean here.

pub mod face;
pub mod ocr;
pub mod sms;

use crate::desk::Desk;
use crate::outside::{Outside, Service};
use common::problem::{Language, Problem};
use common::store::Store;
use outbound::{Answer, Broken};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Codes of other functions that tell the patient what to do: passed on as they are.
const PASSED_ON: [&str; 20] = [
    "no_card",
    "several_cards",
    "wrong_side",
    "card_too_small",
    "too_dark",
    "blurred",
    "bad_image",
    "unsupported_format",
    "no_face",
    "several_faces",
    "too_small",
    "too_close",
    "turned",
    "covered",
    "challenge_used",
    "challenge_expired",
    "bad_field",
    "bad_form",
    "too_large",
    "forbidden",
];

/// A call that failed, and the sentence the function said about it.
struct Refusal {
    code: String,
    detail: String,
}

/// Posts to a function; its answer, or its problem in our words.
async fn call<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    service: Service,
    path: &str,
    media_type: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Result<Answer, Problem> {
    let language = if desk.call.language == Language::Chinese { "zh" } else { "en" };
    let headers = [headers, &[("accept-language", language)]].concat();
    let answer = desk.outside.post(service, path, media_type, &headers, body).await;
    let answer = answer.map_err(|broken| unavailable(service, &broken.to_string()))?;
    if answer.status().is_success() { Ok(answer) } else { Err(refused(service, &answer)) }
}

fn read<T: DeserializeOwned>(service: Service, answer: &Answer) -> Result<T, Problem> {
    serde_json::from_slice(answer.body()).map_err(|error| {
        // Without the text around it, which is personal.
        unavailable(service, &format!("answer malformed in line {} column {}", error.line(), error.column()))
    })
}

fn refused(service: Service, answer: &Answer) -> Problem {
    #[derive(Deserialize)]
    struct Body {
        code: String,
        detail: String,
    }
    let refusal =
        serde_json::from_slice(answer.body()).map(|body: Body| Refusal { code: body.code, detail: body.detail });
    let status = answer.status().as_u16();
    let Ok(refusal) = refusal else { return unavailable(service, &format!("{status} without a problem")) };
    match PASSED_ON.into_iter().find(|code| *code == refusal.code) {
        Some(code) if (400..500).contains(&status) => {
            Problem::new(status, code, refusal.detail.clone(), refusal.detail)
        }
        _ => unavailable(service, &format!("{status} {}", refusal.code)),
    }
}

fn unavailable(service: Service, why: &str) -> Problem {
    let code = match service {
        Service::Sms => "sms_unavailable",
        Service::Ocr => "ocr_unavailable",
        Service::Face => "face_unavailable",
    };
    Problem::unavailable(code, format!("{}: {why}", service.id()))
}

/// Whether the function may have acted although there is no answer.
const fn lost(broken: &Broken) -> bool {
    matches!(broken, Broken::Lost(_))
}
