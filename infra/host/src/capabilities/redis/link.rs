//! One connection to a Redis server: how it is made, what a reply may cost, when it ends.

use super::address::Address;
use futures::future::{Either, select};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, FromRedisValue, RedisError};
use rustls::pki_types::ServerName;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, OwnedSemaphorePermit};
use tokio_rustls::TlsConnector;

/// What a connection may cost.
#[derive(Clone, Copy)]
pub struct Bounds {
    /// Until it stands: name, TCP, TLS, login.
    pub connect: Duration,
    /// Until a command is answered; a blocking command has to ask for less.
    pub answer: Duration,
    /// Bytes of one reply on the wire.
    pub reply: usize,
}

/// Why there is no reply.
#[derive(Debug)]
pub enum Failure {
    /// It took too long; the connection is gone.
    Timeout,
    /// The connection ended before.
    Closed,
    /// The server said no, or what it said is no reply.
    Redis(RedisError),
}

impl<E: Into<RedisError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Redis(error.into())
    }
}

/// A connection; what it holds is given back when this is dropped.
pub struct Link {
    /// One command at a time, as the server takes them anyway: so each reply has its own bounds.
    wire: Mutex<Wire>,
    left: Arc<AtomicUsize>,
    bounds: Bounds,
    _place: OwnedSemaphorePermit,
}

struct Wire {
    commands: MultiplexedConnection,
    /// Owns the socket and is run by whoever waits for a reply; absent once the connection ended.
    driver: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Link {
    /// Connects to the first of an address's sockets that answers, and logs in.
    ///
    /// # Errors
    /// Nobody there, a certificate that `tls` does not trust, a login refused, or all
    /// of it took too long.
    pub async fn open(
        address: &Address,
        sockets: &[SocketAddr],
        tls: Option<&TlsConnector>,
        bounds: Bounds,
        place: OwnedSemaphorePermit,
    ) -> Result<Self, Failure> {
        let left = Arc::new(AtomicUsize::new(bounds.reply));
        let wire = tokio::time::timeout(bounds.connect, Wire::open(address, sockets, tls, left.clone()));
        let wire = Mutex::new(wire.await.map_err(|_| Failure::Timeout)??);
        Ok(Self { wire, left, bounds, _place: place })
    }

    /// Sends a command and waits for its reply.
    ///
    /// # Errors
    /// An error reply, which leaves the connection usable; anything else ends it.
    pub async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Failure> {
        let mut wire = self.wire.lock().await;
        self.left.store(self.bounds.reply, Ordering::Relaxed);
        let reply = tokio::time::timeout(self.bounds.answer, wire.ask(command)).await;
        reply.unwrap_or_else(|_| {
            // A reply that comes later would be taken for the next command's.
            wire.driver = None;
            Err(Failure::Timeout)
        })
    }
}

impl Wire {
    async fn open(
        address: &Address,
        sockets: &[SocketAddr],
        tls: Option<&TlsConnector>,
        left: Arc<AtomicUsize>,
    ) -> Result<Self, Failure> {
        let tcp = TcpStream::connect(sockets).await?;
        tcp.set_nodelay(true)?;
        let stream: Box<dyn Stream> = match tls {
            Some(tls) => {
                let name = ServerName::try_from(address.host.clone()).map_err(io::Error::other)?;
                Box::new(tls.connect(name, tcp).await?)
            }
            None => Box::new(tcp),
        };
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let (commands, driver) =
            MultiplexedConnection::new_with_config(&address.login, Bounded { stream, left }, config).await?;
        Ok(Self { commands, driver: Some(Box::pin(driver)) })
    }

    async fn ask<T: FromRedisValue>(&mut self, command: &Cmd) -> Result<T, Failure> {
        let Self { commands, driver } = self;
        let Some(running) = driver else { return Err(Failure::Closed) };
        let reply = pin!(command.query_async(commands));
        Ok(match select(reply, running).await {
            Either::Left((reply, _)) => reply?,
            Either::Right(((), reply)) => {
                // The reply came with the end, or never will.
                *driver = None;
                reply.await?
            }
        })
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A stream that breaks when more is read of it than is left of the current reply.
struct Bounded {
    stream: Box<dyn Stream>,
    left: Arc<AtomicUsize>,
}

impl AsyncRead for Bounded {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, into))?;
        let read = into.filled().len().saturating_sub(before);
        let left = self.left.load(Ordering::Relaxed).checked_sub(read);
        self.left.store(left.unwrap_or(0), Ordering::Relaxed);
        Poll::Ready(match left {
            Some(_) => Ok(()),
            None => Err(io::Error::new(io::ErrorKind::InvalidData, "the reply is too large")),
        })
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
