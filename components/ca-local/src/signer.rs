//! A person of this authority: what the id of the enrolment holds.

use crate::keys::Keys;
use crate::seal::Sealed;
use ca_authority::{Error, Person, Role, Standing};
use pki::sm2::PrivateKey;
use serde::{Deserialize, Serialize};

/// A certificate is good for so many seconds.
pub const VALIDITY: i64 = 365 * 86_400;
const PIN_CHARS: std::ops::RangeInclusive<usize> = 6..=64;

/// Everything that key and certificate are made of again, byte by byte.
#[derive(Clone, Deserialize, Serialize)]
pub struct Signer {
    /// The private key's number.
    pub key: [u8; 32],
    /// As the hospital numbers its people.
    pub employee_no: String,
    /// The person's, or the hospital's.
    pub name: String,
    /// The hospital as the variable had it at the time.
    pub hospital: String,
    /// In the certificate in place of the identity number.
    pub uid: [u8; 32],
    /// As the certificate says it.
    pub title: Title,
    /// The first second of the certificate's validity.
    pub not_before: i64,
    pin: Option<Pin>,
}

impl Sealed for Signer {
    const KIND: &'static str = "signer";
}

/// What a certificate says of its holder.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Title {
    Doctor,
    Pharmacist,
    Seal,
}

impl Title {
    /// As it stands there.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Doctor => "医师",
            Self::Pharmacist => "药师",
            Self::Seal => "医院印章",
        }
    }
}

/// A pin is short, but who could try them all has the key that seals this, and with it the private key beside it: a slow
/// hash would protect nothing.
#[derive(Clone, Copy, Deserialize, Serialize)]
struct Pin {
    salt: [u8; 16],
    hash: [u8; 32],
}

impl Signer {
    /// A new person with a new key.
    ///
    /// # Errors
    /// `invalid`, naming the field.
    pub fn new(person: &Person, hospital: &str, keys: &Keys, random: &[u8; 32], now: i64) -> Result<Self, Error> {
        if !(1..=32).contains(&person.id_number.len()) {
            return Err(Error::invalid("id_number: not 1 to 32 characters"));
        }
        let chance = Keys::of(random)?;
        let key = (0..u8::MAX).map(|n| chance.derive("key", &[n])).find(|key| PrivateKey::from_bytes(key).is_ok());
        let pin = match &person.pin {
            None => None,
            Some(pin) if !PIN_CHARS.contains(&pin.chars().count()) => {
                return Err(Error::invalid("pin: not 6 to 64 characters"));
            }
            Some(pin) => {
                let [salt, _] = crate::seal::halves(chance.derive("salt", &[]));
                Some(Pin { salt, hash: keys.derive("pin", &[&salt, pin.as_bytes()].concat()) })
            }
        };
        Ok(Self {
            key: key.ok_or_else(|| Error::Unavailable("no SM2 key could be drawn".to_owned()))?,
            employee_no: person.employee_no.clone(),
            name: person.name.clone(),
            hospital: hospital.to_owned(),
            uid: keys.derive("uid", person.id_number.as_bytes()),
            title: match person.role {
                Role::Doctor => Title::Doctor,
                Role::Pharmacist => Title::Pharmacist,
                Role::Hospital => Title::Seal,
            },
            not_before: now,
            pin,
        })
    }

    /// The private key.
    ///
    /// # Errors
    /// Never for what was sealed here.
    pub fn private(&self) -> Result<PrivateKey, Error> {
        PrivateKey::from_bytes(&self.key).map_err(|error| Error::Unavailable(error.code().to_owned()))
    }

    /// The last second of the certificate's validity.
    #[must_use]
    pub const fn not_after(&self) -> i64 {
        self.not_before.saturating_add(VALIDITY - 1)
    }

    /// By the certificate's time alone: what was revoked only the caller knows.
    #[must_use]
    pub const fn standing(&self, now: i64) -> Standing {
        if now > self.not_after() { Standing::Expired } else { Standing::Active }
    }

    /// Whether this is the person's pin.
    ///
    /// # Errors
    /// `rejected` where it is not, or there is none.
    pub fn check_pin(&self, pin: &str, keys: &Keys) -> Result<(), Error> {
        let Some(known) = &self.pin else { return Err(Error::rejected("pin_not_set: the person has no pin")) };
        let given = [&known.salt, pin.as_bytes()].concat();
        let right = keys.matches("pin", &given, &known.hash);
        right.then_some(()).ok_or_else(|| Error::rejected("pin_wrong: not the person's pin"))
    }
}
