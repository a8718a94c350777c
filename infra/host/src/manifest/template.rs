//! `{{ name }}` templates over the application's variables.

use anyhow::{Result, bail};
use std::collections::BTreeMap;

/// A string with places for variables, checked when the manifest is read.
#[derive(Clone, Debug)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Variable(String),
}

impl Template {
    /// Reads `a{{ b }}c`.
    ///
    /// # Errors
    /// A place that is not closed or names no variable.
    pub fn parse(text: &str) -> Result<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, tail)) = after.split_once("}}") else {
                bail!("the template {text:?} has `{{{{` without `}}}}`");
            };
            let name = name.trim();
            if !is_variable_name(name) {
                bail!("the template {text:?} names the variable {name:?}, which is not lower_snake_case");
            }
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Variable(name.to_owned()));
            rest = tail;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The variables that occur.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with every variable filled in.
    ///
    /// # Errors
    /// The first variable that has no value.
    pub fn render(&self, values: &BTreeMap<String, String>) -> Result<String> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Variable(name) => match values.get(name) {
                    Some(value) => out.push_str(value),
                    None => bail!("the variable `{name}` has no value"),
                },
            }
        }
        Ok(out)
    }
}

/// Spin's rule for names of variables: `lower_snake_case`, starting with a letter.
pub fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_and_refuses() {
        let values = BTreeMap::from([("host".to_owned(), "sms.test".to_owned())]);
        let render = |text| Template::parse(text).and_then(|t| t.render(&values));
        assert_eq!(render("https://{{ host }}:{{host}}/x").unwrap(), "https://sms.test:sms.test/x");
        assert_eq!(render("plain").unwrap(), "plain");
        assert!(render("{{ missing }}").unwrap_err().to_string().contains("`missing`"));
        assert!(render("{{ host").is_err());
        assert!(render("{{ Host }}").is_err());
    }
}
