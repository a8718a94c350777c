//! One entry of `allowed_outbound_hosts`: `scheme://host[:port]`, each part may be `*`.

use anyhow::{Result, bail};

/// The schemes this host speaks outside.
pub const SCHEMES: [&str; 4] = ["http", "https", "redis", "rediss"];

/// A rule, its variables filled in.
#[derive(Clone, Debug)]
pub struct HostRule {
    scheme: Option<String>,
    host: Host,
    port: Option<std::ops::RangeInclusive<u16>>,
}

#[derive(Clone, Debug)]
enum Host {
    Any,
    /// `.example.com` of `*.example.com`.
    Below(String),
    Exactly(String),
}

impl HostRule {
    /// Reads a rule.
    ///
    /// # Errors
    /// What is not a rule, and schemes other than those this host speaks.
    pub fn parse(text: &str) -> Result<Self> {
        let Some((scheme, rest)) = text.split_once("://") else {
            bail!("the outbound host {text:?} must be `scheme://host[:port]`");
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // The colons of `[::1]` belong to the host.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (rest, None),
        };
        if host.is_empty() || host.contains(['/', '?', '#', '@']) || host == "self" {
            bail!("this host does not support the outbound host {text:?}");
        }
        let port = match (port, scheme) {
            (Some("*"), _) => None,
            (Some(port), _) => {
                let (low, high) = port.split_once("..").unwrap_or((port, port));
                match (low.parse::<u16>(), high.parse::<u16>()) {
                    (Ok(low), Ok(high)) if low <= high => Some(low..=high),
                    _ => bail!("the outbound host {text:?} has no valid port"),
                }
            }
            (None, "http") => Some(80..=80),
            (None, "https") => Some(443..=443),
            (None, "redis") => Some(6379..=6379),
            // As in Spin, `rediss` has no port of its own.
            (None, _) => bail!("the outbound host {text:?} needs a port"),
        };
        let scheme = match scheme {
            "*" => None,
            known if SCHEMES.contains(&known) => Some(scheme.to_owned()),
            _ => bail!("this host does not support outbound {text:?}: only {}", SCHEMES.join(", ")),
        };
        let host = match host.strip_prefix('*') {
            Some("") => Host::Any,
            Some(below) if below.starts_with('.') && !below.contains('*') => Host::Below(below.to_ascii_lowercase()),
            None if !host.contains('*') => Host::Exactly(host.to_ascii_lowercase()),
            _ => bail!("the outbound host {text:?} has a `*` inside a name"),
        };
        Ok(Self { scheme, host, port })
    }

    /// Whether its host is `*`: everybody, which means the public internet and nothing inside the hospital.
    pub fn means_the_public(&self) -> bool {
        matches!(self.host, Host::Any)
    }

    /// Whether a request may go there; `host` in lower case.
    pub fn allows(&self, scheme: &str, host: &str, port: u16) -> bool {
        self.scheme.as_deref().is_none_or(|own| own == scheme)
            && self.port.as_ref().is_none_or(|own| own.contains(&port))
            && match &self.host {
                Host::Any => true,
                Host::Below(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
                Host::Exactly(own) => own == host,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(rule: &str, scheme: &str, host: &str, port: u16) -> bool {
        HostRule::parse(rule).unwrap().allows(scheme, host, port)
    }

    #[test]
    fn scheme_host_and_port_must_all_match() {
        assert!(allows("https://sms.test", "https", "sms.test", 443));
        assert!(!allows("https://sms.test", "http", "sms.test", 443));
        assert!(!allows("https://sms.test", "https", "sms.test", 8443));
        assert!(!allows("https://sms.test", "https", "evil-sms.test", 443));
        assert!(!allows("https://sms.test", "https", "sms.test.evil", 443));
        assert!(allows("http://[::1]:8080", "http", "[::1]", 8080));
        assert!(allows("redis://cache.test", "redis", "cache.test", 6379));
        assert!(!allows("redis://cache.test:7000", "rediss", "cache.test", 7000));
        assert!(allows("http://h:8000..8010", "http", "h", 8005));
        assert!(!allows("http://h:8000..8010", "http", "h", 8011));
    }

    #[test]
    fn wildcards() {
        assert!(allows("*://*:*", "http", "anything", 1));
        assert!(allows("http://*.spin.internal", "http", "ocr.spin.internal", 80));
        assert!(!allows("http://*.spin.internal", "http", ".spin.internal", 80));
        assert!(!allows("https://*.a.test", "https", "a.test", 443));
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        for bad in [
            "a.test",
            "mysql://a:1",
            "rediss://a",
            "http://self",
            "*://a",
            "http://a*.b",
            "http://a:0x1",
            "http://10.0.0.0/8",
        ] {
            assert!(HostRule::parse(bad).is_err(), "{bad}");
        }
    }
}
