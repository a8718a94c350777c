//! The interface's types to and from the plain ones.

use super::bindings::exports::yunzhen::ca::signer as wit;
use crate::types as plain;

impl From<wit::Person> for plain::Person {
    fn from(p: wit::Person) -> Self {
        let role = match p.role {
            wit::Role::Doctor => plain::Role::Doctor,
            wit::Role::Pharmacist => plain::Role::Pharmacist,
            wit::Role::Hospital => plain::Role::Hospital,
        };
        let (employee_no, name, id_number, phone, pin) = (p.employee_no, p.name, p.id_number, p.phone, p.pin);
        Self { employee_no, name, id_number, phone, role, pin }
    }
}

impl From<wit::Approval> for plain::Approval {
    fn from(approval: wit::Approval) -> Self {
        match approval {
            wit::Approval::Code => Self::Code,
            wit::Approval::Authorised(id) => Self::Authorised(id),
            wit::Approval::Pin(pin) => Self::Pin(pin),
        }
    }
}

impl From<wit::Job> for plain::Job {
    fn from(j: wit::Job) -> Self {
        let (reference, person, approval) = (j.reference, j.person, j.approval.into());
        let form = match j.form {
            wit::Form::Gm => plain::Form::Gm,
            wit::Form::Cms => plain::Form::Cms,
        };
        Self { reference, person, approval, title: j.title, content: j.content, form, expires_at_ms: j.expires_at_ms }
    }
}

impl From<plain::Standing> for wit::Standing {
    fn from(standing: plain::Standing) -> Self {
        match standing {
            plain::Standing::Pending => Self::Pending,
            plain::Standing::Active => Self::Active,
            plain::Standing::Suspended => Self::Suspended,
            plain::Standing::Revoked => Self::Revoked,
            plain::Standing::Expired => Self::Expired,
        }
    }
}

impl From<plain::Enrolment> for wit::Enrolment {
    fn from(e: plain::Enrolment) -> Self {
        Self { id: e.id, standing: e.standing.into(), certificate: e.certificate, invitation: e.invitation }
    }
}

impl From<plain::Authorisation> for wit::Authorisation {
    fn from(a: plain::Authorisation) -> Self {
        let (id, standing, invitation) = (a.id, a.standing.into(), a.invitation);
        Self { id, standing, invitation, until_ms: a.until_ms, most: a.most }
    }
}

impl From<plain::Outcome> for wit::Outcome {
    fn from(o: plain::Outcome) -> Self {
        let fate = match o.fate {
            plain::Fate::Waiting(invitation) => wit::Fate::Waiting(invitation),
            plain::Fate::Signed(signed_data) => wit::Fate::Signed(signed_data),
            plain::Fate::Refused(why) => wit::Fate::Refused(why),
            plain::Fate::Expired => wit::Fate::Expired,
            plain::Fate::Voided => wit::Fate::Voided,
            plain::Fate::Failed(why) => wit::Fate::Failed(why),
            plain::Fate::Unknown => wit::Fate::Unknown,
        };
        Self { id: o.id, reference: o.reference, fate }
    }
}

impl From<plain::Notice> for wit::Notice {
    fn from(notice: plain::Notice) -> Self {
        match notice {
            plain::Notice::Job(outcome) => Self::Job(outcome.into()),
            plain::Notice::Person(id) => Self::Person(id),
            plain::Notice::Authorisation(id) => Self::Authorisation(id),
        }
    }
}

impl From<plain::Error> for wit::Error {
    fn from(error: plain::Error) -> Self {
        match error {
            plain::Error::Invalid(why) => Self::Invalid(why),
            plain::Error::Rejected(why) => Self::Rejected(why),
            plain::Error::Busy(ms) => Self::Busy(ms),
            plain::Error::Lost(why) => Self::Lost(why),
            plain::Error::Unavailable(why) => Self::Unavailable(why),
        }
    }
}
