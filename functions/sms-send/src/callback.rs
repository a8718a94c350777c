//! Where reports may be sent: nobody makes us call into the hospital's own network (server-side request forgery).
//!
//! The rule is on the address as it is written. A public name that leads to a private address cannot be seen here, for
//! a guest resolves no names: the network around the host has to refuse that.

use http::Uri;
use http::uri::Authority;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const MOST_BYTES: usize = 500;
/// Endings of names that lead nowhere in public.
const PRIVATE: &[&str] = &[
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "arpa",
    "test",
    "invalid",
    "onion",
];

/// What is wrong with an address, in Chinese and in English.
pub type Why = (&'static str, &'static str);

/// Hosts that are excepted from the rule, each with its port.
#[derive(Clone, Debug, Default)]
pub struct CallbackHosts(Vec<(String, Option<u16>)>);

impl CallbackHosts {
    /// From the variable `sms_callback_hosts`: `host` or `host:port`, separated by commas.
    ///
    /// # Errors
    /// Names what is neither.
    pub fn parse(variable: &str) -> Result<Self, String> {
        let entries = variable.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let entries = entries.map(|entry| {
            let authority = entry.parse().ok().filter(|a: &Authority| !a.as_str().contains('@') && well_formed(a));
            let wrong = || format!("sms_callback_hosts: `{entry}` is not host or host:port");
            authority.map(|a| (a.host().to_ascii_lowercase(), a.port_u16())).ok_or_else(wrong)
        });
        entries.collect::<Result<_, _>>().map(Self)
    }

    /// Whether reports may be sent there: `https` on port 443 to a public name or address, or a host that is listed.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, url: &str) -> Result<(), Why> {
        if url.len() > MOST_BYTES || !url.bytes().all(|b| b.is_ascii_graphic()) || url.contains(['#', '\\']) {
            return Err((
                "应为不超过 500 个字符的网址，不含空格、# 和反斜线",
                "a URL of at most 500 characters, no space, # or \\",
            ));
        }
        let malformed = ("不是合法的网址", "not a URL");
        let uri: Uri = url.parse().map_err(|_| malformed)?;
        let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or(malformed)?;
        if authority.as_str().contains('@') {
            return Err(("网址不能带用户名或密码", "no credentials in the URL"));
        }
        let default = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(("必须是 https", "https only")),
        };
        if !well_formed(authority) {
            return Err(malformed);
        }
        let host = authority.host().to_ascii_lowercase();
        let port = authority.port_u16().unwrap_or(default);
        if self.0.iter().any(|(listed, on)| *listed == host && *on.as_ref().unwrap_or(&default) == port) {
            return Ok(());
        }
        if scheme != "https" {
            return Err(("必须是 https", "https only"));
        }
        if port != 443 {
            return Err(("只能使用 443 端口", "port 443 only"));
        }
        let public = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(v6) => v6.parse().is_ok_and(|ip: Ipv6Addr| public_ip(ip.into())),
            None => host.parse().map_or_else(|_| public_name(&host), |ip: Ipv4Addr| public_ip(ip.into())),
        };
        public.then_some(()).ok_or(("不能是内部地址", "not an internal address"))
    }
}

/// Without `host:` and `host:99999`, which are parsed as having no port.
fn well_formed(authority: &Authority) -> bool {
    authority.port_u16().is_some() || authority.as_str() == authority.host()
}

/// A name of several labels, none of them private, whose last does not begin with a digit: resolvers read such a name
/// (`127.1`, `0x7f.1`, `2130706433`) as an address.
fn public_name(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253
        && name.contains('.')
        && name.split('.').all(label)
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && !PRIVATE.contains(&last)
}

fn public_ip(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => public_v4(v4),
        IpAddr::V6(v6) => public_v6(v6),
    }
}

/// IANA's registry of special-purpose IPv4 addresses, and multicast.
fn public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 224)
}

/// Global unicast (2000::/3) only, without documentation and without what carries an IPv4 address inside.
fn public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let tunnel = a == 0x2002 || (a == 0x2001 && b < 0x0200);
    let documentation = (a == 0x2001 && b == 0x0db8) || (a == 0x3fff && b < 0x1000);
    a & 0xe000 == 0x2000 && !tunnel && !documentation
}

#[cfg(test)]
mod tests;
