//! `spin:redis`: connections to Redis servers within `allowed_outbound_hosts`.

mod address;
mod link;
mod reply;
#[cfg(test)]
mod tests;

use super::public::resolve;
use super::{Grants, Reach};
use crate::bindings::redis::{Error, Host, HostConnection, HostConnectionWithStore, RedisParameter, RedisResult};
use crate::guest::{Spin, SpinView};
use address::Address;
use link::{Bounds, Failure, Link};
use redis::{Cmd, ErrorKind, FromRedisValue, Value};
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tokio_rustls::TlsConnector;
use wasmtime::component::{Accessor, Resource};

/// Connections that one component may have at the same time.
pub const CONNECTIONS: usize = 256;
const BOUNDS: Bounds = Bounds { connect: Duration::from_secs(10), answer: Duration::from_secs(30), reply: 16 << 20 };

/// Trusts what the machine trusts, as Spin does here: a Redis server mostly has its certificate
/// from the house's own authority.
static TLS: LazyLock<Result<TlsConnector, rustls::Error>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    connector(roots)
});

fn connector(roots: RootCertStore) -> Result<TlsConnector, rustls::Error> {
    // Named, because another crate in the build may bring a second provider.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()).into())
}

/// A guest's handle: one connection of its own until it drops it.
pub struct Connection(Arc<Link>);

type Outcome<T> = wasmtime::Result<Result<T, Error>>;

async fn open(grants: &Grants, address: &str) -> Result<Connection, Error> {
    let address = Address::parse(address).ok_or(Error::InvalidAddress)?;
    let Some(reach) = grants.may_reach(address.scheme, &address.url_host(), address.port) else {
        grants.metrics.redis("denied");
        return Err(Error::InvalidAddress);
    };
    let place = grants.redis_connections.clone().try_acquire_owned().map_err(|_| Error::TooManyConnections)?;
    let tls = match &*TLS {
        _ if !address.tls() => None,
        Ok(tls) => Some(tls),
        Err(error) => return Err(Error::Other(error.to_string())),
    };
    let sockets = sockets(grants, &address, reach).await?;
    let link = Link::open(&address, &sockets, tls, BOUNDS, place).await;
    Ok(Connection(Arc::new(link.map_err(|failure| told(grants, failure))?)))
}

async fn sockets(grants: &Grants, address: &Address, reach: Reach) -> Result<Vec<SocketAddr>, Error> {
    let found = tokio::time::timeout(BOUNDS.connect, resolve(&address.host, address.port, reach)).await;
    match found.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
        Ok(sockets) => Ok(sockets),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            grants.denied("allowed_outbound_hosts", &format!("{}: {error}", address.host));
            grants.metrics.redis("denied");
            Err(Error::InvalidAddress)
        }
        Err(error) => Err(told(grants, Failure::Redis(error.into()))),
    }
}

async fn ask<T: 'static, R: FromRedisValue>(
    accessor: &Accessor<T, Spin>,
    connection: &Resource<Connection>,
    command: Cmd,
) -> Outcome<R> {
    let (link, grants) = accessor.with(|mut access| {
        let SpinView { grants, table } = access.get();
        wasmtime::error::Ok((table.get(connection)?.0.clone(), grants.clone()))
    })?;
    let start = Instant::now();
    let reply = link.ask(&command).await;
    grants.metrics.redis_latency.observe(start.elapsed().as_secs_f64());
    Ok(match reply {
        Ok(reply) => {
            grants.metrics.redis("answered");
            Ok(reply)
        }
        Err(failure) => Err(told(&grants, failure)),
    })
}

/// Counts a failure, and says it as the interface does.
fn told(grants: &Grants, failure: Failure) -> Error {
    let (outcome, error) = match failure {
        Failure::Timeout => ("timeout", Error::Other("the server took too long".to_owned())),
        Failure::Closed => ("failed", Error::Other("the connection is closed".to_owned())),
        Failure::Redis(error) => match error.kind() {
            ErrorKind::UnexpectedReturnType => ("answered", Error::TypeError),
            ErrorKind::Server(_) | ErrorKind::Extension => ("answered", Error::Other(error.to_string())),
            _ => ("failed", Error::Other(error.to_string())),
        },
    };
    grants.metrics.redis(outcome);
    error
}

impl Host for SpinView<'_> {}

impl HostConnection for SpinView<'_> {
    fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

impl<T: Send + 'static> HostConnectionWithStore<T> for Spin {
    async fn open(on: &Accessor<T, Self>, address: String) -> Outcome<Resource<Connection>> {
        let grants = on.with(|mut access| access.get().grants.clone());
        match open(&grants, &address).await {
            Ok(connection) => Ok(Ok(on.with(|mut access| access.get().table.push(connection))?)),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn publish(
        on: &Accessor<T, Self>,
        connection: Resource<Connection>,
        channel: String,
        payload: Vec<u8>,
    ) -> Outcome<()> {
        ask(on, &connection, Cmd::publish(channel, payload)).await
    }

    async fn get(on: &Accessor<T, Self>, connection: Resource<Connection>, key: String) -> Outcome<Option<Vec<u8>>> {
        ask(on, &connection, Cmd::get(key)).await
    }

    async fn set(on: &Accessor<T, Self>, connection: Resource<Connection>, key: String, value: Vec<u8>) -> Outcome<()> {
        ask(on, &connection, Cmd::set(key, value)).await
    }

    async fn incr(on: &Accessor<T, Self>, connection: Resource<Connection>, key: String) -> Outcome<i64> {
        ask(on, &connection, Cmd::incr(key, 1)).await
    }

    async fn del(on: &Accessor<T, Self>, connection: Resource<Connection>, keys: Vec<String>) -> Outcome<u32> {
        ask(on, &connection, Cmd::del(keys)).await
    }

    async fn sadd(
        on: &Accessor<T, Self>,
        connection: Resource<Connection>,
        key: String,
        values: Vec<String>,
    ) -> Outcome<u32> {
        ask(on, &connection, Cmd::sadd(key, values)).await
    }

    async fn smembers(on: &Accessor<T, Self>, connection: Resource<Connection>, key: String) -> Outcome<Vec<String>> {
        ask(on, &connection, Cmd::smembers(key)).await
    }

    async fn srem(
        on: &Accessor<T, Self>,
        connection: Resource<Connection>,
        key: String,
        values: Vec<String>,
    ) -> Outcome<u32> {
        ask(on, &connection, Cmd::srem(key, values)).await
    }

    async fn execute(
        on: &Accessor<T, Self>,
        connection: Resource<Connection>,
        command: String,
        arguments: Vec<RedisParameter>,
    ) -> Outcome<Vec<RedisResult>> {
        let mut words = redis::cmd(&command);
        for argument in arguments {
            match argument {
                RedisParameter::Int64(number) => words.arg(number),
                RedisParameter::Binary(bytes) => words.arg(bytes),
            };
        }
        Ok(ask::<_, Value>(on, &connection, words).await?.and_then(reply::flatten))
    }
}
