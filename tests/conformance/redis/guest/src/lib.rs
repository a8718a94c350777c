//! Commands of every kind through Redis, a stream read by a group, errors, and what a dropped connection leaves.
use futures::future::{Either, join, select};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::redis::{Connection, Error, RedisParameter, RedisResult};
use spin_sdk::{http_service, variables};
use std::pin::pin;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let path = request.uri().path().to_owned();
    match answer(&path).await {
        Ok(text) => text,
        Err(Error::InvalidAddress) => "denied".to_owned(),
        Err(Error::Other(reason)) => format!("failed: {reason}"),
        Err(error) => format!("failed: {error:?}"),
    }
}

async fn answer(path: &str) -> Result<String, Error> {
    let address = variables::get("redis").await.unwrap_or_default();
    let redis = Connection::open(&address).await?;
    match path {
        "/values" => {
            redis.set("bytes", [0, 255]).await?;
            let (there, missing) = (redis.get("bytes").await?, redis.get("missing").await?);
            let (one, two) = (redis.incr("count").await?, redis.incr("count").await?);
            let gone = redis.del(["bytes", "count", "missing"]).await?;
            Ok(format!("{there:?} {missing:?} {one} {two} {gone}"))
        }
        "/sets" => {
            let added = redis.sadd("set", ["a", "b", "b"]).await?;
            let removed = redis.srem("set", ["a", "c"]).await?;
            let left = redis.smembers("set").await?;
            redis.publish("nobody listens", b"x").await?;
            Ok(format!("{added} {removed} {left:?}"))
        }
        "/stream" => {
            run(&redis, "XGROUP CREATE jobs group 0 MKSTREAM").await?;
            run(&redis, "XADD jobs 1-1 to 138 text hello").await?;
            run(&redis, "XADD jobs 1-2 to 139").await?;
            let read = run(&redis, "XREADGROUP GROUP group me COUNT 10 STREAMS jobs >").await?;
            let done = run(&redis, "XACK jobs group 1-1").await?;
            let pending = run(&redis, "XPENDING jobs group").await?;
            let nothing = run(&redis, "XREADGROUP GROUP group me BLOCK 1 STREAMS jobs >").await?;
            Ok(format!("{read} | {done} | {pending} | {nothing}"))
        }
        // Another connection writes once the reader waits at the server.
        "/blocked" => {
            run(&redis, "XGROUP CREATE waited group $ MKSTREAM").await?;
            let writer = Connection::open(&address).await?;
            let read = run(&redis, "XREADGROUP GROUP group me BLOCK 20000 STREAMS waited >");
            let write = async {
                while !run(&writer, "INFO clients").await?.contains("blocked_clients:1") {}
                run(&writer, "XADD waited 9-9 k v").await
            };
            let (read, written) = join(read, write).await;
            written.and(read)
        }
        "/number" => {
            let number = [RedisParameter::Binary(b"n".to_vec()), RedisParameter::Int64(i64::MIN)];
            redis.execute("SET", number).await?;
            run(&redis, "INCRBY n 1").await
        }
        // Inside a transaction's reply, and with the connection usable afterwards.
        "/errors" => {
            run(&redis, "SET text x").await?;
            let wrong = redis.incr("text").await;
            run(&redis, "MULTI").await?;
            run(&redis, "INCR text").await?;
            let inside = run(&redis, "EXEC").await;
            Ok(format!("{} {} {}", wrong.is_err(), inside.is_err(), run(&redis, "PING").await?))
        }
        // Dropped while a command waits at the server.
        "/dropped" => {
            let waiting = Connection::open(&address).await?;
            let (block, ping) = (pin!(run(&waiting, "BLPOP nothing 0")), pin!(run(&redis, "PING")));
            match select(block, ping).await {
                Either::Left(_) => Ok("not blocked".to_owned()),
                Either::Right(_) => Ok("dropped".to_owned()),
            }
        }
        // Until the server sees no other client, so not one that an earlier request had.
        "/alone" => {
            while run(&redis, "CLIENT LIST").await?.matches("laddr=").count() > 1 {}
            Ok("alone".to_owned())
        }
        _ => run(&redis, "NOSUCHCOMMAND").await,
    }
}

/// A command of plain words.
async fn run(redis: &Connection, line: &str) -> Result<String, Error> {
    let mut words = line.split(' ');
    let command = words.next().unwrap_or_default();
    let arguments = words.map(|word| RedisParameter::Binary(word.into()));
    let results = redis.execute(command, arguments).await?;
    Ok(results.iter().map(show).collect::<Vec<_>>().join(" "))
}

fn show(result: &RedisResult) -> String {
    match result {
        RedisResult::Nil => "nil".to_owned(),
        RedisResult::Status(text) => format!("+{text}"),
        RedisResult::Int64(number) => format!(":{number}"),
        RedisResult::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}
