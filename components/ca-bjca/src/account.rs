//! The hospital's account: its variables.

use crate::coss;
use crate::names::Names;
use crate::sign::Nested;
use ca_authority::{Error, Variables};
use cloud::Endpoint;
use http::Uri;
use pki::Certificate;

/// `coss` or `ywx`.
pub const MODE: &str = "ca_bjca_mode";
/// `http(s)://host[:port]`.
pub const ENDPOINT: &str = "ca_bjca_endpoint";
/// The application's id, the client's id.
pub const APP_ID: &str = "ca_bjca_app_id";
/// Its secret.
pub const SECRET: &str = "ca_bjca_secret";
/// As [`Nested`] has it.
pub const NESTED: &str = "ca_bjca_nested";
/// As [`Names`] has it.
pub const NAMES: &str = "ca_bjca_names";
/// `hmac` or `none`: how a callback of YWX proves where it comes from.
pub const CALLBACK: &str = "ca_bjca_callback";
/// Where timestamps are made (RFC 3161 over HTTP).
pub const TSA_URL: &str = "ca_bjca_tsa_url";
/// With commas between: each complete list, then its delta.
pub const CRL_URLS: &str = "ca_bjca_crl_urls";
/// PEM, one after the other.
pub const CERTIFICATES: &str = "ca_bjca_certificates";
/// For all exchanges of one call together.
pub const TIMEOUT_MS: &str = "ca_bjca_timeout_ms";
/// What an account is made of, besides the timeout.
pub const VARIABLES: &[&str] =
    &[MODE, ENDPOINT, APP_ID, SECRET, NESTED, NAMES, CALLBACK, TSA_URL, CRL_URLS, CERTIFICATES];

const MOST_CERTIFICATES: usize = 16;
const MOST_LISTS: usize = 16;
const END: &str = "-----END CERTIFICATE-----";

/// Which of the two services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Co-signing.
    Coss,
    /// For doctors (医网信).
    Ywx,
}

/// The account.
pub struct Account {
    /// Which service.
    pub mode: Mode,
    /// Where it is.
    pub endpoint: Endpoint,
    /// Who asks; YWX takes id and secret of it.
    pub coss: coss::Account,
    /// Whether callbacks of YWX are signed as requests of COSS are.
    pub callback_signed: bool,
    /// Where timestamps are made.
    pub tsa: Option<Uri>,
    /// Where lists are.
    pub lists: Vec<Uri>,
    /// Above signers and timestamps.
    pub certificates: Vec<Vec<u8>>,
}

impl Account {
    /// Reads the variables.
    ///
    /// # Errors
    /// `unavailable`, naming the variable.
    pub fn configure(variables: &Variables) -> Result<Self, Error> {
        let wrong = |name: &str, why: &str| Error::Unavailable(format!("variable {name} is not {why}"));
        let mode = match variables.get(MODE) {
            "" | "coss" => Mode::Coss,
            "ywx" => Mode::Ywx,
            _ => return Err(wrong(MODE, "coss or ywx")),
        };
        let endpoint = Endpoint::parse(variables.required(ENDPOINT)?);
        let callback_signed = match variables.get(CALLBACK) {
            "" | "hmac" => true,
            "none" => false,
            _ => return Err(wrong(CALLBACK, "hmac or none")),
        };
        let nested = Nested::named(variables.get(NESTED));
        let tsa = Some(variables.get(TSA_URL)).filter(|url| !url.is_empty());
        let lists = variables.get(CRL_URLS).split(',').map(str::trim).filter(|url| !url.is_empty());
        let lists: Option<Vec<_>> = lists.map(url).collect();
        let certificates = certificates(variables.get(CERTIFICATES));
        Ok(Self {
            mode,
            endpoint: endpoint.ok_or_else(|| wrong(ENDPOINT, "http(s)://host[:port]"))?,
            coss: coss::Account {
                app_id: variables.required(APP_ID)?.to_owned(),
                secret: variables.required(SECRET)?.to_owned(),
                nested: nested.ok_or_else(|| wrong(NESTED, "refused, json or omitted"))?,
                names: Names::parse(variables.get(NAMES)).ok_or_else(|| wrong(NAMES, "a JSON object of names"))?,
            },
            callback_signed,
            tsa: tsa.map(|text| url(text).ok_or_else(|| wrong(TSA_URL, "an address"))).transpose()?,
            lists: lists
                .filter(|lists| lists.len() <= MOST_LISTS)
                .ok_or_else(|| wrong(CRL_URLS, "at most 16 addresses"))?,
            certificates: certificates.ok_or_else(|| wrong(CERTIFICATES, "at most 16 certificates in PEM"))?,
        })
    }
}

fn url(text: &str) -> Option<Uri> {
    text.parse()
        .ok()
        .filter(|uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some())
}

fn certificates(pem: &str) -> Option<Vec<Vec<u8>>> {
    let blocks = pem.split_inclusive(END).map(str::trim).filter(|block| !block.is_empty());
    let all: Option<Vec<_>> = blocks.map(|block| Some(Certificate::from_pem(block).ok()?.der().to_vec())).collect();
    all.filter(|all| all.len() <= MOST_CERTIFICATES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_and_not_repeated() {
        let good = [(ENDPOINT, "https://ca.test"), (APP_ID, "APP_TEST"), (SECRET, "s3cret")];
        let with = |name, value| Account::configure(&good.into_iter().chain([(name, value)]).collect());
        assert!(with(MODE, "ywx").is_ok_and(|account| account.mode == Mode::Ywx && account.callback_signed));
        for (name, bad) in [
            (MODE, "both"),
            (ENDPOINT, "ca.test"),
            (APP_ID, ""),
            (SECRET, " "),
            (NESTED, "yes"),
            (NAMES, "[]"),
            (CALLBACK, "md5"),
            (TSA_URL, "ftp://tsa"),
            (CRL_URLS, "http://a, b"),
            (CERTIFICATES, "-----BEGIN CERTIFICATE-----"),
        ] {
            let Err(Error::Unavailable(why)) = with(name, bad) else { panic!("{name}") };
            assert!(why.starts_with(&format!("variable {name} is not ")) && !why.contains("s3cret"), "{why}");
        }
    }
}
