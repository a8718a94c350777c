//! One tick does all that is due.

use crate::hook::Accepts;
use crate::redis::Fake;
use crate::support::Bench;
use crate::vendors::receipt;
use common::problem::Problem;
use sms_send::deliver::hook::Ways;
use sms_send::deliver::tick::{self, Ticked};
use sms_send::streams::Accept;

/// Accepts each order as one message.
struct Door<'a>(&'a Bench);

impl Accept for Door<'_> {
    async fn accept(&self, _: &[u8], _: &str) -> Result<(), Problem> {
        self.0.accept();
        Ok(())
    }
}

fn tick(bench: &Bench, redis: &Fake) -> Result<Ticked, Problem> {
    let ways = Ways { post: &Accepts::default(), redis: Some(redis), secret: "s" };
    bench.act(async |world| tick::run(world, &ways, &Door(bench)).await)
}

#[test]
fn it_does_all_that_is_due_and_says_how_much() {
    let mut bench = Bench::one();
    bench.settings.hooks = vec!["https://his.example/sms".to_owned()];
    let redis = Fake::default();
    redis.order(r#"{"to":"1"}"#);
    bench.accept();
    let done = tick(&bench, &redis).unwrap();
    assert_eq!(done, Ticked { submitted: 2, streamed: 1, ..Ticked::default() }, "with what just came in");
    bench.wait(5 * 60_000);
    bench.finds(|_, question| Ok(vec![receipt(question.id.as_deref().unwrap(), "delivered")]));
    let (first, second) = (tick(&bench, &redis).unwrap(), tick(&bench, &redis).unwrap());
    assert_eq!((first.asked, second.asked, first.told + second.told), (2, 0, 4), "two alarms, two arrivals");
    assert_eq!(tick(&bench, &redis).unwrap(), Ticked::default());
    assert_eq!(bench.count("sms_send_audit WHERE seq IS NULL"), 0);
}

#[test]
fn what_fails_does_not_stop_the_rest() {
    let bench = Bench::one();
    let redis = Fake::default();
    redis.down.set(true);
    let id = bench.accept();
    assert_eq!(tick(&bench, &redis).unwrap_err().code, "stream_unavailable");
    assert_eq!(bench.state(&id), "submitted");
}
