//! Receipts: what vendors say of messages, in callbacks and in answers to questions.
//!
//! A receipt belongs to the submission with its vendor's id, or to the one that its reference and phone name. Each part is
//! kept once, so receipts may be repeated and come in any order, late, or (see [`early`]) before the answer to their
//! submission. What fits nothing is counted and refused.

use super::change::{self, Change, Next};
use super::gateway::{Fate, Receipt};
use super::matching::{self, Found, Submission};
use super::values::Values;
use super::{Sealed, World, alarm, detail, early};
use crate::state::State;
use common::store::{Error, Statement, Store};
use std::collections::BTreeMap;

/// Receipts kept in one transaction.
const CHUNK: usize = 200;
/// A message has no more parts.
const MOST_PARTS: u32 = 100;

/// Where receipts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The vendor pushed them: what fits nothing is kept for a while, or counted.
    Callback,
    /// The vendor was asked, and may tell of other messages too.
    Question,
}

/// A receipt whose phone is known by its index only.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its phone is empty.
    pub receipt: Receipt,
    /// Where the vendor names the phone.
    pub phone_index: Option<String>,
}

/// What became of receipts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// News of a message or a part.
    pub kept: usize,
    /// Known before, or nothing final.
    pub repeated: usize,
    /// Kept until their submission's answer is there.
    pub early: usize,
    /// Of no message of ours.
    pub stray: usize,
    /// Malformed, for another phone or another message than ours.
    pub refused: usize,
}

impl Counts {
    /// Whether the vendor is told that they were kept: some were, or there was none.
    #[must_use]
    pub const fn acknowledged(&self) -> bool {
        self.kept + self.repeated + self.early > 0 || self.stray + self.refused == 0
    }
}

/// Keeps receipts of a gateway; they are durable when this returns.
///
/// # Errors
/// The store's: the vendor must push them again.
pub async fn take<S: Store, G, K: Sealed>(
    world: &World<'_, S, G, K>,
    gateway: &str,
    receipts: Vec<Receipt>,
    source: Source,
) -> Result<Counts, Error> {
    let index = |mut receipt: Receipt| {
        let phone = std::mem::take(&mut receipt.phone);
        Incoming { phone_index: (!phone.is_empty()).then(|| world.seal.index(&phone)), receipt }
    };
    keep(world, gateway, receipts.into_iter().map(index).collect(), source).await
}

/// As [`take`].
///
/// # Errors
/// The store's.
pub async fn keep<S: Store, G, K>(
    world: &World<'_, S, G, K>,
    gateway: &str,
    incoming: Vec<Incoming>,
    source: Source,
) -> Result<Counts, Error> {
    let mut counts = Counts::default();
    for chunk in incoming.chunks(CHUNK) {
        let chunk: Vec<_> = chunk.iter().collect();
        keep_some(world, gateway, chunk, source, &mut counts).await?;
    }
    Ok(counts)
}

async fn keep_some<S: Store, G, K>(
    world: &World<'_, S, G, K>,
    gateway: &str,
    incoming: Vec<&Incoming>,
    source: Source,
    counts: &mut Counts,
) -> Result<(), Error> {
    let (sound, malformed): (Vec<_>, Vec<_>) = incoming.into_iter().partition(|one| is_sound(&one.receipt));
    let (mut ours, mut unknown, mut refused) = sort(world, gateway, sound).await?;
    let mut early = Vec::new();
    if source == Source::Callback && !unknown.is_empty() {
        (early, unknown) = early::expected(world, gateway, unknown).await?;
        // Between the two looks the answer may have landed.
        let (late, stray, foreign) = sort(world, gateway, unknown).await?;
        ours.extend(late);
        (unknown, refused) = (stray, refused + foreign);
    }
    refused += malformed.len();
    let mut statements: Vec<_> = matching::confirm(&ours).into_iter().collect();
    let place = statements.len();
    let parts = parts(world, &ours);
    let counted = parts.is_some();
    statements.extend(parts);
    statements.extend(steps(world, gateway, &ours));
    if source == Source::Callback {
        statements.extend(early::keep(world, gateway, &early));
        statements.extend(early::count(world, gateway, unknown.len() + refused));
        counts.early += early.len();
        counts.stray += unknown.len();
        counts.refused += refused;
    }
    if statements.is_empty() {
        return Ok(());
    }
    let answers = world.store.transact(statements).await?;
    let news = answers.get(place).filter(|_| counted).map_or(0, |rows| rows.rows.len());
    counts.kept += news;
    counts.repeated += ours.len().saturating_sub(news);
    Ok(())
}

fn is_sound(receipt: &Receipt) -> bool {
    let named = !receipt.id.is_empty() || receipt.reference.is_some();
    let part = receipt.part.is_none_or(|[part, of]| 1 <= part && part <= of && of <= MOST_PARTS);
    named && part && receipt.id.len() <= 128 && receipt.reference.as_ref().is_none_or(|text| text.len() <= 64)
}

type Sorted<'a> = (Vec<(&'a Incoming, Submission)>, Vec<&'a Incoming>, usize);

/// Ours, of nobody, and how many are to be refused.
async fn sort<'a, S: Store, G, K>(
    world: &World<'_, S, G, K>,
    gateway: &str,
    incoming: Vec<&'a Incoming>,
) -> Result<Sorted<'a>, Error> {
    let found = matching::find(world, gateway, &incoming).await?;
    let (mut ours, mut unknown, mut foreign) = (Vec::new(), Vec::new(), 0);
    for (one, found) in incoming.into_iter().zip(found) {
        match found {
            Found::Ours(submission) => ours.push((one, submission)),
            Found::Unknown => unknown.push(one),
            Found::Foreign => foreign += 1,
        }
    }
    Ok((ours, unknown, foreign))
}

/// Keeps what is final, each part once; a part that failed may still be delivered. Returns the news.
fn parts<S, G, K>(world: &World<'_, S, G, K>, ours: &[(&Incoming, Submission)]) -> Option<Statement> {
    let mut unique: BTreeMap<_, &Receipt> = BTreeMap::new();
    for (one, submission) in ours.iter().filter(|(one, _)| one.receipt.fate != Fate::Pending) {
        let [part, _] = one.receipt.part.unwrap_or_default();
        let kept = unique.entry((submission.subject.id.as_str(), submission.n, part)).or_insert(&one.receipt);
        if kept.fate == Fate::Failed {
            *kept = &one.receipt;
        }
    }
    let mut values = Values::default();
    for ((id, n, part), receipt) in unique {
        let [_, of] = receipt.part.unwrap_or_default();
        let delivered = receipt.fate == Fate::Delivered;
        let reason = receipt.reason.filter(|_| !delivered).map(|reason| reason.name());
        let code = receipt.code.as_deref().filter(|_| !delivered).map(detail::harmless);
        let at = receipt.at_ms.unwrap_or(world.now().0);
        let numbers = [n, part.into(), of.into(), delivered.into()].map(Into::into);
        values.row([id.into()].into_iter().chain(numbers).chain([reason.into(), code.into(), at.into()]));
    }
    let sql = "INSERT INTO sms_send_part AS p (message_id, n, part, parts, delivered, reason, code, at) \
               SELECT v.column1, v.column2, v.column3, v.column4, v.column5, v.column6, v.column7, v.column8 \
               FROM {values} WHERE true ON CONFLICT (message_id, n, part) DO UPDATE SET delivered = 1, \
               reason = NULL, code = NULL, at = excluded.at WHERE p.delivered = 0 AND excluded.delivered = 1 \
               RETURNING message_id";
    values.statement(sql, [])
}

/// The steps that may follow; the parts as they are stored by then decide whether they do.
fn steps<S, G, K>(world: &World<'_, S, G, K>, gateway: &str, ours: &[(&Incoming, Submission)]) -> Vec<Statement> {
    let mut messages: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (one, submission) in ours {
        messages.entry((&submission.subject.id, submission.n)).or_default().push((&one.receipt, &submission.subject));
    }
    let (mut delivered, mut failed, mut pending) = (Vec::new(), Vec::new(), Vec::new());
    for ((_, n), receipts) in messages {
        let last = |fate| receipts.iter().rfind(|(receipt, _)| receipt.fate == fate);
        let step = |subject, from, n, to| {
            let mut change = Change::new(world, subject, from, to);
            change.n = n;
            change.gateway = Some(gateway.to_owned());
            change
        };
        if let Some((_, subject)) = last(Fate::Delivered) {
            delivered.push(step(subject, ARRIVES, 0, State::Delivered));
        }
        if let Some((receipt, subject)) = last(Fate::Failed) {
            let reason = receipt.reason.map_or("other", |reason| reason.name());
            let words = [&receipt.code, &receipt.detail].map(|text| text.as_deref().unwrap_or_default()).join(" ");
            let words = Some(detail::harmless(words.trim())).filter(|words| !words.is_empty());
            failed.push(step(subject, UNDER_WAY, n, State::Failed).because(reason, words));
        }
        if let Some((_, subject)) = last(Fate::Pending) {
            let asked = Next::Ask(world.now().plus_ms(alarm::AFTER_MS), 0);
            pending.push(step(subject, &[State::Unknown], n, State::Submitted).then(asked));
        }
    }
    let mut statements = change::statements(world, &delivered, COMPLETE);
    statements.extend(change::statements(world, &failed, BROKEN));
    statements.extend(change::statements(world, &pending, ""));
    statements
}

/// What the carrier says wins over everything but a cancellation.
const ARRIVES: &[State] =
    &[State::Submitting, State::Submitted, State::Unknown, State::Failed, State::Expired, State::Dead];
const UNDER_WAY: &[State] = &[State::Submitting, State::Submitted, State::Unknown];

/// Every part of one of the submissions was delivered.
const COMPLETE: &str = " AND EXISTS (SELECT 1 FROM sms_send_part p WHERE p.message_id = v.column1 AND p.delivered = 1 \
    AND (p.parts = 0 OR p.parts = (SELECT count(*) FROM sms_send_part q WHERE q.message_id = p.message_id \
    AND q.n = p.n AND q.parts = p.parts AND q.delivered = 1)))";
/// A part of the last submission failed.
const BROKEN: &str = " AND EXISTS (SELECT 1 FROM sms_send_part p WHERE p.message_id = v.column1 AND p.n = v.column4 \
    AND p.delivered = 0)";
