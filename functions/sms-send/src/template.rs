//! A template's text and what fills it.

use crate::{charset, link};
use common::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

/// Placeholders in one template.
const MOST_PLACEHOLDERS: usize = 20;
const NAME_BYTES: usize = 32;

/// What may stand in a placeholder.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SmsParamRule)]
pub struct ParamRule {
    /// Characters, at most.
    #[schema(default = 35, minimum = 1, maximum = 200)]
    pub max_length: u16,
    /// Whether a web address is allowed.
    #[schema(default = false)]
    pub links: bool,
}

impl Default for ParamRule {
    fn default() -> Self {
        Self { max_length: 35, links: false }
    }
}

/// Rules by placeholder; those without one have the default.
pub type ParamRules = BTreeMap<String, ParamRule>;
/// Values by placeholder.
pub type Params = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Placeholder(String),
}

/// A template's text, cut at its placeholders `{name}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Vec<Piece>);

impl Text {
    /// Reads the text of a template.
    ///
    /// # Errors
    /// 400 naming the field `text`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        plain_text("text", text)?;
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            let inside = from.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let Some((name, after)) = inside.filter(|(name, _)| is_name(name)) else {
                let zh = "花括号只用于占位符，如 {code}；名称为小写字母、数字和下划线，以字母开头";
                let en = "braces are for placeholders such as {code}: lower-case letters, digits and _, a letter first";
                return Err(Problem::bad_field("text", zh, en));
            };
            if !before.is_empty() {
                pieces.push(Piece::Plain(before.to_owned()));
            }
            pieces.push(Piece::Placeholder(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Plain(rest.to_owned()));
        }
        let text = Self(pieces);
        if text.names().len() > MOST_PLACEHOLDERS {
            return Err(Problem::bad_field("text", "占位符最多 20 个", "at most 20 placeholders"));
        }
        Ok(text)
    }

    /// The placeholders in the order in which they first occur.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for piece in &self.0 {
            if let Piece::Placeholder(name) = piece
                && !names.contains(&&**name)
            {
                names.push(name);
            }
        }
        names
    }

    /// The text with its placeholders filled.
    ///
    /// # Errors
    /// 400 naming the parameter that is missing, unknown, or tries to be more than a value.
    pub fn fill(&self, params: &Params, rules: &ParamRules) -> Result<String, Problem> {
        let names = self.names();
        if let Some(unknown) = params.keys().find(|name| !names.contains(&name.as_str())) {
            let field = if is_name(unknown) { format!("params.{unknown}") } else { "params".to_owned() };
            return Err(Problem::bad_field(&field, "模板中没有这个占位符", "the template has no such placeholder"));
        }
        for name in names {
            let field = format!("params.{name}");
            let value = params.get(name).ok_or_else(|| Problem::bad_field(&field, "缺少", "missing"))?;
            check(value, rules.get(name).copied().unwrap_or_default())
                .map_err(|(zh, en)| Problem::bad_field(&field, &zh, &en))?;
        }
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Plain(text) => text.as_str(),
            Piece::Placeholder(name) => params.get(name).map(String::as_str).unwrap_or_default(),
        });
        Ok(pieces.collect())
    }
}

fn is_name(name: &str) -> bool {
    (1..=NAME_BYTES).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// A value is a value: it can neither end nor begin a placeholder or a signature, add a line, or hide anything.
fn check(value: &str, rule: ParamRule) -> Result<(), (String, String)> {
    let no = |zh: &str, en: &str| Err((zh.to_owned(), en.to_owned()));
    if value.trim().is_empty() {
        return no("不能为空", "empty");
    }
    let length = value.chars().count();
    if length > usize::from(rule.max_length) {
        let most = rule.max_length;
        return Err((format!("最多 {most} 个字符"), format!("at most {most} characters")));
    }
    if let Some(c) = value.chars().find(|c| charset::hidden(*c)) {
        let c = charset::named(c);
        return Err((
            format!("含有换行、控制或不可见字符 {c}"),
            format!("a line break, control or invisible character {c}"),
        ));
    }
    // As it looks, so that full-width braces are braces.
    if value.nfkc().any(|c| matches!(c, '{' | '}' | '【' | '】' | '〖' | '〗' | '\u{fe17}' | '\u{fe18}')) {
        return no("不能含有 { } 【 】", "none of { } 【 】");
    }
    if !rule.links && link::found(value) {
        return no("不能含有网址", "no web address");
    }
    Ok(())
}

/// Checks the text of a message or of a template, before any signature.
///
/// # Errors
/// 400 naming `field`.
pub fn plain_text(field: &str, text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(Problem::bad_field(field, "不能为空", "empty"));
    }
    if let Some(c) = text.chars().find(|c| charset::hidden_in_text(*c)) {
        let c = charset::named(c);
        let (zh, en) = (format!("含有控制或不可见字符 {c}"), format!("a control or invisible character {c}"));
        return Err(Problem::bad_field(field, &zh, &en));
    }
    if text.trim_start().starts_with(['【', '〖']) || text.trim_end().ends_with(['】', '〗']) {
        let zh = "签名由平台添加，请用字段 signature 指定，正文首尾不能是【】";
        let en = "the signature is added here: name it in the field signature; no 【】 at the start or the end";
        return Err(Problem::bad_field(field, zh, en));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
