//! An account: requests and what their answers say.

use crate::codes::{CODES, REASONS};
use crate::receipts;
use crate::sign::{EMPTY, authorization};
use serde::Deserialize;
use sms_vendor::canonical::query;
use sms_vendor::codes::{failed, failure};
use sms_vendor::json::{self, Object};
use sms_vendor::variables::Endpoint;
use sms_vendor::{
    Acknowledgement, Answer, Callback, Error, Fate, Message, Moment, Question, Receipt, Request, Submission, Variables,
    Vendor, answer, moment, phone,
};

const ACCESS_KEY: &str = "sms_aliyun_access_key";
const SECRET: &str = "sms_aliyun_secret";
const ENDPOINT: &str = "sms_aliyun_endpoint";
const VERSION: &str = "2017-05-25";
/// The most that one page of `QuerySendDetails` holds.
const PAGE: &str = "50";

/// Credentials and address.
#[derive(Clone)]
pub struct Account {
    access_key: String,
    secret: String,
    endpoint: Endpoint,
}

impl Account {
    fn request(&self, action: &str, parameters: &[(&str, &str)], moment: Moment) -> Result<Request, Error> {
        let (query, date, nonce) = (query(parameters), moment.extended(), moment.nonce_hex());
        let headers = [
            ("host", self.endpoint.host()),
            ("x-acs-action", action),
            ("x-acs-content-sha256", EMPTY),
            ("x-acs-date", &date),
            ("x-acs-signature-nonce", &nonce),
            ("x-acs-version", VERSION),
        ];
        let authorization = authorization(&self.access_key, &self.secret, &query, &headers);
        let mut request = http::Request::post(self.endpoint.url(&format!("/?{query}")));
        // The client writes `host` itself.
        for (name, value) in headers.iter().filter(|(name, _)| *name != "host") {
            request = request.header(*name, *value);
        }
        let request = request.header("accept", "application/json").header("authorization", authorization);
        request.body(Vec::new()).map_err(|error| Error::Invalid(error.to_string()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Head {
    code: String,
    #[serde(default)]
    message: String,
    biz_id: Option<String>,
    #[serde(rename = "SmsSendDetailDTOs")]
    details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(rename = "SmsSendDetailDTO")]
    list: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    #[serde(default, deserialize_with = "json::text")]
    err_code: String,
    #[serde(default, deserialize_with = "json::text")]
    out_id: String,
    #[serde(default, deserialize_with = "json::text")]
    receive_date: String,
    #[serde(default, deserialize_with = "json::text")]
    send_status: String,
}

impl Vendor for Account {
    const VARIABLES: &'static [&'static str] = &[ACCESS_KEY, SECRET, ENDPOINT];

    fn configure(variables: &Variables) -> Result<Self, Error> {
        let (access_key, secret) = (variables.required(ACCESS_KEY)?, variables.required(SECRET)?);
        Ok(Self { access_key, secret, endpoint: variables.endpoint(ENDPOINT)? })
    }

    fn submit(&self, message: &Message, moment: Moment) -> Result<Request, Error> {
        let template = message.template.as_ref().ok_or_else(Error::templates_only)?;
        let params: Vec<_> = template.params.iter().map(|p| (p.name.as_str(), p.value.as_str())).collect();
        let (phone, params) = (phone::local(&message.phone), json::write(&Object(&params)));
        let parameters = [
            ("OutId", message.reference.as_str()),
            ("PhoneNumbers", &phone),
            ("SignName", &message.signature),
            ("TemplateCode", &template.id),
            ("TemplateParam", &params),
        ];
        self.request("SendSms", &parameters, moment)
    }

    fn submitted(&self, answer: &Answer) -> Result<Submission, Error> {
        let head: Head = answer::parse(answer)?;
        match head.biz_id {
            Some(id) if head.code == "OK" && !id.is_empty() => Ok(Submission { id, parts: None }),
            _ if head.code == "OK" => Err(Error::Lost("OK without a BizId".to_owned())),
            _ => Err(failure(CODES, answer, &head.code, &head.message)),
        }
    }

    fn query(&self, question: &Question, moment: Moment) -> Result<Request, Error> {
        let (phone, day) = (phone::local(&question.phone), moment::china_day(question.submitted_at_ms));
        let mut parameters =
            vec![("CurrentPage", "1"), ("PageSize", PAGE), ("PhoneNumber", &phone), ("SendDate", &day)];
        parameters.extend(question.id.as_deref().map(|id| ("BizId", id)));
        self.request("QuerySendDetails", &parameters, moment)
    }

    fn queried(&self, question: &Question, answer: &Answer) -> Result<Vec<Receipt>, Error> {
        let head: Head = answer::parse(answer)?;
        if head.code != "OK" {
            return Err(failure(CODES, answer, &head.code, &head.message));
        }
        let details = head.details.map(|details| details.list).unwrap_or_default();
        // The answer does not hold the BizId; the reference tells one message to a phone from another.
        let ours = details.into_iter().filter(|detail| detail.out_id == question.reference);
        Ok(ours
            .map(|detail| Receipt {
                id: question.id.clone().unwrap_or_default(),
                reference: Some(question.reference.clone()),
                phone: question.phone.clone(),
                part: None,
                fate: match detail.send_status.as_str() {
                    "3" => Fate::Delivered,
                    "2" => failed(REASONS, &detail.err_code, ""),
                    _ => Fate::Pending,
                },
                at_ms: moment::parse(&detail.receive_date),
            })
            .collect())
    }

    fn receipts(callback: &Callback) -> Result<Vec<Receipt>, String> {
        receipts::parse(&callback.body)
    }

    fn acknowledge(kept: bool) -> Acknowledgement {
        if kept {
            Acknowledgement::json(200, r#"{"code":0,"msg":"OK"}"#)
        } else {
            Acknowledgement::json(503, r#"{"code":1,"msg":"again"}"#)
        }
    }
}
