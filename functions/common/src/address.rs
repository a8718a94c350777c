//! The address a request came from, as rate limits count it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Addresses of the hospital's own reverse proxies, whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpAddr>);

impl Proxies {
    /// From the variable `trusted_proxies`: addresses separated by commas.
    ///
    /// # Errors
    /// Names what is not an address.
    pub fn parse(variable: &str) -> Result<Self, String> {
        let addresses = variable.split(',').map(str::trim).filter(|text| !text.is_empty());
        let parsed = addresses.map(|text| text.parse().map_err(|_| format!("trusted_proxies: `{text}` is no address")));
        parsed.collect::<Result<_, _>>().map(Self)
    }

    /// The client's address: the peer's, or behind trusted proxies the last one in `forwarded_for` that is not
    /// theirs. All addresses of one IPv6 /64 count as one, for a client can use any of them.
    #[must_use]
    pub fn client(&self, peer: Option<&str>, forwarded_for: Option<&str>) -> Option<IpAddr> {
        let mut client = parse(peer?)?;
        for hop in forwarded_for.into_iter().flat_map(|list| list.rsplit(',')) {
            if !self.0.contains(&client) {
                break;
            }
            let Some(before) = parse(hop.trim()) else { break };
            client = before;
        }
        Some(match client {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
            v4 => v4,
        })
    }
}

fn parse(text: &str) -> Option<IpAddr> {
    let address = text.parse::<SocketAddr>().map(|socket| socket.ip()).or_else(|_| text.parse());
    address.ok().map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = Proxies::parse("10.0.0.1, 10.0.0.2").unwrap();
        let client = |peer, list| proxies.client(Some(peer), list).map(|ip| ip.to_string());
        let is = |ip: &str| Some(ip.to_owned());
        assert_eq!(client("1.2.3.4:567", None), is("1.2.3.4"));
        assert_eq!(client("1.2.3.4:567", Some("9.9.9.9")), is("1.2.3.4"), "a client's own claim");
        assert_eq!(client("10.0.0.1:5", Some("6.6.6.6, 9.9.9.9")), is("9.9.9.9"), "the last one, set by the proxy");
        assert_eq!(client("10.0.0.1:5", Some("9.9.9.9, 10.0.0.2")), is("9.9.9.9"));
        assert_eq!(client("10.0.0.1:5", Some("rubbish")), is("10.0.0.1"));
        assert_eq!(client("[2001:db8::1:2]:80", None), is("2001:db8::"));
        assert_eq!(client("[::ffff:1.2.3.4]:80", None), is("1.2.3.4"));
        assert_eq!(client("rubbish", None), None);
        assert!(Proxies::parse("10.0.0.x").is_err());
    }
}
