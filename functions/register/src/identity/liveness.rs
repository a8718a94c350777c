//! `POST identity/{case}/liveness` and `liveness/frames`: a challenge made for this case, and what was filmed.

use super::card::{exhausted, wrong_step};
use super::case::{Failure, LIVENESS_TRIES, Live, Step};
use super::{commit, fail, failed, keep, open, view};
use crate::desk::Desk;
use crate::me::consents;
use crate::outside::Outside;
use crate::services::face;
use common::auth::Principal;
use common::call::Reply;
use common::form;
use common::problem::Problem;
use common::store::Store;
use sm3::{Digest, Sm3};

/// Bytes of a frame, as `face-compare` takes them.
const FRAME_BYTES: usize = 1 << 20;

/// Makes a challenge.
///
/// # Errors
/// 409 `wrong_step`, 422 `consent_needed`, `attempts_exhausted`.
pub async fn challenge<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let mut case = open(desk, caller, id).await?;
    if case.data.liveness_tries >= LIVENESS_TRIES && case.data.live.is_none() {
        return Err(exhausted());
    }
    if case.data.next() != Step::Liveness {
        return Err(wrong_step());
    }
    if !consents::given(desk, &caller.id, "face").await? {
        let zh = "人脸识别须先取得您的同意（consents，what = face）；也可以选择不使用人脸的人工审核";
        let en = "consent to `face` first, or go on without a face";
        return Err(Problem::new(422, "consent_needed", zh, en));
    }
    case.data.liveness_tries += 1;
    // Whoever asks again because the answer, or we, were lost gets the same one.
    let made = face::challenge(desk, &format!("{id}-{}", case.data.liveness_tries)).await?;
    case.data.challenge = Some(made.challenge_id.clone());
    commit(desk, caller, &case, ["identity.liveness", "made"], Vec::new()).await?;
    Reply::json(201, &made)
}

/// Takes the frames: the form of `face-compare`, passed on as it is.
///
/// # Errors
/// 409 `wrong_step`, 422 `not_live`, and those of `face-compare`.
pub async fn frames<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    body: Vec<u8>,
) -> Result<Reply, Problem> {
    let digest = hex::encode(Sm3::digest(&body));
    let mut case = open(desk, caller, id).await?;
    if case.data.live.as_ref().is_some_and(|live| live.form == digest) {
        return view::reply(desk, &case);
    }
    let Some(challenge) = case.data.challenge.take().filter(|_| case.data.next() == Step::Liveness) else {
        return Err(wrong_step());
    };
    let media_type = desk.call.header("content-type").unwrap_or_default();
    let pictures = form::parts(desk.call, body.clone(), FRAME_BYTES)?;
    let verdict = match face::frames(desk, &challenge, media_type, body).await {
        Ok(verdict) => verdict,
        Err(problem) if matches!(problem.status, 409 | 410 | 422) => {
            return fail(desk, caller, case, "identity.liveness", problem, Vec::new()).await;
        }
        Err(problem) => return Err(problem),
    };
    let best = verdict.best_frame.filter(|_| verdict.live && verdict.same_person_in_all_frames);
    let frame = best.and_then(|n| pictures.iter().filter(|(name, _)| name == "frame").nth(n));
    let Some((_, frame)) = frame else {
        let problem = not_live(&verdict.reasons);
        case.data.failure = Some(Failure {
            step: "liveness".to_owned(),
            code: problem.code.to_owned(),
            detail: problem.detail.each_ref().map(|text| text.clone().into_owned()),
            reasons: verdict.reasons,
            at: desk.now().0,
        });
        failed(desk, caller, &case, ["identity.liveness", problem.code], Vec::new()).await?;
        return Err(problem);
    };
    let best = format!("sm3:{}", hex::encode(Sm3::digest(frame)));
    if verdict.best_frame_digest.as_deref() != Some(&*best) {
        return Err(Problem::unavailable("face_unavailable", "face-compare: the best frame has another digest"));
    }
    let more = vec![keep(desk, id, "frame", frame)?];
    (case.data.live, case.data.failure) =
        (Some(Live { form: digest, best, model_version: verdict.model_version }), None);
    commit(desk, caller, &case, ["identity.liveness", "live"], more).await
}

fn not_live(reasons: &[String]) -> Problem {
    let why = reasons.join(", ");
    let zh = format!("活体检测未通过（{why}），请按提示重新进行");
    Problem::new(422, "not_live", zh, format!("the liveness check did not pass ({why}): ask for a new challenge"))
}
