//! Where a Redis server is, as a guest writes it: `redis[s]://[user][:password@]host[:port][/database]`.

use redis::{ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo};

/// An address, taken apart once: what is checked is what is called.
pub struct Address {
    /// `redis`, or `rediss` for TLS.
    pub scheme: &'static str,
    /// A name in lower case or an address, IPv6 without brackets.
    pub host: String,
    /// 6379 where none is written.
    pub port: u16,
    /// Who logs in, and to which database.
    pub login: RedisConnectionInfo,
}

impl Address {
    /// Reads an address; `None` for what is none, for sockets of the file system, and for TLS
    /// without verification.
    pub fn parse(text: &str) -> Option<Self> {
        let url = redis::parse_redis_url(text)?;
        let scheme = match url.scheme() {
            "redis" => "redis",
            "rediss" => "rediss",
            _ => return None,
        };
        let info = url.into_connection_info().ok()?;
        let (host, port) = match info.addr() {
            ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, insecure: false, .. } => {
                (host.to_ascii_lowercase(), *port)
            }
            _ => return None,
        };
        // Naming this library to the server would cost every connection a round trip.
        let login = info.redis_settings().clone().set_skip_set_lib_name();
        Some(Self { scheme, host, port, login })
    }

    /// Whether it is called over TLS.
    pub fn tls(&self) -> bool {
        self.scheme == "rediss"
    }

    /// The host as a URL and `allowed_outbound_hosts` write it.
    pub fn url_host(&self) -> String {
        if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&'static str, String, u16, i64)> {
        Address::parse(text).map(|a| (a.scheme, a.url_host(), a.port, a.login.db()))
    }

    #[test]
    fn hosts_ports_and_databases_are_read() {
        assert_eq!(parts("redis://Cache.test"), Some(("redis", "cache.test".to_owned(), 6379, 0)));
        assert_eq!(parts("rediss://u:p@h:7000/3"), Some(("rediss", "h".to_owned(), 7000, 3)));
        assert_eq!(parts("redis://[::1]:1"), Some(("redis", "[::1]".to_owned(), 1, 0)));
        // The host is what stands after the last `@`.
        assert_eq!(parts("redis://allowed.test:6379@evil.test").unwrap().1, "evil.test");
    }

    #[test]
    fn what_the_manifest_cannot_grant_is_refused() {
        for bad in [
            "",
            "127.0.0.1:6379",
            "http://h",
            "redis://",
            "redis://h:99999",
            "redis://h/x",
            "unix:///tmp/s",
            "redis+unix:///tmp/s",
            "valkey://h",
            "rediss://h/#insecure",
        ] {
            assert!(Address::parse(bad).is_none(), "{bad}");
        }
    }
}
