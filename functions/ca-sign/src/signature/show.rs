//! A signature as callers see it.

use super::{Mode, Signature, State, seen};
use crate::desk::Desk;
use crate::document::Role;
use crate::outside::Outside;
use common::auth::{self, Principal};
use common::call::Reply;
use common::problem::Problem;
use common::store::Store;
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A signature.
#[derive(Serialize, ToSchema)]
#[schema(as = Signature)]
pub struct Shown {
    /// `sig_<ULID>`.
    signature_id: String,
    role: Role,
    /// `sgn_<ULID>`.
    signer_id: String,
    mode: Mode,
    state: State,
    /// What the signer scans or opens, while `waiting`; nobody else sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<String>,
    /// The certificate's number in hex.
    certificate: String,
    /// What the timestamp proves, once signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    signed_at: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Why the signer refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    created_at: String,
}

/// What the signer decides by, for whoever holds it can decide: the signer's own, while it waits.
#[must_use]
pub fn invitation<'a>(signature: &'a Signature, caller: &Principal) -> Option<&'a str> {
    let own = match signature.role {
        Role::Hospital => caller.role == auth::Role::Admin,
        _ => signature.account_id.as_ref() == Some(&caller.id),
    };
    signature.invitation.as_deref().filter(|_| own && signature.state == State::Waiting)
}

/// `GET documents/{id}/signatures/{signature}`: whoever waits asks this again and again, and it tells nothing of the
/// patient, so the audit log has none of it.
///
/// # Errors
/// 403, 404.
pub async fn get<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    signature: &str,
) -> Result<Reply, Problem> {
    Reply::json(200, &shown(&seen(desk, caller, id, signature).await?, caller))
}

/// As a caller sees it.
#[must_use]
pub fn shown(signature: &Signature, caller: &Principal) -> Shown {
    Shown {
        signature_id: signature.id.clone(),
        role: signature.role,
        signer_id: signature.signer_id.clone(),
        mode: signature.mode,
        state: signature.state,
        invitation: invitation(signature, caller).map(str::to_owned),
        certificate: hex::encode(signature.certificate.serial()),
        signed_at: signature
            .stamped_at
            .filter(|_| signature.state == State::Signed)
            .map(|at: Timestamp| at.to_string()),
        code: signature.code.clone(),
        reason: signature.reason.clone(),
        created_at: signature.created_at.to_string(),
    }
}
