//! `GET documents/{id}/signatures/{signature}/code.svg`: the invitation as a code that another device scans.

use super::{seen, show::invitation};
use crate::desk::Desk;
use crate::link;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::store::Store;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};

/// Draws it.
///
/// # Errors
/// 403, 404 where the caller has nothing to decide, 422 `code_too_long`.
pub async fn get<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    signature: &str,
) -> Result<Reply, Problem> {
    let signature = seen(desk, caller, id, signature).await?;
    let text = invitation(&signature, caller).ok_or_else(Problem::not_found)?;
    // A device that scans it needs the whole address.
    let text = if text.starts_with('/') { format!("{}{text}", link::origin(desk)) } else { text.to_owned() };
    let code = QRBuilder::new(text).ecl(ECL::L).build().map_err(|_| {
        Problem::new(422, "code_too_long", "链接过长，请直接打开", "too long for a code: open the link instead")
    })?;
    Ok(Reply::new(200, "image/svg+xml", SvgBuilder::default().to_str(&code).into_bytes()))
}
