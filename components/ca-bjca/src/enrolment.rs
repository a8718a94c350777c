//! Persons and their approval beforehand, at the co-signing service.

use crate::authority::Bjca;
use crate::coss;
use crate::exchange::{Data, Effect};
use ca_authority::{Authorisation, Context, Enrolment, Error, Person, Standing};
use pki::Certificate;

/// Longer than this the service is not asked to wait.
const MOST_MINUTES: i64 = 10_080;

impl Bjca {
    pub(crate) async fn find_or_add(&self, person: &Person, context: &Context<'_>) -> Result<Enrolment, Error> {
        let account = &self.account.coss;
        let found = self.coss(coss::FIND_USER, account.person(person, false), Effect::Asks, context).await;
        let known = match found {
            Ok(data) => data.id("userId"),
            // Whether the service says so of somebody whom it does not know is unconfirmed; what then comes tells.
            Err(Error::Rejected(_)) => None,
            Err(error) => return Err(error),
        };
        if let Some(id) = known {
            return self.certified(id, None, context).await;
        }
        let added = self.coss(coss::ADD_USER, account.person(person, true), Effect::Acts, context).await;
        // Enrolling again finds whom it added.
        let added = added.map_err(|error| match error {
            Error::Lost(why) => Error::Unavailable(why),
            other => other,
        })?;
        self.certified(added.made("userId")?, added.text("qrCode"), context).await
    }

    pub(crate) async fn certified(
        &self,
        id: String,
        invitation: Option<String>,
        context: &Context<'_>,
    ) -> Result<Enrolment, Error> {
        let data = self.coss(coss::CERTIFICATE, self.account.coss.user(&id), Effect::Asks, context).await?;
        let invitation = invitation.or_else(|| data.text("qrCode"));
        enrolment(id, invitation, &data, context.now())
    }

    pub(crate) async fn ask_approval(
        &self,
        person: &str,
        until_ms: i64,
        most: u32,
        context: &Context<'_>,
    ) -> Result<Authorisation, Error> {
        let minutes = minutes(until_ms, context.now_ms)
            .ok_or_else(|| Error::invalid("authorisation_empty: it is over before it begins"))?;
        let body = self.account.coss.auto_sign(person, minutes, most);
        let data = self.coss(coss::AUTO_SIGN, body, Effect::Acts, context).await?;
        let id = Given { id: &data.made("autoSignId")?, until_ms, most }.write();
        Ok(Authorisation { id, standing: Standing::Pending, invitation: data.text("qrCode"), until_ms, most })
    }

    pub(crate) async fn approved(&self, id: &str, context: &Context<'_>) -> Result<Authorisation, Error> {
        let Given { id: theirs, until_ms, most } = Given::read(id)?;
        let data = self.coss(coss::RESULT, self.account.coss.result(theirs), Effect::Asks, context).await?;
        let names = &self.account.coss.names;
        let standing = match data.text("jobStatus") {
            _ if context.now_ms > until_ms => Standing::Expired,
            Some(state) if state == names.of("FINISH") => Standing::Active,
            Some(state) if [names.of("REFUSE"), names.of("VOID")].contains(&state.as_str()) => Standing::Revoked,
            Some(state) if state == names.of("EXPIRE") => Standing::Expired,
            _ => Standing::Pending,
        };
        let invitation = data.text("qrCode").filter(|_| standing == Standing::Pending);
        Ok(Authorisation { id: id.to_owned(), standing, invitation, until_ms, most })
    }
}

/// From what is told of a certificate.
///
/// # Errors
/// `unavailable` where it is none.
pub fn enrolment(id: String, invitation: Option<String>, data: &Data<'_>, now: i64) -> Result<Enrolment, Error> {
    let Some(der) = data.bytes("cert")? else {
        return Ok(Enrolment { id, standing: Standing::Pending, certificate: None, invitation });
    };
    let certificate = Certificate::from_der(&der).map_err(|error| Error::Unavailable(error.code().to_owned()))?;
    let standing = if now > certificate.not_after() { Standing::Expired } else { Standing::Active };
    Ok(Enrolment { id, standing, certificate: Some(der), invitation: None })
}

/// Whole minutes until then, at least one; none where it is over.
#[must_use]
pub fn minutes(until_ms: i64, now_ms: i64) -> Option<u32> {
    let left = until_ms.saturating_sub(now_ms);
    u32::try_from((left / 60_000).clamp(1, MOST_MINUTES)).ok().filter(|_| left > 0)
}

/// The id of an authorisation: the service's, and what it does not tell again.
pub struct Given<'a> {
    /// The service's.
    pub id: &'a str,
    until_ms: i64,
    most: u32,
}

impl<'a> Given<'a> {
    fn write(&self) -> String {
        format!("{}.{}.{}", self.until_ms, self.most, self.id)
    }

    /// Reads one.
    ///
    /// # Errors
    /// `invalid`.
    pub fn read(text: &'a str) -> Result<Self, Error> {
        let read = || {
            let mut parts = text.splitn(3, '.');
            let (until_ms, most) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            Some(Self { id: parts.next()?, until_ms, most })
        };
        read().ok_or_else(|| Error::invalid("authorisation_unknown: not an authorisation of this authority"))
    }
}
