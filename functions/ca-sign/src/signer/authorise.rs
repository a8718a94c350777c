//! `POST signers/{id}/authorisations`: a signer approves a shift's signatures beforehand, for a time and a number.

use super::{Signer, State, active, own};
use crate::desk::{Desk, sql};
use crate::failure::{over, problem};
use crate::outside::Outside;
use crate::pins;
use ca_authority::Approval;
use common::auth::Principal;
use common::call::Reply;
use common::guard::forbidden;
use common::idempotency::Outcome;
use common::json;
use common::problem::Problem;
use common::store::{Row, Rows, Statement, Store};
use common::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A shift: 12 hours.
const LONGEST_MS: i64 = 12 * 3_600_000;
/// Signatures in a shift.
const MOST: u32 = 500;
/// The hospital's seal is no person's: a year, as its certificate.
const SEAL_MS: i64 = 366 * 24 * 3_600_000;
const SEAL_MOST: u32 = 10_000_000;

/// What is approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuthorisationRequest)]
pub struct Ask {
    /// At most 12 hours away; a year for the hospital's seal.
    #[schema(format = DateTime)]
    until: String,
    /// Signatures, 1 to 500; to 10,000,000 for the hospital's seal.
    most: u32,
    /// The signer's pin; without it the authority asks the person.
    pin: Option<String>,
}

/// An authorisation.
#[derive(Serialize, ToSchema)]
pub struct Authorisation {
    /// `aut_<ULID>`.
    authorisation_id: String,
    /// `pending`, `active`, `suspended`, `revoked`, `expired`.
    state: State,
    /// What the person scans or opens to give it, while `pending`.
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<String>,
    /// It ends then.
    #[schema(format = DateTime)]
    until: String,
    /// Signatures that it is good for.
    most: i64,
    /// Signatures made with it.
    used: i64,
}

/// Authorisations.
#[derive(Serialize, ToSchema)]
pub struct Authorisations {
    /// The newest first, 20 at most.
    items: Vec<Authorisation>,
}

const COLUMNS: &str = "id, state, invitation, until_at, most, used, authority_id";

fn read<S: Store, O: Outside>(desk: &Desk<'_, S, O>, row: Row<'_>) -> Result<(Authorisation, String), Problem> {
    let broken = || Problem::internal("an authorisation row is malformed");
    let id = row.text(0).ok_or_else(broken)?.to_owned();
    let open = |column: usize, name: &str| {
        row.blob(column).map(|sealed| desk.keys().open_text(sealed, &format!("{id}/{name}"))).transpose()
    };
    let (invitation, authority_id) = (open(2, "invitation")?, open(6, "authority")?.ok_or_else(broken)?);
    let until = Timestamp(row.integer(3).ok_or_else(broken)?);
    let (most, used) = (row.integer(4).ok_or_else(broken)?, row.integer(5).ok_or_else(broken)?);
    let state = row.text(1).and_then(State::named).ok_or_else(broken)?;
    let over = matches!(state, State::Active | State::Pending) && (until <= desk.now() || used >= most);
    let state = if over { State::Expired } else { state };
    let until = until.to_string();
    Ok((Authorisation { authorisation_id: id, state, invitation, until, most, used }, authority_id))
}

/// Asks for one.
///
/// # Errors
/// 400, 403, 422 `pin_wrong` and others of the authority.
pub async fn give<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Ask { until, most, pin } = json::parse(body)?;
    let signer = own(desk, caller, id).await?;
    let (longest, largest) = match signer.role {
        crate::document::Role::Hospital => (SEAL_MS, SEAL_MOST),
        _ => (LONGEST_MS, MOST),
    };
    let within = |until: &Timestamp| *until > desk.now() && until.0 - desk.now().0 <= longest;
    let wrong = || Problem::bad_field("until", "应为 12 小时以内的将来时间", "a time to come, within 12 hours");
    let until = Timestamp::parse(&until).filter(within).ok_or_else(wrong)?;
    if !(1..=largest).contains(&most) {
        return Err(Problem::bad_field("most", "超出范围", "out of range"));
    }
    let key = desk.key(&caller.actor(), &format!("POST /signers/{id}/authorisations"), body)?;
    let made = desk.once(&key, async |key| {
        active(&signer)?;
        let by_pin = pin.is_some();
        if by_pin {
            pins::take(desk, &signer).await?;
        }
        let approval = pin.map_or(Approval::Code, Approval::Pin);
        let given = desk.outside.authorise(&signer.data.person, approval, until.0, most).await;
        let given = pins::counted(desk, &signer, by_pin, given).await?;
        let id = desk.id("aut");
        let invitation = given.invitation.as_ref().map(|text| desk.seal(text.as_bytes(), &format!("{id}/invitation")));
        let insert =
            sql("INSERT INTO {authorisation} (id, signer_id, authority_id, state, invitation, until_at, most, \
                          created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        let insert = insert.bind(&*id).bind(&*signer.id);
        let insert = insert.bind(desk.seal(given.id.as_bytes(), &format!("{id}/authority"))?);
        let state = State::from(given.standing);
        let insert = insert.bind(state.name()).bind(invitation.transpose()?);
        let insert = insert.bind(given.until_ms.min(until.0)).bind(i64::from(most)).bind(desk.now().0);
        let shown = Authorisation {
            authorisation_id: id.clone(),
            state,
            invitation: given.invitation,
            until: Timestamp(given.until_ms.min(until.0)).to_string(),
            most: i64::from(most),
            used: 0,
        };
        let body = serde_json::to_string(&shown).map_err(|error| Problem::internal(error.to_string()))?;
        let outcome = Outcome { status: 201, body };
        let changes = vec![insert, desk.outcome(key, &outcome)?];
        desk.change(&caller.actor(), "signer.authorise", &signer.id, &id, changes).await?;
        Ok(outcome)
    });
    let Outcome { status, body } = made.await?;
    Ok(Reply::new(status, "application/json", body.into_bytes()))
}

/// Lists a signer's.
///
/// # Errors
/// 403.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal, id: &str) -> Result<Reply, Problem> {
    let signer = own(desk, caller, id).await?;
    let rows = newest(desk, &signer, 20).await?;
    let items = rows.iter().map(|row| read(desk, row).map(|(shown, _)| shown)).collect::<Result<_, _>>()?;
    Reply::json(200, &Authorisations { items })
}

async fn newest<S: Store, O: Outside>(desk: &Desk<'_, S, O>, signer: &Signer, most: i64) -> Result<Rows, Problem> {
    let find = sql(&format!(
        "SELECT {COLUMNS} FROM {{authorisation}} WHERE signer_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2"
    ));
    desk.query(find.bind(&*signer.id).bind(most)).await
}

/// Ends one; a second time is the same as once.
///
/// # Errors
/// 403, those of the authority.
pub async fn end<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    authorisation: &str,
) -> Result<Reply, Problem> {
    let signer = own(desk, caller, id).await?;
    let find = sql(&format!("SELECT {COLUMNS} FROM {{authorisation}} WHERE id = ?1 AND signer_id = ?2"));
    let rows = desk.query(find.bind(authorisation).bind(&*signer.id)).await?;
    let (shown, authority_id) = read(desk, rows.first().ok_or_else(forbidden)?)?;
    let end = sql("UPDATE {authorisation} SET state = 'revoked' WHERE id = ?1").bind(authorisation);
    // Here first: from now on nothing is signed with it, whatever the authority answers.
    desk.change(&caller.actor(), "signer.authorisation_end", &signer.id, authorisation, vec![end]).await?;
    if matches!(shown.state, State::Active | State::Pending) {
        desk.outside.revoke_authorisation(&authority_id).await.map_err(problem)?;
    }
    Ok(Reply::empty(204))
}

/// The authority refused to sign with it: the person may have ended it there.
///
/// # Errors
/// The store's.
pub async fn refused<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str, authority_id: &str) -> Result<(), Problem> {
    // Where nobody can tell, whoever tries again is told again.
    let Ok(told) = desk.outside.look_authorisation(authority_id).await else { return Ok(()) };
    let state = State::from(told.standing);
    if !matches!(state, State::Active | State::Pending) {
        let end = sql("UPDATE {authorisation} SET state = ?1 WHERE id = ?2 AND state = 'active'");
        desk.query(end.bind(state.name()).bind(id)).await?;
    }
    Ok(())
}

/// Gives a use back: nothing was made.
#[must_use]
pub fn unused(id: &str) -> Statement {
    sql("UPDATE {authorisation} SET used = used - 1 WHERE id = ?1 AND used > 0").bind(id)
}

/// As [`unused`], of the one that a signature was to be made with.
#[must_use]
pub fn unused_by(signature_id: &str) -> Statement {
    let back = sql("UPDATE {authorisation} SET used = used - 1 WHERE used > 0 AND \
                    id = (SELECT authorisation_id FROM {signature} WHERE id = ?1)");
    back.bind(signature_id)
}

/// One to sign with now: the one that is meant, or the newest that is good. With the authority's id of it, and what counts
/// the signature, a `conflict` where another one was the last.
///
/// # Errors
/// 422 `authorisation_over`.
pub async fn usable<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    signer: &Signer,
    id: Option<&str>,
) -> Result<(String, String, Statement), Problem> {
    let mut unknown = None;
    for row in newest(desk, signer, 100).await?.iter() {
        let (mut found, authority_id) = read(desk, row)?;
        if id.is_some_and(|id| id != found.authorisation_id) {
            continue;
        }
        if found.state == State::Pending {
            // The person may have given it since.
            let told = match desk.outside.look_authorisation(&authority_id).await {
                Ok(told) => told,
                // An older one may be good.
                Err(error) => {
                    unknown = unknown.or(Some(problem(error)));
                    continue;
                }
            };
            found.state = told.standing.into();
            let set = sql("UPDATE {authorisation} SET state = ?1 WHERE id = ?2 AND state = 'pending'")
                .bind(found.state.name());
            desk.query(set.bind(&*found.authorisation_id)).await?;
        }
        if found.state == State::Active {
            let count = sql("UPDATE {authorisation} SET used = CASE WHEN used < most AND state = 'active' \
                             THEN used + 1 END WHERE id = ?1");
            let count = count.bind(&*found.authorisation_id);
            return Ok((found.authorisation_id, authority_id, count));
        }
    }
    Err(unknown.unwrap_or_else(over))
}
