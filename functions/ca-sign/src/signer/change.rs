//! `POST signers/{id}/suspend`, `activate`, `revoke`, `refresh`: what an administrator does about a signer.

use super::{Signer, State, find, list, told};
use crate::desk::{Desk, sql};
use crate::failure::problem;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::store::{Statement, Store};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Deed {
    Suspend,
    Activate,
    Revoke,
    Refresh,
}

/// Does it; a second time is the same as once.
///
/// # Errors
/// 403, 409 `signer_revoked`, those of the authority.
pub async fn change<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    deed: Deed,
) -> Result<Reply, Problem> {
    let signer = find(desk, id).await?;
    if signer.state == State::Revoked {
        return if deed == Deed::Revoke { Reply::json(200, &list::shown(&signer)) } else { Err(revoked()) };
    }
    let (action, changes) = match deed {
        Deed::Suspend => ("signer.suspend", vec![suspend(desk, &signer)]),
        Deed::Activate => {
            let enrolment = desk.outside.look(&signer.data.person).await.map_err(problem)?;
            // Free to be told anew, with all tries.
            let free = sql("UPDATE {signer} SET state = CASE WHEN state = 'suspended' THEN 'pending' ELSE state END, \
                            wrong_pins = 0 WHERE id = ?1");
            let told = told(desk, &signer, &enrolment)?;
            ("signer.activate", [vec![free.bind(&*signer.id)], told].concat())
        }
        Deed::Revoke => {
            let end = sql("UPDATE {authorisation} SET state = 'revoked' WHERE signer_id = ?1").bind(&*signer.id);
            // Here first: from now on nothing is signed, whatever the authority answers.
            desk.change(&caller.actor(), "signer.suspend", id, "ok", vec![suspend(desk, &signer)]).await?;
            desk.outside.revoke(&signer.data.person).await.map_err(problem)?;
            let revoke = sql("UPDATE {signer} SET state = 'revoked', updated_at = ?1, revoked_at = ?1 WHERE id = ?2");
            let revoke = revoke.bind(desk.now().0).bind(&*signer.id);
            let listed = sql("UPDATE {certificate} SET revoked_at = ?1 WHERE signer_id = ?2 AND revoked_at IS NULL");
            let listed = listed.bind(desk.now().0).bind(&*signer.id);
            ("signer.revoke", vec![revoke, listed, end, sql("DELETE FROM {lists}")])
        }
        Deed::Refresh => {
            let enrolment = desk.outside.look(&signer.data.person).await.map_err(problem)?;
            ("signer.refresh", told(desk, &signer, &enrolment)?)
        }
    };
    desk.change(&caller.actor(), action, id, "ok", changes).await?;
    Reply::json(200, &list::shown(&find(desk, id).await?))
}

fn suspend<S: Store, O: Outside>(desk: &Desk<'_, S, O>, signer: &Signer) -> Statement {
    let update = sql("UPDATE {signer} SET state = 'suspended', updated_at = ?1 WHERE id = ?2 AND state <> 'revoked'");
    update.bind(desk.now().0).bind(&*signer.id)
}

fn revoked() -> Problem {
    Problem::new(409, "signer_revoked", "证书已吊销，不能恢复", "the certificate is revoked for good")
}
