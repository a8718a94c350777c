//! Judging an order: what is said, when, to whom, and who does not get it and why.

use crate::book::Book;
use crate::class::Class;
use crate::order::{Content, Order};
use crate::phone::Phone;
use crate::settings::Settings;
use crate::template::{Params, Text, plain_text};
use crate::templates::Review;
use crate::{limits, parts};
use common::problem::Problem;
use common::store::Rows;
use common::timestamp::Timestamp;
use std::collections::{HashMap, HashSet};

/// How far ahead a message may be ordered.
const AHEAD_MS: i64 = 30 * limits::DAY_MS;
/// How long a message may wait for its chance.
const LIFE_MS: i64 = 7 * limits::DAY_MS;

/// An order as it is carried out, the same for all of its phones.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What for.
    pub class: Class,
    /// Without brackets.
    pub signature: String,
    /// As the phone shows it, without the signature.
    pub text: String,
    /// The template and its values.
    pub template: Option<(String, Params)>,
    /// Parts it is sent in.
    pub parts: i64,
    /// Not before: quiet hours are over then.
    pub send_at: Timestamp,
    /// Not after.
    pub expires_at: Timestamp,
    /// A keyword in it: then nobody gets it.
    pub keyword: Option<String>,
}

/// Why a phone does not get a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// `intercepted`, `opted_out` or `limit`.
    pub reason: &'static str,
    /// In words: the keyword, or until when.
    pub detail: Option<String>,
    /// Until when, where it passes.
    pub until: Option<Timestamp>,
}

/// What the store knows against phones, by their index; nothing where it was not asked.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Those that declined.
    pub declined: HashSet<String>,
    /// When they got messages of the order's class within a day, newest first.
    pub sent: HashMap<String, Vec<Timestamp>>,
}

/// Judges what is the same for all phones.
///
/// # Errors
/// 400 naming the field, 422 where the order could not be carried out.
pub fn order(order: &Order, settings: &Settings, book: &Book, now: Timestamp) -> Result<Judged, Problem> {
    if let Some(url) = &order.callback_url {
        settings.callback_hosts.check(url).map_err(|(zh, en)| Problem::bad_field("callback_url", zh, en))?;
    }
    let (class, signature, text, template) = said(order, settings, book)?;
    let units = parts::checked("text", &signature, &text)?;
    let (send_at, expires_at) = times(order, class, settings, now)?;
    Ok(Judged {
        parts: i64::try_from(parts::parts(units)).unwrap_or(i64::MAX),
        // The signature is registered, but together with the text it may say what neither does.
        keyword: book.keywords.find(&parts::signed(&signature, &text)).map(str::to_owned),
        class,
        signature,
        text,
        template,
        send_at,
        expires_at,
    })
}

type Said = (Class, String, String, Option<(String, Params)>);

fn said(order: &Order, settings: &Settings, book: &Book) -> Result<Said, Problem> {
    match &order.content {
        Content::Template(id, params) => {
            let unknown = || Problem::bad_field("template_id", "没有这个模板", "there is no such template");
            let template = book.template(id).ok_or_else(unknown)?;
            if order.class.is_some_and(|class| class != template.class) {
                let (zh, en) = ("与模板的类别不同", "not the template's class");
                return Err(Problem::bad_field("class", zh, en));
            }
            if template.review != Review::Approved {
                let (zh, en) = ("模板尚未通过审核", "the template is not approved");
                return Err(Problem::new(422, "template_not_approved", zh, en));
            }
            let text = Text::parse(&template.text)?.fill(params, &template.rules)?;
            let signature = order.signature.as_deref().unwrap_or(&template.signature);
            let signature = settings.signatures.choose(Some(signature))?.to_owned();
            Ok((template.class, signature, text, Some((id.clone(), params.clone()))))
        }
        Content::Text(text) => {
            let (signed, text) = settings.signatures.split(text);
            plain_text("text", text)?;
            let asked = order.signature.as_deref();
            if signed.is_some() && asked.is_some() && signed != asked {
                let (zh, en) = ("与正文开头的签名不同", "not the signature that the text begins with");
                return Err(Problem::bad_field("signature", zh, en));
            }
            let signature = settings.signatures.choose(asked.or(signed))?.to_owned();
            let class = order.class.ok_or_else(|| Problem::bad_field("class", "缺少", "missing"))?;
            Ok((class, signature, text.to_owned(), None))
        }
    }
}

fn times(order: &Order, class: Class, settings: &Settings, now: Timestamp) -> Result<(Timestamp, Timestamp), Problem> {
    let asked = order.send_at.unwrap_or(now).max(now);
    if asked > now.plus_ms(AHEAD_MS) {
        return Err(Problem::bad_field("send_at", "最多提前 30 天", "at most 30 days ahead"));
    }
    let send_at = if class.keeps_quiet() { settings.quiet.after(asked) } else { asked };
    let expires_at = order.expires_at.unwrap_or_else(|| send_at.plus_ms(class.lifetime_ms()));
    if expires_at <= asked {
        return Err(Problem::bad_field("expires_at", "应晚于现在和 send_at", "after now and send_at"));
    }
    if expires_at <= send_at {
        let zh = "现在是免打扰时段，消息到期前不会发出；可推迟 expires_at";
        let en = "the message would expire before the quiet hours end: choose a later expires_at";
        return Err(Problem::new(422, "quiet_hours", zh, en));
    }
    if expires_at > send_at.plus_ms(LIFE_MS) {
        return Err(Problem::bad_field("expires_at", "最多在发送时间之后 7 天", "at most 7 days after it is sent"));
    }
    Ok((send_at, expires_at))
}

impl Known {
    /// From the answers to [`crate::write::against`].
    #[must_use]
    pub fn read(answers: &[Rows]) -> Self {
        let mut known = Self::default();
        let rows = |i: usize| answers.get(i).into_iter().flat_map(Rows::iter);
        known.declined.extend(rows(0).filter_map(|row| row.text(0).map(str::to_owned)));
        for row in rows(1) {
            if let (Some(index), Some(at)) = (row.text(0), row.integer(1)) {
                known.sent.entry(index.to_owned()).or_default().push(Timestamp(at));
            }
        }
        known
    }

    /// Without one message: it is the one that is judged.
    pub fn forget(&mut self, index: &str, sent_at: Timestamp) {
        if let Some(sent) = self.sent.get_mut(index)
            && let Some(at) = sent.iter().position(|at| *at == sent_at)
        {
            sent.remove(at);
        }
    }
}

/// Why a phone does not get a message, if anything that is known speaks against it.
#[must_use]
pub fn stop(
    keyword: Option<&str>,
    class: Class,
    settings: &Settings,
    known: &Known,
    index: &str,
    now: Timestamp,
) -> Option<Stop> {
    if let Some(word) = keyword {
        return Some(Stop { reason: "intercepted", detail: Some(word.to_owned()), until: None });
    }
    if class.may_be_declined() && known.declined.contains(index) {
        return Some(Stop { reason: "opted_out", detail: None, until: None });
    }
    let sent = known.sent.get(index).map(Vec::as_slice).unwrap_or_default();
    let until = settings.limits.of(class).blocked_until(sent, now)?;
    Some(Stop { reason: "limit", detail: Some(format!("until {until}")), until: Some(until) })
}

/// The problem of a one-time code to one phone that has had its share: whoever waits for the code has to wait.
#[must_use]
pub fn phone_limited(until: Timestamp, now: Timestamp) -> Problem {
    let wait = u32::try_from((until.0 - now.0 + 999) / 1_000).unwrap_or(u32::MAX);
    let zh = format!("该号码获取验证码过于频繁，请在 {wait} 秒后再试");
    let en = format!("too many codes for this phone, try again in {wait} s");
    Problem::new(429, "phone_limited", zh, en).retry_in(wait)
}

/// The index by which a phone is looked up.
#[must_use]
pub fn index(settings: &Settings, phone: &Phone) -> String {
    settings.seal.index("phone", phone.e164().as_bytes())
}

#[cfg(test)]
mod tests;
