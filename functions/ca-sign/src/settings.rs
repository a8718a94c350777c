//! What the hospital sets: the function's variables, read once per instance.

use common::seal::Seal;
use common::variables::Variables;
use http::Uri;
use pki::Certificate;

/// What is done where no revocation list can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// No signature counts.
    Closed,
    /// Signatures count, and the report says that it could not be told.
    Open,
}

/// The variables, understood.
pub struct Settings {
    /// Keys of personal data.
    pub seal: Seal,
    /// Whom to trust; the authority's own roots where there are none, which is for development.
    pub roots: Vec<Certificate>,
    /// About missing lists.
    pub lists: Lists,
    /// Whether a signature without a timestamp counts for nothing.
    pub timestamp_required: bool,
    /// The hospital's name on paper.
    pub hospital: String,
    /// Where `register` is, without a slash behind.
    pub register_url: String,
    /// Where patients reach the hospital: scheme and authority. None in development: then it is where the caller does.
    pub public_url: Option<String>,
}

impl AsRef<Seal> for Settings {
    fn as_ref(&self) -> &Seal {
        &self.seal
    }
}

impl Settings {
    /// The variables that [`parse`](Self::parse) looks at.
    pub const VARIABLES: [&'static str; 7] =
        ["data_key", "ca_roots", "ca_lists", "ca_timestamps", "ca_hospital", "ca_register_url", "ca_public_url"];

    /// Understands the variables.
    ///
    /// # Errors
    /// Names the variable that is wrong.
    pub fn parse(variables: &Variables) -> Result<Self, String> {
        let get = |name: &str| variables.get(name).map_or("", |value| value.trim());
        let lists = match get("ca_lists") {
            "" | "closed" => Lists::Closed,
            "open" => Lists::Open,
            _ => return Err("ca_lists: closed or open".to_owned()),
        };
        let timestamp_required = match get("ca_timestamps") {
            "" | "required" => true,
            "optional" => false,
            _ => return Err("ca_timestamps: required or optional".to_owned()),
        };
        Ok(Self {
            seal: Seal::parse(get("data_key"))?,
            roots: certificates(variables.get("ca_roots").map_or("", String::as_str))?,
            lists,
            timestamp_required,
            hospital: get("ca_hospital").to_owned(),
            register_url: get("ca_register_url").trim_end_matches('/').to_owned(),
            public_url: public_url(get("ca_public_url"))?,
        })
    }
}

/// `http(s)://host[:port]`, without the slash that may stand behind it.
fn public_url(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = || {
        let text = text.strip_suffix('/').unwrap_or(text);
        let (scheme, rest) = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
        let uri: Uri = text.parse().ok()?;
        let (host, port) = (uri.host()?, uri.port_u16());
        let whole = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        // Nothing but host and port: no path, no query, no fragment, nobody's name before an @.
        (!host.is_empty() && whole == rest).then(|| format!("{scheme}://{}", whole.to_ascii_lowercase()))
    };
    read().map(Some).ok_or_else(|| "ca_public_url: http(s)://host[:port], without a path".to_owned())
}

/// Certificates in PEM, one after another; none where nothing is set. Whatever is no certificate is refused and not left
/// out, for fewer roots than were meant would be other roots.
fn certificates(pem: &str) -> Result<Vec<Certificate>, String> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    if pem.is_empty() {
        return Ok(Vec::new());
    }
    let read = |part: &str| {
        let part = part.trim();
        if !part.starts_with(BEGIN) || !part.ends_with(END) {
            return Err("ca_roots: certificates in PEM, one after another, and nothing else".to_owned());
        }
        Certificate::from_pem(&format!("{part}\n")).map_err(|error| format!("ca_roots: {error}"))
    };
    // What is blank behind the last one belongs to it.
    pem.trim_end().split_inclusive(END).map(read).collect::<Result<Vec<_>, _>>().and_then(|all| match all.is_empty() {
        true => Err("ca_roots: no certificate".to_owned()),
        false => Ok(all),
    })
}

#[cfg(test)]
mod tests {
    use super::{certificates, public_url};

    fn root() -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../components/pki/tests/data/ca.pem");
        std::fs::read_to_string(path).unwrap()
    }

    fn count(pem: &str) -> usize {
        certificates(pem).unwrap().len()
    }

    #[test]
    fn the_public_address_is_scheme_and_host() {
        assert_eq!(public_url(""), Ok(None));
        for (text, read) in [
            ("https://hospital.example", "https://hospital.example"),
            ("https://Hospital.example/", "https://hospital.example"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(public_url(text), Ok(Some(read.to_owned())));
        }
        for wrong in [
            "hospital.example",
            "//hospital.example",
            "ftp://hospital.example",
            "https://",
            "https://:80",
            "https://hospital.example:",
            "https://hospital.example:99999",
            "https://hospital.example/rx",
            "https://hospital.example//",
            "https://hospital.example?a",
            "https://hospital.example#a",
            "https://me@hospital.example",
            "https://hospital .example",
            "https://医院.example",
        ] {
            let Err(told) = public_url(wrong) else { panic!("{wrong}") };
            assert!(told.starts_with("ca_public_url: ") && !told.contains("hospital"), "{told}");
        }
    }

    #[test]
    fn roots_are_read_one_after_another() {
        let root = root();
        assert_eq!(count(""), 0, "the authority's own are believed only where nothing is set");
        assert_eq!((count(&root), count(&format!("\n{root}\n\n{root}\n "))), (1, 2));
        assert_eq!(count(&root.replace('\n', "\r\n")), 1);
        assert_eq!(count(root.trim()), 1);
    }

    #[test]
    fn what_is_no_root_is_refused_and_not_repeated() {
        let root = root();
        let wrong = [
            "\n".to_owned(),
            "roots.pem".to_owned(),
            root.replace("-----END CERTIFICATE-----", ""),
            root.replace("-----END CERTIFICATE-----", "-----END CERTIFICAT-----"),
            root.replace("-----BEGIN CERTIFICATE-----", ""),
            root.replace("CERTIFICATE", "PUBLIC KEY"),
            root.replacen('M', "%", 1),
            format!("{root}roots.pem"),
            format!("roots.pem\n{root}"),
            format!("{root}roots.pem\n{root}"),
            root.clone() + root.split_once("-----END").unwrap().0,
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".to_owned(),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned(),
        ];
        let inside = root.lines().nth(1).unwrap();
        for wrong in wrong {
            let Err(told) = certificates(&wrong) else { panic!("{wrong}") };
            assert!(told.starts_with("ca_roots: "), "{told}");
            assert!(!told.contains("roots.pem") && !told.contains(inside) && !told.contains("AAAA"), "{told}");
        }
    }
}
