//! The address of a vendor.

use http::Uri;

/// Scheme and authority of a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    scheme: String,
    authority: String,
}

impl Endpoint {
    /// Reads `http(s)://host[:port]`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let (scheme, authority) = (uri.scheme_str()?, uri.authority()?.as_str());
        let default = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return None,
        };
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.contains('@') {
            return None;
        }
        // As HTTP clients write `Host` (RFC 9110, 4.2.3), which the vendor signs too.
        let authority = authority.strip_suffix(default).unwrap_or(authority).to_ascii_lowercase();
        Some(Self { scheme: scheme.to_owned(), authority })
    }

    /// The `Host` header of requests to it.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.authority
    }

    /// The address of a path with query, which begins with `/`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_scheme_and_authority() {
        let parse = |text| Endpoint::parse(text).map(|endpoint| endpoint.url("/p"));
        assert_eq!(parse("https://Sms.Test:443/").unwrap(), "https://sms.test/p");
        assert_eq!(parse("http://127.0.0.1:8080").unwrap(), "http://127.0.0.1:8080/p");
        for bad in ["sms.test", "ftp://sms.test", "https://", "https://a/b", "https://a?b", "https://u:p@a", "x y"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
