//! Jobs: signed at once where the approval is at hand, else waiting, with all that the signature will take in their id.

use crate::authority::Local;
use crate::certificates::signing;
use crate::keys::Keys;
use crate::seal::{Sealed, halves};
use crate::signer::Signer;
use ca_authority::{Approval, Authorisation, Callback, Context, Error, Fate, Form, Job, Outcome, Standing};
use pki::signed_data::Builder;
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

const CALLBACK_BYTES: usize = 8 << 10;
const REASON_CHARS: usize = 200;

/// A job that the person has not decided.
#[derive(Deserialize, Serialize)]
pub struct Waiting {
    signer: Signer,
    /// The caller's id of it.
    pub reference: String,
    /// SM3 of the content.
    digest: [u8; 32],
    form: Form,
    expires_at_ms: i64,
}

impl Sealed for Waiting {
    const KIND: &'static str = "job";
}

/// Approval given beforehand. How often it was used, the caller counts.
#[derive(Deserialize, Serialize)]
pub struct Authorised {
    /// Whose: of the person's key.
    signer: [u8; 16],
    until_ms: i64,
    most: u32,
}

impl Sealed for Authorised {
    const KIND: &'static str = "authorisation";
}

/// What the page posts where the person decides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    job: String,
    decision: Decision,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Approve,
    Refuse,
}

impl Authorised {
    /// A person's approval until then.
    #[must_use]
    pub fn new(signer: &Signer, until_ms: i64, most: u32, keys: &Keys) -> Self {
        Self { signer: mark(signer, keys), until_ms, most }
    }

    /// How it stands.
    #[must_use]
    pub fn describe(&self, id: String, now_ms: i64) -> Authorisation {
        let standing = if now_ms > self.until_ms { Standing::Expired } else { Standing::Active };
        Authorisation { id, standing, invitation: None, until_ms: self.until_ms, most: self.most }
    }
}

fn mark(signer: &Signer, keys: &Keys) -> [u8; 16] {
    let [mark, _] = halves(keys.derive("mark", &signer.key));
    mark
}

impl Local {
    pub(crate) fn take(&self, job: &Job, context: &Context<'_>) -> Result<Outcome, Error> {
        let signer: Signer = self.person(&job.person)?;
        let digest = Sm3::digest(&job.content).into();
        let (reference, form, expires_at_ms) = (job.reference.clone(), job.form, job.expires_at_ms);
        let waiting = Waiting { signer, reference, digest, form, expires_at_ms };
        // What was decided at once cannot be asked after: it is handed over again, and signed again.
        let id = format!("done.{}", job.reference);
        if waiting.over(context.now_ms) {
            return Ok(waiting.became(id, Fate::Expired));
        }
        match &job.approval {
            Approval::Code => {
                let id = self.seal.id(&waiting, &context.random)?;
                let fate = Fate::Waiting(Some(invitation(&id)));
                return Ok(waiting.became(id, fate));
            }
            Approval::Pin(pin) => waiting.signer.check_pin(pin, &self.keys)?,
            Approval::Authorised(given) => {
                let given: Authorised = self
                    .seal
                    .open(given)
                    .ok_or_else(|| Error::rejected("authorisation_unknown: not an authorisation of this authority"))?;
                if given.signer != mark(&waiting.signer, &self.keys) {
                    return Err(Error::rejected("authorisation_of_another: not this person's"));
                }
                if context.now_ms > given.until_ms {
                    return Err(Error::rejected("authorisation_expired: it was given until earlier"));
                }
            }
        }
        let fate = self.signed(&waiting, context.now())?;
        Ok(waiting.became(id, fate))
    }

    pub(crate) fn ask(&self, id: Option<&str>, reference: &str, now_ms: i64) -> Outcome {
        let waiting = id.and_then(|id| Some((id.to_owned(), self.seal.open::<Waiting>(id)?)));
        match waiting {
            None => {
                let (id, reference) = (id.unwrap_or_default().to_owned(), Some(reference.to_owned()));
                Outcome { id, reference, fate: Fate::Unknown }
            }
            Some((id, waiting)) if waiting.over(now_ms) => waiting.became(id, Fate::Expired),
            Some((id, waiting)) => {
                let fate = Fate::Waiting(Some(invitation(&id)));
                waiting.became(id, fate)
            }
        }
    }

    pub(crate) fn decided(&self, callback: &Callback, context: &Context<'_>) -> Result<Outcome, Error> {
        if callback.body.len() > CALLBACK_BYTES {
            return Err(Error::invalid("callback_too_large: more than 8 KB"));
        }
        // Not with the parser's words: they quote.
        let decided: Decided = serde_json::from_slice(&callback.body)
            .map_err(|_| Error::invalid("callback_malformed: not JSON of job, decision and reason"))?;
        if decided.reason.chars().count() > REASON_CHARS {
            return Err(Error::invalid("reason_too_long: more than 200 characters"));
        }
        let waiting: Waiting = self.job(&decided.job)?;
        let fate = match decided.decision {
            _ if waiting.over(context.now_ms) => Fate::Expired,
            Decision::Refuse => Fate::Refused(decided.reason),
            Decision::Approve => self.signed(&waiting, context.now())?,
        };
        Ok(waiting.became(decided.job, fate))
    }

    pub(crate) fn job(&self, id: &str) -> Result<Waiting, Error> {
        self.seal.open(id).ok_or_else(|| Error::invalid("job_unknown: not a job of this authority"))
    }

    fn signed(&self, waiting: &Waiting, now: i64) -> Result<Fate, Error> {
        let signer = &waiting.signer;
        if signer.standing(now) != Standing::Active {
            return Err(Error::rejected("certificate_expired: the person's certificate is out of date"));
        }
        let (certificate, key) = (self.authority.signer(signer, &self.keys)?, signer.private()?);
        let form = match waiting.form {
            Form::Gm => pki::signed_data::Form::Gm,
            Form::Cms => pki::signed_data::Form::Cms,
        };
        let builder = Builder::of_digest(form, waiting.digest).certificate(&certificate);
        let built = builder.sign(&certificate, now, &[], signing(&key));
        built.map(|built| Fate::Signed(built.finish())).map_err(|error| Error::Unavailable(error.code().to_owned()))
    }
}

impl Waiting {
    const fn over(&self, now_ms: i64) -> bool {
        now_ms > self.expires_at_ms
    }

    fn became(self, id: String, fate: Fate) -> Outcome {
        Outcome { id, reference: Some(self.reference), fate }
    }
}

/// Where the person decides; behind `#`, so that no server on the way reads it.
fn invitation(id: &str) -> String {
    format!("/rx#approve={id}")
}
