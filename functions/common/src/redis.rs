//! Redis (`spin:redis`).

#[cfg(target_family = "wasm")]
use spin_sdk::redis::{Connection, RedisParameter, RedisResult};

/// A reply, or a part of one: nested lists come flat, as Spin gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing.
    Nil,
    /// As `OK`.
    Status(String),
    /// A number.
    Integer(i64),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// An open connection.
#[cfg(target_family = "wasm")]
pub struct Redis(Connection);

#[cfg(target_family = "wasm")]
impl Redis {
    /// Connects; the address must be granted to the component (`allowed_outbound_hosts`).
    ///
    /// # Errors
    /// Denied or not reached. The text does not hold the address, which may hold a password.
    pub async fn open(address: &str) -> Result<Self, String> {
        let opened = Connection::open(address).await;
        opened.map(Self).map_err(|error| format!("redis: {error:?}").replace(address, "sms_redis_url"))
    }

    /// Runs a command.
    ///
    /// # Errors
    /// Redis's, or the connection's.
    pub async fn execute(&self, command: &str, arguments: Vec<Vec<u8>>) -> Result<Vec<Reply>, String> {
        let arguments: Vec<_> = arguments.into_iter().map(RedisParameter::Binary).collect();
        let answer = self.0.execute(command, arguments).await.map_err(|error| format!("redis: {error:?}"))?;
        let reply = |result| match result {
            RedisResult::Nil => Reply::Nil,
            RedisResult::Status(text) => Reply::Status(text),
            RedisResult::Int64(number) => Reply::Integer(number),
            RedisResult::Binary(bytes) => Reply::Bytes(bytes),
        };
        Ok(answer.into_iter().map(reply).collect())
    }
}
