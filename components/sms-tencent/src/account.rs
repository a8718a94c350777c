//! An account: requests and what their answers say.

use crate::codes::{CODES, REASONS};
use crate::receipts;
use serde::{Deserialize, Serialize};
use sign_tencent::{Service, Signer};
use sms_vendor::codes::{failed, failure};
use sms_vendor::json;
use sms_vendor::{
    Acknowledgement, Answer, Callback, Error, Fate, Message, Moment, Question, Receipt, Request, Submission, Variables,
    Vendor, answer,
};

const SECRET_ID: &str = "sms_tencent_secret_id";
const SECRET_KEY: &str = "sms_tencent_secret_key";
const APP_ID: &str = "sms_tencent_sdk_app_id";
const REGION: &str = "sms_tencent_region";
const ENDPOINT: &str = "sms_tencent_endpoint";
const SERVICE: Service = Service { name: "sms", version: "2021-01-11" };
/// The most that one question gives.
const LIMIT: u32 = 100;
/// Our clock and the vendor's may differ by so much.
const SKEW_S: i64 = 5;

/// Credentials, application and address.
#[derive(Clone)]
pub struct Account {
    signer: Signer,
    app_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Send<'a> {
    phone_number_set: [&'a str; 1],
    sms_sdk_app_id: &'a str,
    template_id: &'a str,
    sign_name: &'a str,
    template_param_set: Vec<&'a str>,
    session_context: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Pull<'a> {
    begin_time: i64,
    end_time: i64,
    offset: u32,
    limit: u32,
    phone_number: &'a str,
    sms_sdk_app_id: &'a str,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "Response")]
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    error: Option<Code>,
    send_status_set: Option<Vec<Status>>,
    pull_sms_send_status_set: Option<Vec<Pulled>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Code {
    code: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    #[serde(default)]
    serial_no: String,
    fee: Option<u32>,
    #[serde(flatten)]
    code: Code,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pulled {
    serial_no: String,
    report_status: String,
    #[serde(default)]
    description: String,
    user_receive_time: Option<i64>,
}

impl Account {
    fn request(&self, action: &str, body: &impl Serialize, moment: Moment) -> Result<Request, Error> {
        let request = self.signer.request(SERVICE, action, json::write(body), moment);
        request.map_err(|error| Error::Invalid(error.to_string()))
    }

    fn response(answer: &Answer) -> Result<Response, Error> {
        let Envelope { response } = answer::parse(answer)?;
        match &response.error {
            Some(Code { code, message }) => Err(failure(CODES, answer, code, message)),
            None => Ok(response),
        }
    }
}

impl Vendor for Account {
    const VARIABLES: &'static [&'static str] = &[SECRET_ID, SECRET_KEY, APP_ID, REGION, ENDPOINT];

    fn configure(variables: &Variables) -> Result<Self, Error> {
        let signer = Signer {
            secret_id: variables.required(SECRET_ID)?,
            secret_key: variables.required(SECRET_KEY)?,
            region: variables.required(REGION)?,
            endpoint: variables.endpoint(ENDPOINT)?,
        };
        Ok(Self { signer, app_id: variables.required(APP_ID)? })
    }

    fn submit(&self, message: &Message, moment: Moment) -> Result<Request, Error> {
        let template = message.template.as_ref().ok_or_else(Error::templates_only)?;
        let send = Send {
            phone_number_set: [&message.phone],
            sms_sdk_app_id: &self.app_id,
            template_id: &template.id,
            sign_name: &message.signature,
            template_param_set: template.params.iter().map(|param| param.value.as_str()).collect(),
            session_context: &message.reference,
        };
        self.request("SendSms", &send, moment)
    }

    fn submitted(&self, answer: &Answer) -> Result<Submission, Error> {
        match Self::response(answer)?.send_status_set.unwrap_or_default().pop() {
            Some(status) if status.code.code == "Ok" && !status.serial_no.is_empty() => {
                Ok(Submission { id: status.serial_no, parts: status.fee.filter(|fee| *fee > 0) })
            }
            Some(Status { code: Code { code, message }, .. }) if code != "Ok" => {
                Err(failure(CODES, answer, &code, &message))
            }
            _ => Err(Error::Lost("Ok without a SerialNo".to_owned())),
        }
    }

    fn query(&self, question: &Question, moment: Moment) -> Result<Request, Error> {
        let begin_time = question.submitted_at_ms.div_euclid(1_000) - SKEW_S;
        let end_time = moment.unix_s().max(begin_time + 1) + SKEW_S;
        let (phone_number, sms_sdk_app_id) = (&*question.phone, &*self.app_id);
        let pull = Pull { begin_time, end_time, offset: 0, limit: LIMIT, phone_number, sms_sdk_app_id };
        self.request("PullSmsSendStatusByPhoneNumber", &pull, moment)
    }

    fn queried(&self, question: &Question, answer: &Answer) -> Result<Vec<Receipt>, Error> {
        let pulled = Self::response(answer)?.pull_sms_send_status_set.unwrap_or_default();
        // Without an id these are all messages to the phone since then: the vendor does not give our reference back,
        // so which of them is the one that was lost is for the caller to tell, who knows the ids of the others.
        let asked = pulled.into_iter().filter(|one| question.id.as_ref().is_none_or(|id| *id == one.serial_no));
        let receipts: Vec<_> = asked.map(|one| receipt(one, question)).collect();
        // Only what the carrier has reported on is listed, so an empty list does not say that it was not sent.
        match &question.id {
            _ if !receipts.is_empty() => Ok(receipts),
            None => Err(Error::Unavailable("no report on a message to this phone yet, which may come".to_owned())),
            Some(id) => {
                let (id, phone) = (id.clone(), question.phone.clone());
                Ok(vec![Receipt { id, reference: None, phone, part: None, fate: Fate::Pending, at_ms: None }])
            }
        }
    }

    fn receipts(callback: &Callback) -> Result<Vec<Receipt>, String> {
        receipts::parse(&callback.body)
    }

    fn acknowledge(kept: bool) -> Acknowledgement {
        if kept {
            Acknowledgement::json(200, r#"{"result":0,"errmsg":"OK"}"#)
        } else {
            Acknowledgement::json(503, r#"{"result":1,"errmsg":"again"}"#)
        }
    }
}

fn receipt(pulled: Pulled, question: &Question) -> Receipt {
    let fate = match pulled.report_status.as_str() {
        "SUCCESS" => Fate::Delivered,
        "FAIL" => {
            let code = pulled.description.split([' ', ',']).next().unwrap_or_default();
            failed(REASONS, code, &pulled.description)
        }
        _ => Fate::Pending,
    };
    let at_ms = pulled.user_receive_time.filter(|seconds| *seconds > 0).and_then(|seconds| seconds.checked_mul(1_000));
    Receipt { id: pulled.serial_no, reference: None, phone: question.phone.clone(), part: None, fate, at_ms }
}
