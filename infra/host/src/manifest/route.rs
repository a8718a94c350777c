//! Which route answers a path: Spin's patterns and Spin's precedence.
//!
//! Exact segments win over `:name` segments, which win over the trailing `/...`; the longest
//! match wins among equals. The matching itself is the crate Spin uses.

use super::StaticResponse;
use anyhow::{Result, anyhow, bail};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who answers.
#[derive(Clone, Debug)]
pub enum Handler {
    /// The component with this id.
    Component(Arc<str>),
    /// The host itself.
    Static(Arc<StaticResponse>),
}

#[derive(Clone, Debug)]
struct Target {
    handler: Handler,
    route: Arc<str>,
}

/// The public routes of an application.
#[derive(Debug, Default)]
pub struct Router {
    finder: routefinder::Router<Target>,
    patterns: BTreeSet<String>,
}

/// The route that answers a path.
pub struct Matched {
    /// Who answers.
    pub handler: Handler,
    /// The pattern as the manifest writes it.
    pub route: Arc<str>,
    /// What the trailing `/...` stands for, with its slash; empty without one.
    pub trailing: String,
    /// What each `:name` stands for.
    pub segments: Vec<(String, String)>,
}

impl Handler {
    /// The id of the component; empty for a static response.
    pub fn component(&self) -> Arc<str> {
        match self {
            Self::Component(id) => id.clone(),
            Self::Static(_) => "".into(),
        }
    }
}

impl Router {
    /// Adds a pattern such as `/`, `/a/b`, `/a/:id` or `/a/...`.
    ///
    /// # Errors
    /// A pattern that cannot be read, or that is there already.
    pub fn add(&mut self, pattern: &str, handler: Handler) -> Result<()> {
        let path = pattern
            .strip_suffix("/...")
            .map_or_else(|| pattern.strip_suffix('/').unwrap_or(pattern).to_owned(), |prefix| format!("{prefix}/*"));
        if !self.patterns.insert(path.clone()) {
            bail!("the route {pattern:?} is there already");
        }
        let target = Target { handler, route: pattern.into() };
        let spec: routefinder::RouteSpec =
            path.as_str().try_into().map_err(|e| anyhow!("the route {pattern:?}: {e}"))?;
        self.finder.add(spec, target).map_err(|e| anyhow!("the route {pattern:?}: {e}"))
    }

    /// The best match for a path without its query.
    pub fn find(&self, path: &str) -> Option<Matched> {
        let best = self.finder.best_match(path)?;
        let trailing = match best.captures().wildcard() {
            None => String::new(),
            Some(rest) => match (rest.is_empty(), path.ends_with('/')) {
                (true, false) => String::new(),
                (true, true) => "/".to_owned(),
                (false, false) => format!("/{rest}"),
                (false, true) => format!("/{rest}/"),
            },
        };
        let captures = best.captures();
        let segments = captures.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let Target { handler, route } = best.handler().clone();
        Some(Matched { handler, route, trailing, segments })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_exact_then_segment_then_longest_wildcard() {
        let mut router = Router::default();
        for pattern in ["/...", "/a/...", "/a/b/...", "/a/:id", "/a/b", "/"] {
            router.add(pattern, Handler::Component(pattern.into())).unwrap();
        }
        let found = |path: &str| router.find(path).unwrap().route.to_string();
        assert_eq!(found("/a/b"), "/a/b");
        assert_eq!(found("/a/c"), "/a/:id");
        assert_eq!(found("/a/b/c"), "/a/b/...");
        assert_eq!(found("/a/c/d"), "/a/...");
        assert_eq!(found("/x"), "/...");
        assert_eq!(found("/"), "/");
        assert_eq!(router.find("/a/b/c/d").unwrap().trailing, "/c/d");
    }

    #[test]
    fn no_route_no_match() {
        let mut router = Router::default();
        router.add("/only", Handler::Component("x".into())).unwrap();
        assert!(router.find("/other").is_none());
        assert!(router.find("/only/more").is_none());
    }
}
