//! A session in the table: each change is one statement that says in which state it may happen.

use super::answer::{CONSENT, Report, State, Try, View, masked};
use super::order::Order;
use super::{CHALLENGES, LIFE_MS, THRESHOLD, TRIES};
use crate::answer::Reason;
use common::problem::Problem;
use common::seal::Seal;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;

/// A session as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// `fvs_<ULID>`.
    pub id: String,
    /// Who made it.
    pub caller: String,
    /// As stored; [`Session::state`] knows of time.
    stored: State,
    /// Sealed.
    name: Option<Vec<u8>>,
    /// Sealed; gone once the session has ended.
    portrait: Option<Vec<u8>>,
    /// Whether there ever was one.
    pub compared: bool,
    redirect_url: String,
    consent: Option<(String, Timestamp)>,
    tries: i64,
    challenges: i64,
    /// The one that may be answered.
    pub challenge_id: Option<String>,
    last_try: Option<Try>,
    created_at: Timestamp,
    expires_at: Timestamp,
    ended_at: Option<Timestamp>,
}

/// Stores a new session.
///
/// # Errors
/// 500 where sealing fails.
pub fn insert(
    prefix: &str,
    seal: &Seal,
    [id, caller]: [&str; 2],
    order: &Order,
    now: Timestamp,
    chance: [u128; 2],
) -> Result<Statement, Problem> {
    let [name, portrait] = chance;
    let sealed = |plain: Option<&[u8]>, column: &str, random: u128| {
        plain.map(|plain| seal.seal(plain, &format!("{id}/{column}"), random)).transpose()
    };
    let sql = format!(
        "INSERT INTO {prefix}_session (id, caller, state, name, portrait, compared, redirect_url, created_at, expires_at) \
         VALUES (?1, ?2, 'created', ?3, ?4, ?5, ?6, ?7, ?8)"
    );
    Ok(Statement::new(sql)
        .bind(id)
        .bind(caller)
        .bind(sealed(order.name.as_deref().map(str::as_bytes), "name", name)?)
        .bind(sealed(order.portrait.as_deref(), "portrait", portrait)?)
        .bind(i64::from(order.portrait.is_some()))
        .bind(&*order.redirect_url)
        .bind(now.0)
        .bind(now.plus_ms(LIFE_MS).0))
}

/// The session with this id.
///
/// # Errors
/// 403 where there is none, without saying so; the store's.
pub async fn find(store: &impl Store, prefix: &str, id: &str) -> Result<Session, Problem> {
    let sql = format!(
        "SELECT id, caller, state, name, portrait, compared, redirect_url, consent_version, consent_at, tries, challenges, \
         challenge_id, last_try, created_at, expires_at, ended_at FROM {prefix}_session WHERE id = ?1"
    );
    let rows = store.query(Statement::new(sql).bind(id)).await?;
    let row = rows.first().ok_or_else(common::guard::forbidden)?;
    Session::of(row).ok_or_else(|| Problem::internal(format!("{id}: a session's row is malformed")))
}

impl Session {
    fn of(row: Row<'_>) -> Option<Self> {
        let text = |column| row.text(column).map(str::to_owned);
        let blob = |column| row.blob(column).map(<[u8]>::to_vec);
        let time = |column| row.integer(column).map(Timestamp);
        Some(Self {
            id: text(0)?,
            caller: text(1)?,
            stored: State::parse(row.text(2)?)?,
            name: blob(3),
            portrait: blob(4),
            compared: row.integer(5)? == 1,
            redirect_url: text(6)?,
            consent: text(7).zip(time(8)),
            tries: row.integer(9)?,
            challenges: row.integer(10)?,
            challenge_id: text(11),
            last_try: row.text(12).and_then(|json| serde_json::from_str(json).ok()),
            created_at: time(13)?,
            expires_at: time(14)?,
            ended_at: time(15),
        })
    }

    /// How far it is now.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        if !self.stored.is_final() && self.expires_at < now { State::Expired } else { self.stored }
    }

    /// Refuses what cannot happen in its state.
    ///
    /// # Errors
    /// 410 `session_expired`, 409 `session_ended`, 409 `consent_missing` where an agreement is `needed`.
    pub fn open(&self, needed: bool, now: Timestamp) -> Result<(), Problem> {
        match self.state(now) {
            State::Expired => {
                let (zh, en) = ("核验页面已过期，请返回重新发起", "this page has expired: go back and start again");
                Err(Problem::new(410, "session_expired", zh, en))
            }
            state if state.is_final() => {
                Err(Problem::new(409, "session_ended", "这次核验已经结束", "this check has ended"))
            }
            State::Created if needed => {
                let (zh, en) = ("请先阅读并同意人脸信息的使用说明", "agree to the use of your face first");
                Err(Problem::new(409, "consent_missing", zh, en))
            }
            _ => Ok(()),
        }
    }

    /// Whether another challenge may be made.
    ///
    /// # Errors
    /// 429 `too_many_challenges`.
    pub fn may_ask(&self) -> Result<(), Problem> {
        if self.challenges < CHALLENGES {
            return Ok(());
        }
        let (zh, en) = ("尝试次数过多，请改用人工核验", "too many attempts: choose the check by a person");
        Err(Problem::new(429, "too_many_challenges", zh, en))
    }

    /// The portrait to compare with.
    ///
    /// # Errors
    /// 500 where it cannot be opened.
    pub fn portrait(&self, seal: &Seal) -> Result<Option<Vec<u8>>, Problem> {
        self.portrait.as_ref().map(|sealed| seal.open(sealed, &format!("{}/portrait", self.id))).transpose()
    }

    /// For whoever made it.
    #[must_use]
    pub fn report(&self, now: Timestamp) -> Report {
        Report {
            session_id: self.id.clone(),
            state: self.state(now),
            compared: self.compared,
            threshold: THRESHOLD,
            last_try: self.last_try.clone(),
            tries: self.tries,
            consent_version: self.consent.as_ref().map(|(version, _)| version.clone()),
            consent_at: self.consent.as_ref().map(|(_, at)| at.to_string()),
            created_at: self.created_at.to_string(),
            expires_at: self.expires_at.to_string(),
            ended_at: self.ended_at.map(|at| at.to_string()),
        }
    }

    /// For its page.
    ///
    /// # Errors
    /// 500 where the name cannot be opened.
    pub fn view(&self, seal: &Seal, now: Timestamp) -> Result<View, Problem> {
        let name = self.name.as_ref().map(|sealed| seal.open_text(sealed, &format!("{}/name", self.id))).transpose()?;
        let state = self.state(now);
        let reasons = self.last_try.as_ref().map(|last| match last.live {
            true if last.same_person == Some(false) || last.refused.is_some() => vec![Reason::OtherPerson],
            _ => last.reasons.clone(),
        });
        Ok(View {
            state,
            name: name.map(|name| masked(&name)),
            consent: CONSENT,
            reasons: reasons.unwrap_or_default(),
            tries_left: TRIES - self.tries,
            expires_at: self.expires_at.to_string(),
            redirect_url: state.is_final().then(|| self.redirect_url.clone()),
        })
    }
}

/// The person agreed.
#[must_use]
pub fn agree(prefix: &str, id: &str, now: Timestamp) -> Statement {
    let sql = format!(
        "UPDATE {prefix}_session SET state = 'agreed', consent_version = ?1, consent_at = ?2 WHERE id = ?3 AND state = 'created'"
    );
    Statement::new(sql).bind(CONSENT.version).bind(now.0).bind(id)
}

/// The person declined: a member of staff is to look at the document.
#[must_use]
pub fn decline(prefix: &str, id: &str, now: Timestamp) -> Statement {
    let sql = format!(
        "UPDATE {prefix}_session SET state = 'manual', ended_at = ?1, {ERASED} WHERE id = ?2 AND state IN ('created', 'agreed')"
    );
    Statement::new(sql).bind(now.0).bind(id)
}

/// A challenge was made for it: the one before cannot be answered any more.
#[must_use]
pub fn ask(prefix: &str, id: &str, challenge_id: &str) -> Statement {
    let sql = format!(
        "UPDATE {prefix}_session SET challenge_id = ?1, challenges = challenges + 1 WHERE id = ?2 AND state = 'agreed'"
    );
    Statement::new(sql).bind(challenge_id).bind(id)
}

/// A recording of its challenge was judged.
///
/// # Errors
/// Never in practice: a try has a JSON form.
pub fn judged(
    prefix: &str,
    session: &Session,
    challenge_id: &str,
    last: &Try,
    now: Timestamp,
) -> Result<Statement, Problem> {
    let json = serde_json::to_string(last).map_err(|error| Problem::internal(error.to_string()))?;
    let state = match last.passes(session.compared) {
        true => State::Passed,
        false if session.tries + 1 >= TRIES => State::Failed,
        false => State::Agreed,
    };
    let ended = if state.is_final() { format!(", {ERASED}") } else { String::new() };
    let sql = format!(
        "UPDATE {prefix}_session SET tries = tries + 1, last_try = ?1, state = ?2, ended_at = ?3{ended} \
         WHERE id = ?4 AND state = 'agreed' AND challenge_id = ?5 AND tries = ?6"
    );
    Ok(Statement::new(sql)
        .bind(json)
        .bind(state.name())
        .bind(state.is_final().then_some(now.0))
        .bind(&*session.id)
        .bind(challenge_id)
        .bind(session.tries))
}

/// What is not needed once a session has ended.
const ERASED: &str = "name = NULL, portrait = NULL";

/// Erases it where the time ran out.
#[must_use]
pub fn forget(prefix: &str, now: Timestamp) -> Statement {
    let sql = format!(
        "UPDATE {prefix}_session SET {ERASED} WHERE expires_at < ?1 \
         AND (name IS NOT NULL OR portrait IS NOT NULL)"
    );
    Statement::new(sql).bind(now.0)
}
