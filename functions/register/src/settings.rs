//! What the hospital sets: the function's variables, read once per instance.

use common::seal::Seal;
use common::token::Signer;
use common::variables::Variables;
use common::windows::Windows;

/// The variables, understood.
pub struct Settings {
    /// Keys of personal data.
    pub seal: Seal,
    /// Signs user tokens and identity proofs.
    pub signer: Signer,
    /// One-time codes per phone.
    pub otp_limits: Windows,
    /// The template of a one-time code at `sms-send`, with the placeholder `code`; free text when empty.
    pub otp_template: String,
    /// Where the other functions are, without a slash behind.
    pub sms_url: String,
    /// As `sms_url`.
    pub ocr_url: String,
    /// As `sms_url`.
    pub face_url: String,
    /// Where verified patients are reported; nowhere when empty.
    pub webhook_url: String,
    /// What reports are signed with.
    pub webhook_secret: String,
}

impl AsRef<Seal> for Settings {
    fn as_ref(&self) -> &Seal {
        &self.seal
    }
}

impl Settings {
    /// The variables that [`parse`](Self::parse) looks at.
    pub const VARIABLES: [&'static str; 9] = [
        "data_key",
        "service_key",
        "register_otp_limits",
        "register_otp_template",
        "register_sms_url",
        "register_ocr_url",
        "register_face_url",
        "register_webhook_url",
        "register_webhook_secret",
    ];

    /// Understands the variables.
    ///
    /// # Errors
    /// Names the variable that is wrong.
    pub fn parse(variables: &Variables) -> Result<Self, String> {
        let get = |name: &str| variables.get(name).map_or("", |value| value.trim()).to_owned();
        let url = |name: &str| get(name).trim_end_matches('/').to_owned();
        let (webhook_url, webhook_secret) = (get("register_webhook_url"), get("register_webhook_secret"));
        if !webhook_url.is_empty() && webhook_secret.is_empty() {
            return Err("register_webhook_secret: reports must be signed".to_owned());
        }
        let limits = get("register_otp_limits");
        let otp_limits = match limits.as_str() {
            "" => Windows { per_minute: Some(1), per_hour: Some(5), per_day: Some(10) },
            json => serde_json::from_str(json).map_err(|error| format!("register_otp_limits: {error}"))?,
        };
        Ok(Self {
            seal: Seal::parse(&get("data_key"))?,
            signer: Signer::parse(crate::policy::FUNCTION.id, &get("service_key"))?,
            otp_limits,
            otp_template: get("register_otp_template"),
            sms_url: url("register_sms_url"),
            ocr_url: url("register_ocr_url"),
            face_url: url("register_face_url"),
            webhook_url,
            webhook_secret,
        })
    }
}
