//! What everybody may fetch: timestamps (RFC 3161, 3.4) and revocation lists.

use crate::account::{CRL_URLS, TSA_URL};
use crate::authority::Bjca;
use crate::exchange::{Effect, send};
use ca_authority::{Context, Error};
use http::header::CONTENT_TYPE;
use pki::crl::Crl;
use pki::oid;
use pki::timestamp::{self, Token};

const STAMP_BYTES: usize = 64 << 10;
const LIST_BYTES: usize = 16 << 20;

impl Bjca {
    pub(crate) async fn stamp(&self, digest: &[u8; 32], context: &Context<'_>) -> Result<Vec<u8>, Error> {
        let url = self.account.tsa.clone();
        let url = url.ok_or_else(|| Error::Unavailable(format!("variable {TSA_URL} is not set")))?;
        // A nonce is a positive number of 64 bits to all of them.
        let nonce = context.random.first_chunk::<8>().map(|nonce| u64::from_be_bytes(*nonce) >> 1 | 1);
        let nonce = nonce.unwrap_or(1).to_be_bytes();
        let request = http::Request::post(url).header(CONTENT_TYPE, "application/timestamp-query");
        let request = request.body(timestamp::request(digest, &nonce)).map_err(unwritable)?;
        // A timestamp that nobody got harms nobody.
        let answer = send(request, STAMP_BYTES, Effect::Asks, context).await?;
        if !answer.status().is_success() {
            return Err(Error::Unavailable(format!("timestamps: answered {}", answer.status().as_u16())));
        }
        let token = Token::from_answer(answer.body()).map_err(|error| match error {
            timestamp::Error::Refused(_) => Error::Rejected(error.to_string()),
            other => Error::Unavailable(other.code().to_owned()),
        })?;
        let imprint = &token.info.imprint;
        if imprint.algorithm != oid::SM3 || imprint.digest != digest || !token.info.has_nonce(&nonce) {
            return Err(Error::Unavailable("timestamps: the answer is to another request".to_owned()));
        }
        Ok(token.der)
    }

    pub(crate) async fn lists(&self, context: &Context<'_>) -> Result<Vec<Vec<u8>>, Error> {
        if self.account.lists.is_empty() {
            return Err(Error::Unavailable(format!("variable {CRL_URLS} is not set")));
        }
        let mut found = Vec::new();
        for (place, url) in self.account.lists.iter().enumerate() {
            let failed = |why: &str| Error::Unavailable(format!("revocation list {}: {why}", place + 1));
            let request = http::Request::get(url.clone()).body(Vec::new()).map_err(unwritable)?;
            let answer = send(request, LIST_BYTES, Effect::Asks, context).await?;
            if !answer.status().is_success() {
                return Err(failed(&format!("answered {}", answer.status().as_u16())));
            }
            let list = Crl::from_der(answer.body()).map_err(|error| failed(error.code()))?;
            found.push(list.der().to_vec());
        }
        Ok(found)
    }
}

fn unwritable(_: http::Error) -> Error {
    Error::Unavailable("the service's address cannot be written".to_owned())
}
