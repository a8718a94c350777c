//! `POST identity/{case}/id_card_front` and `id_card_back`: a photograph of a side, read by `ocr-idcard`.

use super::case::{CARD_TRIES, Side, State, Step};
use super::{commit, fail, keep, open, view};
use crate::desk::Desk;
use crate::outside::Outside;
use crate::services::ocr::{self, Reading};
use common::auth::Principal;
use common::call::{Call, Reply};
use common::form::{self, once, unknown};
use common::problem::Problem;
use common::store::{Statement, Store};
use sm3::{Digest, Sm3};

/// Bytes of a photograph: 10 MB.
const PICTURE_BYTES: usize = 10 << 20;

/// A side of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// With the portrait.
    Front,
    /// With the emblem.
    Back,
}

impl Which {
    const fn action(self) -> &'static str {
        match self {
            Self::Front => "identity.id_card_front",
            Self::Back => "identity.id_card_back",
        }
    }

    /// As `ocr-idcard` calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Back => "back",
        }
    }
}

/// Takes a photograph. The same one again changes nothing and costs no try.
///
/// # Errors
/// Those of `ocr-idcard`, 422 `card_copy`, `card_recapture`, `card_tampered`, `card_temporary`, `card_expired`,
/// `attempts_exhausted`, 409 `wrong_step`.
pub async fn take<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    which: Which,
    body: Vec<u8>,
) -> Result<Reply, Problem> {
    let picture = picture(desk.call, body)?;
    let digest = hex::encode(Sm3::digest(&picture));
    let mut case = open(desk, caller, id).await?;
    let known = if which == Which::Front { &case.data.front } else { &case.data.back };
    if known.as_ref().is_some_and(|side| side.digest == digest) {
        return view::reply(desk, &case);
    }
    if !matches!(case.data.next(), Step::IdCardFront | Step::IdCardBack | Step::Confirm) {
        return Err(wrong_step());
    }
    let tries = if which == Which::Front { &mut case.data.front_tries } else { &mut case.data.back_tries };
    if *tries >= CARD_TRIES {
        return Err(exhausted());
    }
    *tries += 1;
    let reading = match ocr::read(desk, which, picture).await {
        Ok(reading) => reading,
        // The patient can do better; what is wrong with us is no try.
        Err(problem) if problem.status < 500 => {
            return fail(desk, caller, case, which.action(), problem, Vec::new()).await;
        }
        Err(problem) => return Err(problem),
    };
    if let Some(problem) = alarm(&reading) {
        return fail(desk, caller, case, which.action(), problem, Vec::new()).await;
    }
    let pictures = pictures(desk, id, which, &reading);
    let more = match pictures {
        Ok(pictures) => pictures,
        Err(problem) if problem.status < 500 => {
            return fail(desk, caller, case, which.action(), problem, Vec::new()).await;
        }
        Err(problem) => return Err(problem),
    };
    let side = Side { digest, fields: reading.fields, confidence: reading.confidence, findings: reading.findings };
    match which {
        Which::Front => case.data.front = Some(side),
        Which::Back => case.data.back = Some(side),
    }
    (case.data.failure, case.state) = (None, State::Open);
    commit(desk, caller, &case, [which.action(), "ok"], more).await
}

/// What is kept of a photograph until the case ends.
fn pictures<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    which: Which,
    reading: &Reading,
) -> Result<Vec<Statement>, Problem> {
    let mut all = vec![keep(desk, id, if which == Which::Front { "card_front" } else { "card_back" }, &reading.card)?];
    if which == Which::Front {
        let portrait = reading.portrait.as_ref().ok_or_else(|| {
            let (zh, en) = ("没有找到证件上的人像，请重新拍摄", "no portrait was found on the card: retake");
            Problem::new(422, "no_portrait", zh, en)
        })?;
        all.push(keep(desk, id, "portrait", portrait)?);
    }
    Ok(all)
}

/// Why a card is not taken although it was read.
fn alarm(reading: &Reading) -> Option<Problem> {
    let problem = |code, zh: &'static str, en: &'static str| Some(Problem::new(422, code, zh, en));
    reading.warnings.iter().find_map(|warning| match warning.as_str() {
        "copy" | "monochrome_copy" => problem(
            "card_copy",
            "这像是身份证的复印件，请拍摄身份证原件",
            "this looks like a copy: photograph the card itself",
        ),
        "recapture" => problem(
            "card_recapture",
            "这像是翻拍屏幕，请拍摄身份证原件",
            "this looks like a screen: photograph the card itself",
        ),
        "tampered" => problem(
            "card_tampered",
            "照片有修改痕迹，请直接拍摄身份证原件",
            "the picture looks edited: photograph the card itself",
        ),
        "temporary" => problem(
            "card_temporary",
            "暂不支持临时身份证，请改用正式身份证或到医院办理",
            "temporary cards are not taken: use the card itself, or come to the hospital",
        ),
        "invalid_validity" => problem(
            "card_expired",
            "身份证已过期或有效期有误，请使用有效的身份证",
            "the card's validity is over or malformed: use a valid card",
        ),
        _ => None,
    })
}

/// The photograph: as it is, or the part `image` of a form, as mini programs send it.
fn picture(call: &Call, body: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let picture = match call.media_type().as_str() {
        "image/jpeg" | "image/png" | "image/webp" => body,
        "multipart/form-data" => {
            let mut image = None;
            for (name, value) in form::parts(call, body, PICTURE_BYTES)? {
                if name != "image" {
                    return Err(unknown(&name));
                }
                once("image", &mut image, value)?;
            }
            image.ok_or_else(|| Problem::bad_field("image", "缺少", "missing"))?
        }
        _ => {
            let zh = "请上传 JPEG、PNG 或 WebP 图片，或表单字段 image";
            return Err(Problem::new(
                415,
                "unsupported_format",
                zh,
                "send a JPEG, PNG or WebP image, or a form with it",
            ));
        }
    };
    match picture.len() {
        0 => Err(Problem::bad_field("image", "图片是空的", "empty")),
        n if n > PICTURE_BYTES => Err(Problem::too_large(PICTURE_BYTES)),
        _ => Ok(picture),
    }
}

/// The problem of a step that is not the next one.
#[must_use]
pub fn wrong_step() -> Problem {
    let (zh, en) = ("现在不能进行这一步，请按提示的下一步操作", "this is not the next step: see `next`");
    Problem::new(409, "wrong_step", zh, en)
}

/// The problem of a step that was tried too often.
#[must_use]
pub fn exhausted() -> Problem {
    let (zh, en) = (
        "这一步的尝试次数已用完，请改用人工审核或重新开始",
        "no tries are left: have a person look at it, or start anew",
    );
    Problem::new(422, "attempts_exhausted", zh, en)
}
