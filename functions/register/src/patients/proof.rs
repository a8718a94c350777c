//! `POST identity-proof`: a signed word about who the holder, or a member of the family, is, for one function.

use crate::account;
use crate::desk::Desk;
use crate::identity::record;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::guard::forbidden;
use common::json;
use common::problem::Problem;
use common::store::Store;
use common::timestamp::Timestamp;
use common::token::{ISSUER, PROOF_TOKEN_S, Proof};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Ask for a proof.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProofRequest)]
pub struct Ask {
    /// The function that it is for.
    #[schema(example = "ca-sign", pattern = "^[a-z0-9-]{1,40}$")]
    audience: String,
    /// A member of the family; the holder when absent.
    patient_id: Option<String>,
}

/// A proof.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentityProof)]
pub struct Proven {
    /// A JWT (EdDSA, `typ` `identity-proof+jwt`), to be shown to that function alone.
    proof: String,
    /// It ends then.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Makes a proof.
///
/// # Errors
/// 400, 403 for nobody of the account, 422 `not_verified`.
pub async fn make<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Ask { audience, patient_id } = json::parse(body)?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !(1..=40).contains(&audience.len()) || !audience.bytes().all(plain) {
        return Err(Problem::bad_field("audience", "应为功能名称", "a function's id"));
    }
    let account = account::active(desk, &caller.id).await?;
    let mut members = record::members(desk, &account.id).await?.into_iter();
    let member = match &patient_id {
        Some(id) => Some(members.find(|member| member.patient_id == *id).ok_or_else(forbidden)?),
        None => members.find(|member| member.slot == 0),
    };
    let member = member.ok_or_else(|| {
        let (zh, en) = ("请先完成实名认证", "complete a case of real name first");
        Problem::new(422, "not_verified", zh, en)
    })?;
    let iat = desk.now().seconds();
    let proof = Proof {
        iss: ISSUER.to_owned(),
        aud: audience,
        sub: account.id,
        patient_id: member.patient_id,
        relation: member.relation,
        level: member.level.name().to_owned(),
        verified_at: Timestamp(member.verified_at).seconds(),
        jti: desk.id("prf"),
        iat,
        exp: iat + PROOF_TOKEN_S,
    };
    let result = format!("{} {}", proof.aud, proof.jti);
    desk.change(&caller.actor(), "identity.proof", &proof.patient_id, &result, Vec::new()).await?;
    let expires_at = desk.now().plus_ms(PROOF_TOKEN_S * 1_000).to_string();
    Reply::json(201, &Proven { proof: desk.settings.signer.proof(&proof), expires_at })
}
