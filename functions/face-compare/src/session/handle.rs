//! The sessions' routes: the integrator comes with a credential, the page with its token.

use crate::policy::{FUNCTION, PAGE, SESSION};
use crate::record::{by, record};
use crate::request::{Pair, nothing};
use crate::session::answer::{CONSENT, Made, Try};
use crate::session::{self, LIFE_MS, order, row};
use crate::{challenge, recording, request, verifier};
use common::call::{Call, Reply};
use common::guest::{self, Body, Sql};
use common::idempotency::{Key, Outcome};
use common::problem::Problem;
use common::seal::Seal;
use common::store::{Error, Store};
use http::Method;
use serde::Deserialize;

/// Most bytes of the page's small requests.
const SMALL: usize = 1 << 10;

/// Answers what lies below `/sessions`.
pub async fn sessions(call: &Call, body: &mut Body, rest: &[&str]) -> Result<Reply, Problem> {
    match (&call.method, rest) {
        (&Method::POST, []) => make(call, body).await,
        (&Method::GET, [token]) => report(call, token).await,
        (&Method::GET, [token, "page"]) => view(call, &visitor(call, token).await?).await,
        (&Method::POST, [token, "consent"]) => agree(call, body, token).await,
        (&Method::POST, [token, "manual"]) => decline(call, body, token).await,
        (&Method::POST, [token, "challenges"]) => ask(call, body, token).await,
        (&Method::POST, [token, "frames"]) => judge(call, body, token).await,
        (_, [] | [_, "consent" | "manual" | "challenges" | "frames"]) => Err(Problem::method_not_allowed("POST")),
        (_, [_] | [_, "page"]) => Err(Problem::method_not_allowed("GET")),
        _ => Err(Problem::not_found()),
    }
}

/// Erases what sessions that ran out still hold.
pub async fn tick(call: &Call) -> Result<Reply, Problem> {
    guest::ticked(&FUNCTION, call, &SESSION).await?;
    Sql.query(row::forget(FUNCTION.tables, call.now)).await?;
    Ok(Reply::empty(204))
}

async fn seal() -> Result<Seal, Problem> {
    Seal::parse(&guest::variable("data_key").await?).map_err(|why| Problem::unavailable("configuration", why))
}

async fn make(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
    let caller = guest::admit(&FUNCTION, call, &SESSION).await?;
    let body = body.read(call, order::BODY_BYTES).await?;
    let order = order::parse(call, &body)?;
    let (seal, prefix, actor) = (seal().await?, FUNCTION.tables, caller.actor());
    // Keyed, for the name in it could be guessed.
    let digest = seal.index("request", &body);
    let key = Key::new(call.header("idempotency-key"), &actor, "POST /sessions", digest.as_bytes())?;
    // What is kept for the key is the id: the token is made of it again.
    let told = |outcome: &Outcome| {
        let (id, until) = outcome.body.split_once(' ').unwrap_or_default();
        let token = session::token(&seal, id);
        let url = format!("{}/face#token={token}", call.origin());
        Reply::json(201, &Made { session_id: id.to_owned(), token, url, expires_at: until.to_owned() })
    };
    let first = async || key.replay(&Sql.query(key.find(prefix)).await?);
    if let Some(outcome) = first().await? {
        return told(&outcome);
    }
    if let Some(portrait) = &order.portrait {
        // A portrait that cannot be compared is better refused now than after the person has done everything.
        verifier::compare(Pair::of([portrait.clone(), portrait.clone()])).await?;
    }
    let id = common::id::new("fvs", call.now, guest::random());
    let outcome = Outcome { status: 201, body: format!("{id} {}", call.now.plus_ms(LIFE_MS)) };
    let chance = [guest::random(), guest::random()];
    let insert = row::insert(prefix, &seal, [&id, &actor], &order, call.now, chance)?;
    let changes = vec![insert, key.outcome(prefix, &outcome, call.now)];
    match record(call, &caller, "session", &id, "made", changes).await {
        Ok(()) => told(&outcome),
        Err(Error::Conflict(_)) => told(&first().await?.ok_or_else(|| Problem::internal("no outcome"))?),
        Err(error) => Err(error.into()),
    }
}

async fn report(call: &Call, token: &str) -> Result<Reply, Problem> {
    let caller = guest::admit(&FUNCTION, call, &SESSION).await?;
    let id = session::opened(&seal().await?, token).ok_or_else(common::guard::forbidden)?.to_owned();
    let session = row::find(&Sql, FUNCTION.tables, &id).await?;
    if session.caller != caller.actor() {
        return Err(common::guard::forbidden());
    }
    Reply::json(200, &session.report(call.now))
}

/// The session whose page asks.
async fn visitor(call: &Call, token: &str) -> Result<row::Session, Problem> {
    guest::visit(&FUNCTION, call, PAGE).await?;
    let seal = seal().await?;
    let id = session::opened(&seal, token).ok_or_else(common::guard::forbidden)?;
    row::find(&Sql, FUNCTION.tables, id).await
}

async fn view(call: &Call, session: &row::Session) -> Result<Reply, Problem> {
    Reply::json(200, &session.view(&seal().await?, call.now)?)
}

async fn changed(call: &Call, id: &str) -> Result<Reply, Problem> {
    view(call, &row::find(&Sql, FUNCTION.tables, id).await?).await
}

async fn agree(call: &Call, body: &mut Body, token: &str) -> Result<Reply, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Agreement {
        version: String,
    }
    let session = visitor(call, token).await?;
    let Agreement { version } = common::json::parse(&body.read(call, SMALL).await?)?;
    session.open(false, call.now)?;
    if version != CONSENT.version {
        let (zh, en) = ("说明已更新，请重新阅读", "the text has changed: read it again");
        return Err(Problem::new(409, "consent_outdated", zh, en));
    }
    let change = row::agree(FUNCTION.tables, &session.id, call.now);
    record(call, &by(&session.id), "consent", &session.id, CONSENT.version, vec![change]).await?;
    changed(call, &session.id).await
}

async fn decline(call: &Call, body: &mut Body, token: &str) -> Result<Reply, Problem> {
    let session = visitor(call, token).await?;
    nothing(body.read(call, SMALL).await?)?;
    session.open(false, call.now)?;
    let change = row::decline(FUNCTION.tables, &session.id, call.now);
    record(call, &by(&session.id), "decline", &session.id, "manual", vec![change]).await?;
    changed(call, &session.id).await
}

async fn ask(call: &Call, body: &mut Body, token: &str) -> Result<Reply, Problem> {
    let session = visitor(call, token).await?;
    nothing(body.read(call, SMALL).await?)?;
    session.open(true, call.now)?;
    session.may_ask()?;
    let (prefix, who) = (FUNCTION.tables, by(&session.id));
    let made = challenge::make(call.now, [guest::random(), guest::random(), guest::random()]);
    let mut changes = challenge::insert(prefix, &who.actor(), &made, call.now);
    changes.push(row::ask(prefix, &session.id, &made.challenge_id));
    record(call, &who, "challenge", &session.id, &made.challenge_id, changes).await?;
    Reply::json(201, &made)
}

async fn judge(call: &Call, body: &mut Body, token: &str) -> Result<Reply, Problem> {
    let session = visitor(call, token).await?;
    session.open(true, call.now)?;
    let recording = recording::parse(call, body.read(call, request::BODY_BYTES).await?)?;
    let Some(id) = session.challenge_id.clone() else {
        let (zh, en) = ("请先开始活体检测", "ask for a challenge first");
        return Err(Problem::new(409, "challenge_missing", zh, en));
    };
    let (digests, prefix, who) = (recording.digests(), FUNCTION.tables, by(&session.id));
    let used = challenge::take(&Sql, prefix, [&id, &who.actor(), &recording.nonce], &digests, guest::now()).await?;
    let frames: Vec<Vec<u8>> = recording.frames.iter().map(|(_, jpeg)| jpeg.clone()).collect();
    let verdict = match used.replayed {
        true => challenge::replayed(verifier::version()),
        false => verifier::challenge(recording, &digests, &used.actions, challenge::LONGEST_MS).await?,
    };
    let mut last = Try::of(&verdict);
    let best = verdict.best_frame.and_then(|best| frames.into_iter().nth(usize::try_from(best).ok()?));
    if let (true, Some(best), Some(portrait)) = (verdict.live, best, session.portrait(&seal().await?)?) {
        match verifier::compare(Pair::of([best, portrait])).await {
            Ok(found) => (last.score, last.same_person) = (Some(found.score), Some(found.same_person)),
            Err(problem) if problem.status == 422 => last.refused = Some(problem.code.to_owned()),
            Err(problem) => return Err(problem),
        }
    }
    let changes = vec![challenge::judged(prefix, &id, &verdict), row::judged(prefix, &session, &id, &last, call.now)?];
    let result = if last.passes(session.compared) { "passed" } else { "not_passed" };
    record(call, &who, "session", &session.id, result, changes).await?;
    changed(call, &session.id).await
}
