//! What an adapter has to say about its vendor.

use crate::message::{Acknowledgement, Callback, Error, Message, Question, Receipt, Submission};
use crate::{Answer, Moment, Request, Variables};

/// Bodies of callbacks beyond this are refused.
pub const CALLBACK_BYTES: usize = 1 << 20;
/// Receipts in one callback beyond this are refused; vendors send at most some hundred.
pub const CALLBACK_RECEIPTS: usize = 1_000;

/// An account at a vendor: requests are built and answers read here, sent elsewhere.
pub trait Vendor: Sized {
    /// The variables it reads.
    const VARIABLES: &'static [&'static str];

    /// The account that the variables describe.
    ///
    /// # Errors
    /// `invalid`, naming the variable that is missing or wrong.
    fn configure(variables: &Variables) -> Result<Self, Error>;

    /// The request that hands a message over.
    ///
    /// # Errors
    /// What this vendor cannot send.
    fn submit(&self, message: &Message, moment: Moment) -> Result<Request, Error>;

    /// What its answer says.
    ///
    /// # Errors
    /// Why the message is not, or perhaps not, taken over.
    fn submitted(&self, answer: &Answer) -> Result<Submission, Error>;

    /// The request that asks after a message.
    ///
    /// # Errors
    /// `unavailable` where the vendor cannot be asked.
    fn query(&self, question: &Question, moment: Moment) -> Result<Request, Error>;

    /// What its answer says of the message.
    ///
    /// # Errors
    /// Why there is no word of it.
    fn queried(&self, question: &Question, answer: &Answer) -> Result<Vec<Receipt>, Error>;

    /// The receipts of a callback of at most [`CALLBACK_BYTES`].
    ///
    /// # Errors
    /// What is malformed.
    fn receipts(callback: &Callback) -> Result<Vec<Receipt>, String>;

    /// The answer to a callback: kept, or to be pushed again.
    fn acknowledge(kept: bool) -> Acknowledgement;
}

/// Reads a callback with its size bounded before and after.
///
/// # Errors
/// `invalid`, with what is malformed.
pub fn receipts<V: Vendor>(callback: &Callback) -> Result<Vec<Receipt>, Error> {
    if callback.body.len() > CALLBACK_BYTES {
        return Err(Error::Invalid("a callback of more than 1 MB".to_owned()));
    }
    let receipts = V::receipts(callback).map_err(Error::Invalid)?;
    if receipts.len() > CALLBACK_RECEIPTS {
        return Err(Error::Invalid(format!("a callback of more than {CALLBACK_RECEIPTS} receipts")));
    }
    Ok(receipts)
}
