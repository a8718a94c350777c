//! What the conformance cases of Redis cannot say: a server that dies, and what the log tells.

use redis::cmd;
use tests::host::{Host, root};
use tests::redis::Redis;

fn host(case: &str, address: &str) -> Host {
    let manifest = root().join("tests/conformance/redis").join(case).join("spin.toml");
    Host::run(&manifest, &[("redis", address)], &[]).expect("the host starts")
}

fn get(host: &Host, path: &str) -> String {
    ureq::get(host.url(path)).call().expect("an answer").body_mut().read_to_string().expect("text")
}

#[test]
fn a_server_that_dies_is_an_error_and_one_that_returns_is_used() {
    let mut redis = Redis::start().unwrap();
    let host = host("granted", &redis.url());
    assert_eq!(get(&host, "/number"), ":-9223372036854775807");
    redis.kill();
    assert!(get(&host, "/number").contains("refused"));
    redis.restart().unwrap();
    assert_eq!(get(&host, "/number"), ":-9223372036854775807");
}

#[test]
fn a_denial_names_the_capability_and_no_secret() {
    let mut host = host("denied", "redis://user:secret-word@127.0.0.1:2/0");
    assert_eq!(get(&host, "/values"), "denied");
    let metrics = ureq::get(format!("http://{}/metrics", host.admin)).call().unwrap().body_mut().read_to_string();
    assert!(metrics.unwrap().contains("host_redis_commands_total{component=\"keeper\",outcome=\"denied\"} 1"));
    host.signal("TERM").unwrap();
    assert!(host.wait().unwrap().success());
    let log = host.log();
    let line = log.lines().find(|line| line.contains("\"denied\"")).expect("a line in the log");
    assert!(line.contains("\"allowed_outbound_hosts\"") && line.contains("redis://127.0.0.1:2"), "{line}");
    assert!(!log.contains("secret-word"), "{log}");
}

#[test]
fn the_tests_server_keeps_what_it_is_told_to_keep() {
    let written = |redis: &Redis| cmd("SET").arg("k").arg("v").exec(&mut redis.connection().unwrap()).unwrap();
    let exists = |redis: &Redis| cmd("EXISTS").arg("k").query::<u32>(&mut redis.connection().unwrap()).unwrap();
    for (mut redis, kept) in [(Redis::persistent().unwrap(), 1), (Redis::start().unwrap(), 0)] {
        written(&redis);
        redis.restart().unwrap();
        assert_eq!(exists(&redis), kept);
    }
}
