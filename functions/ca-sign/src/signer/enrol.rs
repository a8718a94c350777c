//! `POST signers`: an administrator enrols a person of the hospital at the authority.

use super::{Data, Signer, State, list, person_index, told};
use crate::desk::{Desk, sql};
use crate::document::Role;
use crate::failure::problem;
use crate::outside::Outside;
use ca_authority::Person;
use common::auth::Principal;
use common::call::Reply;
use common::id_number::IdNumber;
use common::idempotency::Outcome;
use common::json;
use common::phone::Phone;
use common::problem::Problem;
use common::store::{Error, Store};
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

/// Enrols.
///
/// # Errors
/// 400, 409 `signer_exists`, those of the authority.
pub async fn enrol<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let ask: Ask = json::parse(body)?;
    let role = ask.role;
    let (account_id, person) = checked(ask)?;
    let exists = || {
        let (zh, en) = ("该工号或账号已有签名人", "there is a signer of this employee number or account");
        Problem::new(409, "signer_exists", zh, en)
    };
    let key = desk.key(&caller.actor(), "POST /signers", body)?;
    let made = desk.once(&key, async |key| {
        let taken = sql("SELECT 1 FROM {signer} WHERE employee_no = ?1 OR account_id = ?2");
        if desk.query(taken.bind(&*person.employee_no).bind(account_id.clone())).await?.first().is_some() {
            return Err(exists());
        }
        let enrolment = desk.outside.enrol(person.clone()).await.map_err(problem)?;
        let Person { employee_no, name, id_number, phone, .. } = person;
        let signer = Signer {
            id: desk.id("sgn"),
            account_id,
            role,
            employee_no,
            state: State::Pending,
            data: Data { name, id_number, phone, person: enrolment.id.clone() },
            certificate: None,
            invitation: None,
            has_seal: false,
            created_at: desk.now(),
        };
        let data = serde_json::to_vec(&signer.data).map_err(|error| Problem::internal(error.to_string()))?;
        let insert =
            sql("INSERT INTO {signer} (id, account_id, role, employee_no, state, data, person_index, created_at, \
                          updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)");
        let insert = insert.bind(&*signer.id).bind(signer.account_id.clone()).bind(role.name());
        let insert = insert.bind(&*signer.employee_no).bind(signer.state.name());
        let insert = insert.bind(desk.seal(&data, &format!("{}/data", signer.id))?);
        let insert = insert.bind(person_index(desk, &enrolment.id)).bind(desk.now().0);
        let shown = list::shown(&Signer {
            state: enrolment.standing.into(),
            certificate: enrolment.certificate.as_deref().and_then(|der| pki::Certificate::from_der(der).ok()),
            invitation: enrolment.invitation.clone(),
            ..signer.clone()
        });
        let body = serde_json::to_string(&shown).map_err(|error| Problem::internal(error.to_string()))?;
        let outcome = Outcome { status: 201, body };
        let stored = desk.outcome(key, &outcome)?;
        let changes = vec![insert, told(desk, &signer, &enrolment)?, stored];
        match desk.change(&caller.actor(), "signer.enrol", &signer.id, role.name(), changes).await {
            Ok(_) => Ok(outcome),
            Err(Error::Conflict(_)) => Err(exists()),
            Err(error) => Err(error.into()),
        }
    });
    let Outcome { status, body } = made.await?;
    Ok(Reply::new(status, "application/json", body.into_bytes()))
}
