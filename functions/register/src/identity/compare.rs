//! `POST identity/{case}/compare`: the face before the camera against the one on the card.

use super::card::wrong_step;
use super::case::{Compared, State, Step};
use super::{drop_kept, fail, kept, open, own, record, view};
use crate::desk::Desk;
use crate::outside::Outside;
use crate::services::face;
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::store::Store;

/// Compares, and makes the patient's record. A second time is the same as once.
///
/// # Errors
/// 409 `wrong_step`, 422 `different_person`, `portrait_unusable`, and those of `face-compare`.
pub async fn compare<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let case = own(desk, caller, id).await?;
    if case.data.compared.is_some() && matches!(case.state, State::Done | State::Review) {
        return view::reply(desk, &case);
    }
    let mut case = open(desk, caller, id).await?;
    if case.data.next() != Step::Compare {
        return Err(wrong_step());
    }
    let missing = || Problem::internal("a case has lost its pictures");
    let portrait = kept(desk, id, "portrait").await?.ok_or_else(missing)?;
    let frame = kept(desk, id, "frame").await?.ok_or_else(missing)?;
    let again = vec![drop_kept(id, "frame")];
    let found = match face::compare(desk, &portrait, &frame).await {
        Ok(found) => found,
        Err(problem) if (400..500).contains(&problem.status) => {
            case.data.live = None;
            // `face-compare` names the picture first.
            let card = problem.detail.iter().any(|detail| detail.starts_with("image_a"));
            if !card {
                return fail(desk, caller, case, "identity.compare", problem, again).await;
            }
            (case.data.front, case.data.confirmed) = (None, None);
            let (zh, en) =
                ("证件人像不够清晰，请重新拍摄身份证人像面", "the card's portrait is of no use: photograph it again");
            let problem = Problem::new(422, "portrait_unusable", zh, en);
            return fail(desk, caller, case, "identity.compare", problem, again).await;
        }
        Err(problem) => return Err(problem),
    };
    if !found.same_person || found.score < f64::from(face::THRESHOLD) {
        case.data.live = None;
        case.data.compare_tries += 1;
        let (zh, en) =
            ("人脸与证件照片不一致，请由本人重新进行活体检测", "the face is not that on the card: try again in person");
        let problem = Problem::new(422, "different_person", zh, en);
        return fail(desk, caller, case, "identity.compare", problem, again).await;
    }
    (case.data.compared, case.data.failure) =
        (Some(Compared { score: found.score, model_version: found.model_version }), None);
    record::after_face(desk, caller, case).await
}
