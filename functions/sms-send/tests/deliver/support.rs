//! A world for the tests: a clock that stands still, seeded chance, and messages as the doors leave them.

use crate::vendors::{Vendors, takes};
use common::migration;
use common::store::{Rows, Statement, Store};
use common::testing::Memory;
use common::timestamp::Timestamp;
use futures::FutureExt;
use futures::task::noop_waker;
use sms_send::deliver::config::Settings;
use sms_send::deliver::gateway::{Outcome, Question, Receipt, Submit};
use sms_send::deliver::pump::{self, Pumps};
use sms_send::deliver::{Sealed, TABLES, World};
use sms_send::schema;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

pub const PHONE: &str = "+8613711112222";
pub const MINUTE: i64 = 60_000;

/// Marks what it seals, and tells places apart.
pub struct Plain;

impl Sealed for Plain {
    fn open(&self, id: &str, column: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        sealed.strip_prefix(format!("{id}/{column}:").as_bytes()).map(<[u8]>::to_vec)
    }

    fn index(&self, phone: &str) -> String {
        format!("index of {phone}")
    }
}

/// Polls until it is done, also within another such call; none where it came to a stop.
fn poll<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let waker = noop_waker();
    for _ in 0..100_000 {
        if let std::task::Poll::Ready(done) = future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            return Some(done);
        }
    }
    None
}

/// What a store that is always ready does.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("the store is ready")
}

/// Lets others have a turn.
pub async fn turn() {
    let mut waited = false;
    std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut waited, true) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

pub struct Bench {
    pub store: Rc<Memory>,
    pub vendors: Vendors,
    pub clock: Cell<i64>,
    pub settings: Settings,
    pub pumps: RefCell<Rc<Pumps>>,
    chance: Cell<u64>,
}

impl Bench {
    pub fn new(gateways: &str) -> Self {
        let store = Rc::new(Memory::new());
        let clock = Cell::new(1_800_000_000_000);
        for list in [migration::COMMON, schema::MIGRATIONS] {
            now(migration::run(&*store, TABLES, list, Timestamp(clock.get()))).unwrap();
        }
        let vendors = Vendors {
            answer: RefCell::new(Box::new(takes)),
            found: RefCell::new(Box::new(|_, _| Ok(Vec::new()))),
            submitted: RefCell::default(),
            asked: RefCell::default(),
            hangs: RefCell::default(),
            at_once: Cell::new(true),
        };
        let settings = Settings::parse(gateways, "", "").unwrap();
        Self { store, vendors, clock, settings, pumps: RefCell::default(), chance: Cell::new(7) }
    }

    /// Two gateways, the first first.
    pub fn two() -> Self {
        Self::new(r#"[{"name":"a"},{"name":"b","weight":0}]"#)
    }

    pub fn one() -> Self {
        Self::new(r#"[{"name":"a"}]"#)
    }

    /// What gateways answer from now on.
    pub fn answers(&self, answer: impl Fn(&str, &Submit) -> Outcome + 'static) {
        *self.vendors.answer.borrow_mut() = Box::new(answer);
    }

    /// What they find from now on.
    pub fn finds(&self, found: impl Fn(&str, &Question) -> Result<Vec<Receipt>, Outcome> + 'static) {
        *self.vendors.found.borrow_mut() = Box::new(found);
    }

    fn random(&self) -> u128 {
        // SplitMix64.
        self.chance.set(self.chance.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut z = self.chance.get();
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u128::from(z ^ (z >> 31)) << 40
    }

    /// Acts in this world over `store`; none where it came to a stop.
    pub fn over<S: Store, T>(&self, store: &S, act: impl AsyncFnOnce(&World<'_, S, Vendors, Plain>) -> T) -> Option<T> {
        let (clock, chance) = (|| Timestamp(self.clock.get()), || self.random());
        let pumps = self.pumps.borrow().clone();
        let (gateways, seal, settings) = (&self.vendors, &Plain, &self.settings);
        let world = World {
            store,
            gateways,
            seal,
            settings,
            pumps: &pumps,
            clock: &clock,
            chance: &chance,
            request_id: "req_test",
        };
        if self.vendors.at_once.get() { act(&world).now_or_never() } else { poll(act(&world)) }
    }

    pub fn act<T>(&self, act: impl AsyncFnOnce(&World<'_, Memory, Vendors, Plain>) -> T) -> T {
        self.over(&*self.store, act).expect("it does not stop")
    }

    pub fn pump(&self) -> usize {
        self.act(async |world| pump::run(world).await.unwrap())
    }

    /// Another instance comes in the place of the one that was stopped.
    pub fn restart(&self) {
        self.pumps.replace(Rc::default());
    }

    pub fn wait(&self, ms: i64) {
        self.clock.set(self.clock.get() + ms);
    }

    /// A message as the doors leave it: a notice to `PHONE`, due now, of use for an hour.
    pub fn accept(&self) -> String {
        self.accept_with("")
    }

    /// As [`accept`](Self::accept), with other columns, e.g. `class = 'otp', parts = 2`.
    pub fn accept_with(&self, columns: &str) -> String {
        let at = self.clock.get();
        let id = common::id::new("msg", Timestamp(at), self.random());
        let sealed = |column: &str, text: &str| format!("{id}/{column}:{text}").into_bytes();
        let message = Statement::new(
            "INSERT INTO sms_send_message (id, batch, caller, phone, phone_index, carrier, class, text, signature, parts, \
             state, created_at, send_at, expires_at) VALUES (?1, 'b', 'system:his', ?2, ?3, 'mobile', 'notice', ?4, \
             '某医院', 1, 'accepted', ?5, ?5, ?6)",
        );
        let message = message.bind(&*id).bind(sealed("phone", PHONE)).bind(Plain.index(PHONE));
        let message = message.bind(sealed("text", "您好")).bind(at).bind(at + 60 * MINUTE);
        let mut statements = vec![message];
        if !columns.is_empty() {
            statements.push(Statement::new(format!("UPDATE sms_send_message SET {columns} WHERE id = ?1")).bind(&*id));
        }
        let outbox = "INSERT INTO sms_send_outbox (message_id, task, due_at) VALUES (?1, 'submit', ?2)";
        statements.push(Statement::new(outbox).bind(&*id).bind(at));
        let event = "INSERT INTO sms_send_event (id, message_id, at, state) VALUES (?1, ?2, ?3, 'accepted')";
        let event_id = common::id::new("evt", Timestamp(at), self.random());
        statements.push(Statement::new(event).bind(event_id).bind(&*id).bind(at));
        now(self.store.transact(statements)).unwrap();
        id
    }

    pub fn rows(&self, sql: &str) -> Rows {
        now(self.store.query(Statement::new(sql))).unwrap()
    }

    /// The texts and numbers of the first row.
    pub fn row(&self, sql: &str) -> Vec<String> {
        self.table(sql).into_iter().next().unwrap_or_default()
    }

    pub fn table(&self, sql: &str) -> Vec<Vec<String>> {
        use common::store::Value;
        let shown = |value: &Value| match value {
            Value::Null => "-".to_owned(),
            Value::Integer(n) => n.to_string(),
            Value::Real(n) => n.to_string(),
            Value::Text(text) => text.clone(),
            Value::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        };
        self.rows(sql).rows.iter().map(|row| row.iter().map(shown).collect()).collect()
    }

    pub fn state(&self, id: &str) -> String {
        self.row(&format!("SELECT state FROM sms_send_message WHERE id = '{id}'")).concat()
    }

    /// The states of its life with their reasons, e.g. `failed:limit`.
    pub fn life(&self, id: &str) -> Vec<String> {
        let sql = format!("SELECT state, reason FROM sms_send_event WHERE message_id = '{id}' ORDER BY id");
        let told = self.table(&sql);
        told.into_iter().map(|row| if row[1] == "-" { row[0].clone() } else { row.join(":") }).collect()
    }

    pub fn count(&self, from: &str) -> usize {
        self.row(&format!("SELECT count(*) FROM {from}")).concat().parse().unwrap()
    }

    /// What was handed over, as `gateway reference`, the time of the reference left out.
    pub fn handed_over(&self) -> Vec<String> {
        self.vendors.submitted.borrow().iter().map(|(gateway, _)| gateway.clone()).collect()
    }

    /// When something is to be done with a message next.
    pub fn next_due(&self) -> Option<i64> {
        self.rows("SELECT min(due_at) FROM sms_send_outbox").first().unwrap().integer(0)
    }

    /// When a report is to be told next.
    pub fn next_report(&self) -> Option<i64> {
        self.rows("SELECT min(due_at) FROM sms_send_hook WHERE state = 'waiting'").first().unwrap().integer(0)
    }
}
