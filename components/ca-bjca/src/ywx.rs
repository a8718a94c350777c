//! The service for doctors (YWX): `head` says who asks, and nothing is signed but, perhaps, its callbacks.

use crate::account::Account;
use crate::authority::{Bjca, unsupported};
use crate::enrolment::{enrolment, minutes};
use crate::exchange::{Data, Effect, post};
use crate::sign::{Nested, signature, text_without};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ca_authority::{Approval, Callback, Context, Enrolment, Error, Fate, Job, Notice, Outcome, Person};
use cloud::json;
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq;

/// Where doctors are asked after and made known.
pub const DOCTOR: &str = "/gateway/doctor/synDoctorSearch";
/// Where jobs go.
pub const RECIPE: &str = "/gateway/recipe/synRecipeInfo";
/// How an answer says that all is well.
const FINE: &str = "0";
/// The proof in a callback.
const SIGN: &str = "sign";

impl Bjca {
    async fn ywx(&self, path: &str, body: Value, effect: Effect, context: &Context<'_>) -> Result<Data<'_>, Error> {
        let Account { endpoint, coss, .. } = &self.account;
        let named = |fields: Value| match fields {
            Value::Object(fields) => {
                fields.into_iter().map(|(name, value)| (coss.names.of(&name).to_owned(), value)).collect()
            }
            other => other,
        };
        let head = named(json!({"clientId": coss.app_id, "clientSecret": coss.secret}));
        let request = json!({"head": head, "body": named(body)});
        post(endpoint.url(coss.names.of(path)), &request, FINE, &coss.names, effect, context).await
    }

    pub(crate) async fn doctor(&self, person: &Person, context: &Context<'_>) -> Result<Enrolment, Error> {
        let body = json!({"doctorName": person.name, "uid": person.id_number, "uidCardType": "SF",
            "phone": person.phone, "employeeNumber": person.employee_no});
        let data = self.ywx(DOCTOR, body, Effect::Asks, context).await?;
        let id = data.id("openId").ok_or_else(|| Error::Unavailable("the doctor got no id".to_owned()))?;
        enrolment(id, data.text("qrCode"), &data, context.now())
    }

    pub(crate) async fn look_doctor(&self, id: &str, context: &Context<'_>) -> Result<Enrolment, Error> {
        let data = self.ywx(DOCTOR, json!({ "openId": id }), Effect::Asks, context).await?;
        enrolment(id.to_owned(), data.text("qrCode"), &data, context.now())
    }

    pub(crate) async fn add_recipe(&self, job: &Job, context: &Context<'_>) -> Result<Outcome, Error> {
        let Approval::Code = job.approval else {
            return Err(unsupported("approval other than with the authority's own app"));
        };
        let reference = Some(job.reference.clone());
        let Some(minutes) = minutes(job.expires_at_ms, context.now_ms) else {
            return Ok(Outcome { id: String::new(), reference, fate: Fate::Expired });
        };
        let body = json!({"openId": job.person, "urId": job.reference, "subject": job.title,
            "originData": STANDARD.encode(&job.content), "hashAlg": "SM3", "expireMinutes": minutes.to_string()});
        let data = self.ywx(RECIPE, body, Effect::Acts, context).await?;
        Ok(Outcome { id: data.made("uniqueId")?, reference, fate: Fate::Waiting(data.text("qrCode")) })
    }

    pub(crate) fn called(&self, callback: &Callback) -> Result<Vec<Notice>, Error> {
        let names = &self.account.coss.names;
        let fields: Map<String, Value> =
            json::parse(&callback.body).map_err(|why| Error::Invalid(format!("callback: {why}")))?;
        self.proved(&fields)?;
        let data = Data::of(Value::Object(fields), names);
        if data.text("client_id").as_ref() != Some(&self.account.coss.app_id) {
            return Err(Error::invalid("callback: of another client"));
        }
        let Some(id) = data.id("unique_id") else {
            let person = data.id("open_id").map(Notice::Person);
            return Ok(vec![person.ok_or_else(|| Error::invalid("callback: names neither a job nor a person"))?]);
        };
        let reason = || data.text("reason").unwrap_or_default();
        let fate = match data.text("status").as_deref() {
            Some("2") => {
                Fate::Signed(data.bytes("signed_data")?.ok_or_else(|| Error::invalid("callback: no signature"))?)
            }
            Some("6") => Fate::Refused(reason()),
            Some("7") => Fate::Expired,
            Some("9") => Fate::Voided,
            _ => Fate::Waiting(None),
        };
        Ok(vec![Notice::Job(Outcome { id, reference: data.text("ur_id"), fate })])
    }

    /// How `sign` is made is unconfirmed: taken to be as requests of the co-signing service are.
    fn proved(&self, fields: &Map<String, Value>) -> Result<(), Error> {
        if !self.account.callback_signed {
            return Ok(());
        }
        let sign = self.account.coss.names.of(SIGN);
        let wrong = || Error::invalid("callback: its sign is not the service's");
        let given = fields.get(sign).and_then(Value::as_str).ok_or_else(wrong)?;
        let text = text_without(fields, sign, Nested::Omitted).map_err(|_| wrong())?;
        let made = signature(&self.account.coss.secret, &text);
        let same: bool = made.as_bytes().ct_eq(given.as_bytes()).into();
        same.then_some(()).ok_or_else(wrong)
    }
}
