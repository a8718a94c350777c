//! An account: requests and what their answers say.

use crate::codes::CODES;
use crate::receipts;
use crate::sign::{CONTENT_TYPE, UNSIGNED, WSSE, authorization, wsse};
use serde::Deserialize;
use sms_vendor::canonical::encode;
use sms_vendor::codes::failure;
use sms_vendor::json;
use sms_vendor::variables::Endpoint;
use sms_vendor::{
    Acknowledgement, Answer, Callback, Error, Message, Moment, Question, Receipt, Request, Submission, Variables,
    Vendor, answer,
};

const APP_KEY: &str = "sms_huawei_app_key";
const APP_SECRET: &str = "sms_huawei_app_secret";
const SENDER: &str = "sms_huawei_sender";
const ENDPOINT: &str = "sms_huawei_endpoint";
const CALLBACK_URL: &str = "sms_huawei_callback_url";
const AUTH: &str = "sms_huawei_auth";
const PATH: &str = "/sms/batchSendSms/v1";
const OK: &str = "000000";

/// Credentials, channel and address.
#[derive(Clone)]
pub struct Account {
    app_key: String,
    app_secret: String,
    sender: String,
    endpoint: Endpoint,
    callback_url: String,
    wsse: bool,
}

#[derive(Deserialize)]
struct Head {
    code: String,
    #[serde(default)]
    description: String,
    result: Option<Vec<One>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    #[serde(default)]
    sms_msg_id: String,
    status: String,
    total: Option<u32>,
}

impl Vendor for Account {
    const VARIABLES: &'static [&'static str] = &[APP_KEY, APP_SECRET, SENDER, ENDPOINT, CALLBACK_URL, AUTH];

    fn configure(variables: &Variables) -> Result<Self, Error> {
        let wsse = match variables.get(AUTH) {
            "" | "sdk" => false,
            "wsse" => true,
            _ => return Err(Error::Invalid(format!("variable {AUTH} is neither sdk nor wsse"))),
        };
        Ok(Self {
            app_key: variables.required(APP_KEY)?,
            app_secret: variables.required(APP_SECRET)?,
            sender: variables.required(SENDER)?,
            endpoint: variables.endpoint(ENDPOINT)?,
            // Without one no receipts come.
            callback_url: variables.get(CALLBACK_URL).to_owned(),
            wsse,
        })
    }

    fn submit(&self, message: &Message, moment: Moment) -> Result<Request, Error> {
        let template = message.template.as_ref().ok_or_else(Error::templates_only)?;
        let values: Vec<_> = template.params.iter().map(|param| param.value.as_str()).collect();
        let values = if values.is_empty() { String::new() } else { json::write(&values) };
        let fields = [
            ("from", self.sender.as_str()),
            ("to", &message.phone),
            ("templateId", &template.id),
            ("templateParas", &values),
            ("statusCallback", &self.callback_url),
            ("signature", &message.signature),
            ("extend", &message.reference),
        ];
        // An empty field is an error at this vendor.
        let fields = fields.iter().filter(|(_, value)| !value.is_empty());
        let fields: Vec<_> = fields.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let request = http::Request::post(self.endpoint.url(PATH)).header("content-type", CONTENT_TYPE);
        let request = if self.wsse {
            let token = wsse(&self.app_key, &self.app_secret, moment);
            request.header("authorization", WSSE).header("x-wsse", token)
        } else {
            let signed = authorization(&self.app_key, &self.app_secret, self.endpoint.host(), PATH, moment);
            request
                .header("x-sdk-date", moment.basic())
                .header("x-sdk-content-sha256", UNSIGNED)
                .header("authorization", signed)
        };
        request.body(fields.join("&").into_bytes()).map_err(|error| Error::Invalid(error.to_string()))
    }

    fn submitted(&self, answer: &Answer) -> Result<Submission, Error> {
        let Head { code, description, result } = answer::parse(answer)?;
        match result.unwrap_or_default().pop() {
            Some(one) if one.status != OK => Err(failure(CODES, answer, &one.status, &description)),
            _ if code != OK => Err(failure(CODES, answer, &code, &description)),
            Some(one) if !one.sms_msg_id.is_empty() => {
                Ok(Submission { id: one.sms_msg_id, parts: one.total.filter(|parts| *parts > 0) })
            }
            _ => Err(Error::Lost("000000 without a smsMsgId".to_owned())),
        }
    }

    fn query(&self, _: &Question, _: Moment) -> Result<Request, Error> {
        Err(Error::Unavailable("this vendor cannot be asked after a message: wait for its receipt".to_owned()))
    }

    fn queried(&self, question: &Question, _: &Answer) -> Result<Vec<Receipt>, Error> {
        Err(Error::Unavailable(format!("this vendor was not asked after {}", question.reference)))
    }

    fn receipts(callback: &Callback) -> Result<Vec<Receipt>, String> {
        receipts::parse(&callback.body)
    }

    fn acknowledge(kept: bool) -> Acknowledgement {
        // The status alone counts.
        Acknowledgement::json(if kept { 200 } else { 503 }, if kept { r#"{"code":"000000"}"# } else { "{}" })
    }
}
