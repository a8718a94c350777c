//! `POST signers`: an administrator enrols a person of the hospital at the authority.

use super::{Data, Signer, State, list, person_index, read, select, told};
use crate::desk::{Desk, sql};
use crate::document::Role;
use crate::failure::problem;
use crate::outside::Outside;
use crate::paper;
use crate::pdf::Face;
use ca_authority::Person;
use common::auth::Principal;
use common::call::Reply;
use common::id_number::IdNumber;
use common::idempotency::Outcome;
use common::json;
use common::phone::Phone;
use common::problem::Problem;
use common::store::{Error, Statement, Store};
use serde::Deserialize;
use utoipa::ToSchema;

/// Whom to enrol.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignerRequest)]
pub struct Ask {
    /// The user who signs as this signer, `usr_<ULID>`; not for the hospital's seal.
    account_id: Option<String>,
    /// The hospital's, 1 to 32 letters, digits or `-`.
    #[schema(example = "D0017")]
    employee_no: String,
    /// As on the card; the hospital's for its seal.
    #[schema(min_length = 2, max_length = 40)]
    name: String,
    /// The citizen's number; for the hospital its unified social credit code.
    id_number: String,
    /// A mobile phone in China.
    phone: String,
    role: Role,
    /// What the person will approve signatures with, 6 to 12 digits, where the authority lets the hospital ask for it.
    #[schema(pattern = "^[0-9]{6,12}$")]
    pin: Option<String>,
}

fn checked(ask: Ask) -> Result<(Option<String>, Person), Problem> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if !(1..=32).contains(&ask.employee_no.len()) || !ask.employee_no.bytes().all(plain) {
        let (zh, en) = ("应为 1 至 32 个字母、数字或 -", "1 to 32 letters, digits or -");
        return Err(Problem::bad_field("employee_no", zh, en));
    }
    let name = ask.name.trim().to_owned();
    if !(2..=40).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(Problem::bad_field("name", "应为 2 至 40 个字符", "2 to 40 characters"));
    }
    let hospital = ask.role == Role::Hospital;
    let id_number = match (hospital, IdNumber::parse(&ask.id_number)) {
        (false, Some(number)) => number.as_str().to_owned(),
        (true, _) if ask.id_number.len() == 18 && ask.id_number.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            ask.id_number.to_ascii_uppercase()
        }
        _ => return Err(Problem::bad_field("id_number", "不是有效的证件号码", "no valid number")),
    };
    let phone =
        Phone::parse(&ask.phone).ok_or_else(|| Problem::bad_field("phone", "不是有效的手机号码", "no mobile phone"))?;
    if ask.pin.as_ref().is_some_and(|pin| !(6..=12).contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Problem::bad_field("pin", "应为 6 至 12 位数字", "6 to 12 digits"));
    }
    if hospital != ask.account_id.is_none() || ask.account_id.as_ref().is_some_and(|id| !common::id::is("usr", id)) {
        let (zh, en) =
            ("医师、药师须对应一个账号，医院印章不对应账号", "a person has an account, the hospital's seal has none");
        return Err(Problem::bad_field("account_id", zh, en));
    }
    let person = Person {
        employee_no: ask.employee_no,
        name,
        id_number,
        phone: phone.e164().to_owned(),
        role: ask.role.into(),
        pin: ask.pin,
    };
    Ok((ask.account_id, person))
}

/// The row of a signer whose certificate is over, as of one who has none yet; a `conflict` where another request was faster.
fn renewed<S: Store, O: Outside>(desk: &Desk<'_, S, O>, old: &Signer, data: Vec<u8>, index: String) -> Vec<Statement> {
    let renew = sql("UPDATE {signer} SET state = CASE WHEN person_index = ?1 THEN 'pending' END, data = ?2, \
                     person_index = ?3, certificate = NULL, serial = NULL, revoked_at = NULL, wrong_pins = 0, \
                     updated_at = ?4 WHERE id = ?5");
    let renew = renew.bind(person_index(desk, &old.data.person)).bind(data).bind(index).bind(desk.now().0);
    let end = sql("UPDATE {authorisation} SET state = 'revoked' WHERE signer_id = ?1").bind(&*old.id);
    vec![renew.bind(&*old.id), end]
}

/// Enrols; whoever's certificate is expired or revoked gets a new one as the same signer.
///
/// # Errors
/// 400, 409 `signer_exists`, 422 `glyph_missing`, those of the authority.
pub async fn enrol<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
    face: &Face,
) -> Result<Reply, Problem> {
    let ask: Ask = json::parse(body)?;
    let role = ask.role;
    let (account_id, person) = checked(ask)?;
    // It will stand on sheets.
    paper::drawable(&person.name, face)?;
    let exists = || {
        let (zh, en) = ("该工号或账号已有签名人", "there is a signer of this employee number or account");
        Problem::new(409, "signer_exists", zh, en)
    };
    let key = desk.key(&caller.actor(), "POST /signers", body)?;
    let made = desk.once(&key, async |key| {
        let taken = select("employee_no = ?1 OR account_id = ?2").bind(&*person.employee_no).bind(account_id.clone());
        let rows = desk.query(taken).await?;
        let taken = rows.iter().map(|row| read(desk, row)).collect::<Result<Vec<_>, _>>()?;
        let over = |old: &Signer| {
            let same = old.employee_no == person.employee_no && old.account_id == account_id && old.role == role;
            same && matches!(old.state, State::Expired | State::Revoked)
        };
        let former = match taken.as_slice() {
            [] => None,
            [old] if over(old) => Some(old),
            _ => return Err(exists()),
        };
        let enrolment = desk.outside.enrol(person.clone()).await.map_err(problem)?;
        let Person { employee_no, name, id_number, phone, .. } = person;
        let signer = Signer {
            id: former.map_or_else(|| desk.id("sgn"), |old| old.id.clone()),
            account_id,
            role,
            employee_no,
            state: State::Pending,
            data: Data { name, id_number, phone, person: enrolment.id.clone() },
            certificate: None,
            invitation: None,
            has_seal: former.is_some_and(|old| old.has_seal),
            created_at: former.map_or_else(|| desk.now(), |old| old.created_at),
        };
        let data = serde_json::to_vec(&signer.data).map_err(|error| Problem::internal(error.to_string()))?;
        let data = desk.seal(&data, &format!("{}/data", signer.id))?;
        let index = person_index(desk, &enrolment.id);
        let row = match former {
            None => {
                let insert =
                    sql("INSERT INTO {signer} (id, account_id, role, employee_no, state, data, person_index, \
                                  created_at, updated_at) VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?6, ?7, ?7)");
                let insert = insert.bind(&*signer.id).bind(signer.account_id.clone()).bind(role.name());
                vec![insert.bind(&*signer.employee_no).bind(data).bind(index).bind(desk.now().0)]
            }
            Some(old) => renewed(desk, old, data, index),
        };
        let shown = list::shown(&Signer {
            state: enrolment.standing.into(),
            certificate: enrolment.certificate.as_deref().and_then(|der| pki::Certificate::from_der(der).ok()),
            invitation: enrolment.invitation.clone(),
            ..signer.clone()
        });
        let body = serde_json::to_string(&shown).map_err(|error| Problem::internal(error.to_string()))?;
        let outcome = Outcome { status: 201, body };
        let stored = desk.outcome(key, &outcome)?;
        let changes = [row, told(desk, &signer, &enrolment)?, vec![stored]].concat();
        match desk.change(&caller.actor(), "signer.enrol", &signer.id, role.name(), changes).await {
            Ok(_) => Ok(outcome),
            Err(Error::Conflict(_)) => Err(exists()),
            Err(error) => Err(error.into()),
        }
    });
    let Outcome { status, body } = made.await?;
    Ok(Reply::new(status, "application/json", body.into_bytes()))
}
