//! What the hospital sets: the function's variables, read once per instance.

use common::seal::Seal;
use common::variables::Variables;
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
}

impl AsRef<Seal> for Settings {
    fn as_ref(&self) -> &Seal {
        &self.seal
    }
}

impl Settings {
    /// The variables that [`parse`](Self::parse) looks at.
    pub const VARIABLES: [&'static str; 6] =
        ["data_key", "ca_roots", "ca_lists", "ca_timestamps", "ca_hospital", "ca_register_url"];

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
            roots: certificates(get("ca_roots"))?,
            lists,
            timestamp_required,
            hospital: get("ca_hospital").to_owned(),
            register_url: get("ca_register_url").trim_end_matches('/').to_owned(),
        })
    }
}

/// Certificates in PEM, one after another.
fn certificates(pem: &str) -> Result<Vec<Certificate>, String> {
    const END: &str = "-----END CERTIFICATE-----";
    let read = |pem: &str| Certificate::from_pem(&format!("{}{END}\n", pem.trim_start()));
    let all = pem.split_inclusive(END).filter_map(|part| part.strip_suffix(END));
    all.map(|pem| read(pem).map_err(|error| format!("ca_roots: {error}"))).collect()
}
