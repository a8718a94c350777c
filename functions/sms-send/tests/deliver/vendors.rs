//! Gateways that do as a test says.

use crate::support::{PHONE, turn};
use sms_send::deliver::gateway::{Acknowledgement, Callback, Gateway, Outcome, Parsed, Question, Receipt, Submit};
use std::cell::{Cell, RefCell};

pub type Answer = Box<dyn Fn(&str, &Submit) -> Outcome>;
pub type Found = Box<dyn Fn(&str, &Question) -> Result<Vec<Receipt>, Outcome>>;

/// Gateways that answer what a test says; they wait one turn first, so that others may come in between.
pub struct Vendors {
    pub answer: RefCell<Answer>,
    pub found: RefCell<Found>,
    /// Gateway, reference.
    pub submitted: RefCell<Vec<(String, Submit)>>,
    pub asked: RefCell<Vec<(String, Question)>>,
    /// A gateway that never answers.
    pub hangs: RefCell<String>,
    /// Whether they answer at once.
    pub at_once: Cell<bool>,
}

impl Gateway for Vendors {
    async fn submit(&self, gateway: &str, message: &Submit) -> Outcome {
        self.submitted.borrow_mut().push((gateway.to_owned(), message.clone()));
        if *self.hangs.borrow() == gateway {
            std::future::pending::<()>().await;
        }
        if !self.at_once.get() {
            turn().await;
        }
        (self.answer.borrow())(gateway, message)
    }

    async fn query(&self, gateway: &str, question: &Question) -> Result<Vec<Receipt>, Outcome> {
        self.asked.borrow_mut().push((gateway.to_owned(), question.clone()));
        (self.found.borrow())(gateway, question)
    }

    async fn receipts(&self, _: &str, callback: &Callback) -> Result<Parsed, Outcome> {
        let invalid = |_| Outcome::Invalid { detail: "x".into() };
        let receipts = serde_json::from_slice(&callback.body.0).map_err(invalid)?;
        let answer = |status| Acknowledgement { status, content_type: "a/b".into(), body: Default::default() };
        Ok(Parsed { receipts, kept: answer(200), again: answer(500) })
    }
}

/// The vendor takes it, under an id made of the reference.
pub fn takes(_: &str, message: &Submit) -> Outcome {
    Outcome::Submitted { id: format!("v-{}", message.reference), parts: None }
}

pub fn lost(_: &str, _: &Submit) -> Outcome {
    Outcome::Lost { detail: "time".into() }
}

pub fn unavailable(_: &str, _: &Submit) -> Outcome {
    Outcome::Unavailable { detail: "down".into() }
}

pub fn receipt(id: &str, fate: &str) -> Receipt {
    serde_json::from_value(serde_json::json!({ "id": id, "phone": PHONE, "fate": fate })).unwrap()
}
