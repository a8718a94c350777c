//! `GET /sns/jscode2session`: the request and what its answers mean.

use serde::Deserialize;

/// The network's name.
pub const NAME: &str = "wechat";
/// Codes are about 32 characters long; longer than this is none.
const CODE_BYTES: usize = 256;

/// The mini program's account.
#[derive(Clone, Debug)]
pub struct Account {
    /// AppID.
    pub app_id: String,
    /// AppSecret.
    pub secret: String,
    /// `https://api.weixin.qq.com`.
    pub endpoint: String,
}

/// Who was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// For this mini program.
    pub openid: String,
    /// For all programs of one developer account, where there is one.
    pub unionid: Option<String>,
}

/// Why nobody was found.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// The code.
    Invalid(String),
    /// The person is blocked by the vendor.
    Rejected(String),
    /// Milliseconds until trying again.
    Busy(u32),
    /// The vendor, or our account there.
    Unavailable(String),
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    errcode: i64,
    openid: Option<String>,
    unionid: Option<String>,
}

impl Account {
    /// The request that redeems a code.
    ///
    /// # Errors
    /// `Invalid` for what is no code, `Unavailable` where the account is not configured.
    pub fn request(&self, code: &str) -> Result<http::Request<Vec<u8>>, Failure> {
        if self.app_id.is_empty() || self.secret.is_empty() {
            return Err(Failure::Unavailable("social_app_id or social_app_secret is not set".to_owned()));
        }
        if code.is_empty() || code.len() > CODE_BYTES || !code.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Failure::Invalid("not a login code".to_owned()));
        }
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("appid", &self.app_id)
            .append_pair("secret", &self.secret)
            .append_pair("js_code", code)
            .append_pair("grant_type", "authorization_code")
            .finish();
        let url = format!("{}/sns/jscode2session?{query}", self.endpoint.trim_end_matches('/'));
        // The address holds the secret: it must not be in the error.
        let wrong = |_| Failure::Unavailable("social_endpoint is no address".to_owned());
        http::Request::get(url).body(Vec::new()).map_err(wrong)
    }
}

/// Reads the answer; the vendor tells failures with status 200 and calls JSON text.
///
/// # Errors
/// What the code in it means; texts of the vendor are not repeated, they quote request ids and codes.
pub fn read(status: u16, body: &[u8]) -> Result<Found, Failure> {
    if status != 200 {
        return Err(Failure::Unavailable(format!("the answer is {status}")));
    }
    let malformed = |_| Failure::Unavailable("the answer is no JSON of the known form".to_owned());
    let answer: Answer = serde_json::from_slice(body).map_err(malformed)?;
    match (answer.errcode, answer.openid) {
        (0, Some(openid)) if (1..=128).contains(&openid.len()) => Ok(Found { openid, unionid: answer.unionid }),
        (0, _) => Err(Failure::Unavailable("the answer names nobody".to_owned())),
        // invalid code, code been used, and a code of another mini program.
        (code @ (40029 | 40163 | 41008), _) => Err(Failure::Invalid(format!("errcode {code}"))),
        (40226, _) => Err(Failure::Rejected("errcode 40226".to_owned())),
        // api minute-quota reached; system error, busy.
        (45011, _) => Err(Failure::Busy(60_000)),
        (-1, _) => Err(Failure::Busy(1_000)),
        (code, _) => Err(Failure::Unavailable(format!("errcode {code}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        let endpoint = "https://social.test/".to_owned();
        Account { app_id: "wx1".to_owned(), secret: "s&t".to_owned(), endpoint }
    }

    #[test]
    fn the_request_holds_what_the_vendor_asks_for() {
        let request = account().request("0a+b").unwrap();
        let expected = "https://social.test/sns/jscode2session?appid=wx1&secret=s%26t&js_code=0a%2Bb&grant_type=authorization_code";
        assert_eq!((request.method().as_str(), request.uri().to_string().as_str()), ("GET", expected));
        for bad in ["", "a b", "码", &"x".repeat(257)] {
            assert!(matches!(account().request(bad), Err(Failure::Invalid(_))), "{bad}");
        }
        let none = Account { app_id: String::new(), ..account() };
        assert!(matches!(none.request("0ab"), Err(Failure::Unavailable(_))));
    }

    #[test]
    fn answers_are_understood() {
        let read = |body: &str| read(200, body.as_bytes());
        let found = Found { openid: "o1".to_owned(), unionid: Some("u1".to_owned()) };
        assert_eq!(read(r#"{"session_key":"k","openid":"o1","unionid":"u1","errcode":0}"#), Ok(found));
        assert_eq!(read(r#"{"openid":"o1","session_key":"k"}"#).map(|found| found.unionid), Ok(None));
        let code = |code: i64| read(&format!(r#"{{"errcode":{code},"errmsg":"invalid code, rid: 1"}}"#)).unwrap_err();
        assert_eq!(code(40029), Failure::Invalid("errcode 40029".to_owned()));
        assert_eq!(code(40226), Failure::Rejected("errcode 40226".to_owned()));
        assert_eq!((code(45011), code(-1)), (Failure::Busy(60_000), Failure::Busy(1_000)));
        assert_eq!(code(40125), Failure::Unavailable("errcode 40125".to_owned()));
        for bad in ["", "[]", "{}", r#"{"openid":""}"#, "<html>"] {
            assert!(matches!(read(bad), Err(Failure::Unavailable(_))), "{bad}");
        }
        assert!(matches!(super::read(502, b"{}"), Err(Failure::Unavailable(_))));
    }
}
