//! `POST documents/{id}/send-back` and `void`: a pharmacist gives a prescription back, an author takes a document back.

use super::row::{changed, find};
use super::{Event, Refusal, show};
use crate::desk::{Desk, sql};
use crate::outside::Outside;
use common::auth::{Principal, Role};
use common::call::Reply;
use common::guard::forbidden;
use common::json;
use common::problem::Problem;
use common::store::{Error, Store};
use serde::Deserialize;
use utoipa::ToSchema;

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DocumentEnd)]
pub struct Ask {
    /// 4 to 200 characters, for those who read it.
    #[schema(min_length = 4, max_length = 200)]
    reason: String,
}

/// The problem of something that may not happen now.
#[must_use]
pub fn refused(refusal: Refusal) -> Problem {
    let (zh, en) = match refusal {
        Refusal::Over => ("文书已经结束", "this document is over"),
        Refusal::OutOfOrder => ("还没有轮到这个签名", "it is somebody else's turn to sign"),
        Refusal::UnderWay => ("签名正在进行中", "a signature is under way"),
        Refusal::NotBegun => ("没有进行中的签名", "no signature is under way"),
        Refusal::Signed => ("已签名的文书不能修改", "what is signed is not changed"),
    };
    Problem::new(409, refusal.code(), zh, en)
}

/// Ends it. A second time is the same as once.
///
/// # Errors
/// 400, 403, 409.
pub async fn end<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    event: Event,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Ask { reason } = json::parse(body)?;
    if !(4..=200).contains(&reason.trim().chars().count()) || reason.chars().any(char::is_control) {
        return Err(Problem::bad_field("reason", "应为 4 至 200 个字符", "4 to 200 characters"));
    }
    let mut document = find(desk, caller, id).await?;
    let (may, action, done) = match event {
        Event::SendBack => (caller.role == Role::Pharmacist, "document.send_back", super::State::SentBack),
        _ => {
            let own = document.author_id == caller.id || caller.role == Role::Admin;
            (own, "document.void", super::State::Voided)
        }
    };
    if !may {
        return Err(forbidden());
    }
    if document.way.state == done {
        return show::reply(desk, caller, id).await;
    }
    let under_way = document.way.under_way;
    let way = document.way.after(event, desk.now().0).map_err(refused)?;
    document.note = Some(reason.trim().to_owned());
    let mut changes = vec![document.save(desk, &way)?];
    if under_way.is_some() {
        // What comes of it now comes too late; the tick takes it back at the authority.
        let stop = sql("UPDATE {signature} SET state = 'voiding', due_at = ?1 WHERE document_id = ?2 \
                        AND state IN ('submitting', 'waiting', 'received')");
        changes.push(stop.bind(desk.now().0).bind(id));
    }
    match desk.change(&caller.actor(), action, id, "ok", changes).await {
        Ok(_) => show::reply(desk, caller, id).await,
        Err(Error::Conflict(_)) => Err(changed()),
        Err(error) => Err(error.into()),
    }
}
