//! `PUT signers/{id}/seal`: the picture that is drawn beside a signature. It proves nothing by itself.

use super::{find, own};
use crate::desk::{Desk, sql};
use crate::outside::Outside;
use crate::pdf::check_seal;
use common::auth::{Principal, Role};
use common::call::Reply;
use common::problem::Problem;
use common::store::Store;

/// Bytes of a picture.
pub const BYTES: usize = 256 << 10;

/// Stores it.
///
/// # Errors
/// 403, 415, 422 `seal_invalid`.
pub async fn put<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    png: Vec<u8>,
) -> Result<Reply, Problem> {
    let signer = if caller.role == Role::Admin { find(desk, id).await? } else { own(desk, caller, id).await? };
    if desk.call.media_type() != "image/png" {
        return Err(Problem::new(415, "unsupported_format", "印章应为 PNG 图片", "a seal is a PNG picture"));
    }
    check_seal(&png).map_err(|error| {
        let zh = "印章图片无法使用：PNG，不超过 256 KB，边长不超过 1024 像素";
        Problem::new(422, "seal_invalid", zh, error.to_string())
    })?;
    let update = sql("UPDATE {signer} SET seal = ?1, updated_at = ?2 WHERE id = ?3");
    let changes = vec![update.bind(png).bind(desk.now().0).bind(&*signer.id)];
    desk.change(&caller.actor(), "signer.seal", &signer.id, "ok", changes).await?;
    Ok(Reply::empty(204))
}

/// The picture.
///
/// # Errors
/// The store's.
pub async fn get<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Option<Vec<u8>>, Problem> {
    let rows = desk.query(sql("SELECT seal FROM {signer} WHERE id = ?1").bind(id)).await?;
    Ok(rows.first().and_then(|row| row.blob(0)).map(<[u8]>::to_vec))
}
