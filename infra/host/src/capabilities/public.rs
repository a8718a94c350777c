//! Addresses of the public internet, and resolvers that find no others.

use super::Reach;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use std::io::{Error, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

/// Resolves names to their public addresses: what it finds is what is connected to, so a name cannot mean one address
/// when it is judged and another when it is used.
#[derive(Clone, Debug)]
pub struct PublicOnly(GaiResolver);

impl Default for PublicOnly {
    fn default() -> Self {
        Self(GaiResolver::new())
    }
}

impl Service<Name> for PublicOnly {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let found = self.0.call(name);
        Box::pin(async move { public(found.await?).map(Vec::into_iter) })
    }
}

/// The addresses of a host, as far as they may be reached.
///
/// # Errors
/// It has none; `PermissionDenied` where it has some, but none that may be reached.
pub async fn resolve(host: &str, port: u16, reach: Reach) -> Result<Vec<SocketAddr>, Error> {
    let found = tokio::net::lookup_host((host, port)).await?;
    match reach {
        Reach::Any => Ok(found.collect()),
        Reach::Public => public(found),
    }
}

fn public(found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, Error> {
    let public: Vec<_> = found.filter(|address| is_public(address.ip())).collect();
    if public.is_empty() {
        return Err(Error::new(ErrorKind::PermissionDenied, "no public address: `*` does not grant others"));
    }
    Ok(public)
}

/// Whether an address is for everybody, by IANA's registries of special-purpose addresses.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => public_v4(v4),
        // Global unicast only, without documentation and what carries an IPv4 address inside (Teredo, 6to4).
        IpAddr::V6(v6) => {
            let [a, b, ..] = v6.segments();
            let documentation = (a == 0x2001 && b == 0x0db8) || (a == 0x3fff && b < 0x1000);
            a & 0xe000 == 0x2000 && a != 0x2002 && !(a == 0x2001 && b < 0x0200) && !documentation
        }
    }
}

fn public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = match (a, b) {
        (0 | 224.., _) | (100, 64..128) | (198, 18 | 19) => true,
        (192, 0) => c == 0,
        (192, 88) => c == 99,
        _ => false,
    };
    !(special || ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_is_not_public() {
        let public = |ip: &str| is_public(ip.parse().unwrap());
        for ip in ["1.1.1.1", "100.63.0.1", "172.32.0.1", "192.0.1.1", "223.255.255.255", "2400:3200::1"] {
            assert!(public(ip), "{ip}");
        }
        for ip in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!public(ip), "{ip}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_found() {
        let refused = PublicOnly::default().call("localhost".parse().unwrap()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
        for inside in ["localhost", "127.0.0.1", "::1"] {
            let refused = resolve(inside, 6379, Reach::Public).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::PermissionDenied, "{inside}");
            assert!(!resolve(inside, 6379, Reach::Any).await.unwrap().is_empty(), "{inside}");
        }
    }
}
