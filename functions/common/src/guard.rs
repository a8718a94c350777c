//! The way in: who calls, may they, and not too often.
//!
//! The order keeps strangers cheap: an address that was refused is turned away from memory, a wrong credential costs
//! its address a token, and only then the store is asked. A body is read after all that.

use crate::address::Proxies;
use crate::admission::{Admission, take};
use crate::auth::{ApiKeys, Principal, Role};
use crate::call::Call;
use crate::problem::Problem;
use crate::rate::{Limit, Refused};
use crate::store::Store;
use crate::timestamp::Timestamp;
use crate::token::Keys;
use std::cell::RefCell;

pub use crate::function::Function;

/// What a route asks of its callers.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Who may.
    pub roles: &'static [Role],
    /// How often each user may.
    pub per_user: Limit,
    /// How often one address may, whoever its users are.
    pub per_address: Limit,
    /// How often each hospital system or function may; many patients stand behind one, so its address is not counted.
    pub per_system: Limit,
}

/// The credentials a function accepts.
#[derive(Debug, Default)]
pub struct Guard {
    /// API keys of hospital systems.
    pub api_keys: ApiKeys,
    /// Public keys of `register` and of the other functions.
    pub token_keys: Keys,
    /// Whose `X-Forwarded-For` is believed.
    pub proxies: Proxies,
}

impl Guard {
    /// The caller, if `policy` lets it in; takes a token from its buckets in the store.
    ///
    /// # Errors
    /// 401, 403, 429, or the store's failure.
    pub async fn admit(
        &self,
        store: &impl Store,
        refused: &RefCell<Refused>,
        function: &Function,
        call: &Call,
        policy: &Policy,
    ) -> Result<Principal, Problem> {
        let admission = self.recognise(store, refused, function, call, policy).await?;
        admission.settle(store, refused, function, call.now).await?;
        Ok(admission.caller)
    }

    /// The caller, if `policy` lets it in, with the tokens it still owes.
    ///
    /// # Errors
    /// 401, 403, 429 where memory knows that a bucket is empty, or the store's failure.
    pub async fn recognise(
        &self,
        store: &impl Store,
        refused: &RefCell<Refused>,
        function: &Function,
        call: &Call,
        policy: &Policy,
    ) -> Result<Admission, Problem> {
        let address = self.proxies.client(call.peer(), call.header("x-forwarded-for"));
        let address = address.map(|ip| (format!("address:{ip}"), policy.per_address));
        let buckets: Vec<_> = address.clone().into_iter().collect();
        check(refused, &buckets, call.now)?;
        let caller = match self.authenticate(function.id, call) {
            Ok(caller) => caller,
            Err(problem) => {
                take(store, refused, function, &buckets, call.now).await?;
                return Err(problem);
            }
        };
        if !policy.roles.contains(&caller.role) {
            return Err(forbidden());
        }
        let buckets = match caller.role {
            Role::System | Role::Service => vec![(caller.actor(), policy.per_system)],
            _ => std::iter::once((caller.actor(), policy.per_user)).chain(address).collect(),
        };
        check(refused, &buckets, call.now)?;
        Ok(Admission::new(caller, buckets))
    }

    /// Lets a caller in who shows no credential to us (another proof stands in its path); its address has a bucket.
    ///
    /// # Errors
    /// 429, or the store's failure.
    pub async fn visit(
        &self,
        store: &impl Store,
        refused: &RefCell<Refused>,
        function: &Function,
        call: &Call,
        limit: Limit,
    ) -> Result<(), Problem> {
        let address = self.proxies.client(call.header("spin-client-addr"), call.header("x-forwarded-for"));
        let buckets: Vec<_> = address.map(|ip| (format!("visit:{ip}"), limit)).into_iter().collect();
        check(refused, &buckets, call.now)?;
        take(store, refused, function, &buckets, call.now).await
    }

    /// The function behind a service token for `function`. Nothing is counted and no store is asked: for private
    /// routes of functions that keep no state.
    ///
    /// # Errors
    /// 401, or 403 for whoever is not a function.
    pub fn service(&self, function: &str, call: &Call) -> Result<Principal, Problem> {
        let principal = self.authenticate(function, call)?;
        (principal.role == Role::Service).then_some(principal).ok_or_else(forbidden)
    }

    fn authenticate(&self, function: &str, call: &Call) -> Result<Principal, Problem> {
        let header = call.header("authorization").unwrap_or_default();
        let (scheme, token) = header.split_once(' ').unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
            let (zh, en) =
                ("请提供访问凭证（Authorization: Bearer）", "a credential is needed (Authorization: Bearer)");
            return Err(Problem::new(401, "no_credential", zh, en));
        }
        if let Some(principal) = self.api_keys.check(token) {
            return Ok(principal);
        }
        self.token_keys.check(token, function, call.now).map_err(|_| {
            let (zh, en) = ("访问凭证无效或已过期", "the credential is not valid or has expired");
            Problem::new(401, "bad_credential", zh, en)
        })
    }
}

/// The problem of a caller who is known but may not; the same whether the object exists or not.
#[must_use]
pub fn forbidden() -> Problem {
    Problem::new(403, "forbidden", "您没有权限执行此操作", "you are not allowed to do this")
}

fn check(refused: &RefCell<Refused>, buckets: &[(String, Limit)], now: Timestamp) -> Result<(), Problem> {
    let mut refused = refused.borrow_mut();
    buckets.iter().try_for_each(|(bucket, _)| refused.check(bucket, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration;
    use crate::store::Error;
    use crate::testing::{Memory, now};
    use crate::token::Signer;
    use http::Method;
    use sm3::{Digest, Sm3};

    const F: Function = Function { id: "ocr-idcard", tables: "f", migrations: &[] };
    const POLICY: Policy = Policy {
        roles: &[Role::System, Role::Patient],
        per_user: Limit { per_minute: 60, burst: 2 },
        per_address: Limit { per_minute: 60, burst: 3 },
        per_system: Limit { per_minute: 60, burst: 1 },
    };

    struct World {
        store: Memory,
        refused: RefCell<Refused>,
        guard: Guard,
        register: Signer,
    }

    impl World {
        fn new() -> Self {
            let (store, register) = (Memory::new(), Signer::new("register", &[1; 32]));
            now(migration::run(&store, "f", migration::COMMON, Timestamp(0))).unwrap();
            let guard = Guard {
                api_keys: ApiKeys::parse(&format!("his:{}", hex::encode(Sm3::digest("key")))).unwrap(),
                token_keys: Keys::parse(&register.public()).unwrap(),
                proxies: Proxies::default(),
            };
            Self { store, refused: RefCell::default(), guard, register }
        }

        /// Status and code, or the actor.
        fn admit(&self, authorization: &str, address: &str) -> Result<String, (u16, &'static str)> {
            let headers = [("authorization", authorization), ("spin-client-addr", address)];
            let call = Call::test(Method::POST, "/v1/ocr-idcard/read", &headers);
            let admitted = now(self.guard.admit(&self.store, &self.refused, &F, &call, &POLICY));
            admitted.map(|p| p.actor()).map_err(|p| (p.status, p.code))
        }

        fn user(&self, name: &str, role: Role) -> String {
            format!("Bearer {}", self.register.user(name, role, Timestamp(1_800_000_000_000), 60))
        }
    }

    #[test]
    fn callers_are_known_and_roles_kept() {
        let world = World::new();
        assert_eq!(world.admit("bearer key", "1.1.1.1:1").unwrap(), "system:his");
        assert_eq!(world.admit("bearer key", "1.1.1.1:1"), Err((429, "rate_limited")));
        assert_eq!(world.admit(&world.user("u", Role::Patient), "1.1.1.1:1").unwrap(), "user:u");
        assert_eq!(world.admit(&world.user("d", Role::Doctor), "1.1.1.1:1"), Err((403, "forbidden")));
        assert_eq!(world.admit("", "1.1.1.1:1"), Err((401, "no_credential")));
        assert_eq!(world.admit("Basic key", "1.1.1.1:1"), Err((401, "no_credential")));
        assert_eq!(world.admit("Bearer kez", "1.1.1.2:1"), Err((401, "bad_credential")));
    }

    #[test]
    fn a_visitor_is_counted_by_its_address() {
        let world = World::new();
        let visit = |address: &str| {
            let call = Call::test(Method::POST, "/v1/ocr-idcard/x", &[("spin-client-addr", address)]);
            now(world.guard.visit(&world.store, &world.refused, &F, &call, Limit { per_minute: 1, burst: 2 })).is_ok()
        };
        assert_eq!(["1.1.1.1:1"; 3].map(visit), [true, true, false]);
        assert!(visit("1.1.1.2:1"));
    }

    #[test]
    fn what_is_owed_is_taken_once() {
        let world = World::new();
        let call = Call::test(Method::POST, "/v1/ocr-idcard/read", &[("authorization", "Bearer key")]);
        let recognise =
            || now(world.guard.recognise(&world.store, &world.refused, &F, &call, &POLICY)).map_err(|p| p.code);
        let admission = recognise().unwrap();
        assert_eq!(admission.caller.actor(), "system:his");
        now(world.store.transact(admission.demands(&F, call.now))).unwrap();
        admission.settled();
        now(admission.settle(&world.store, &world.refused, &F, call.now)).unwrap();
        assert!(admission.demands(&F, call.now).is_empty());
        let next = recognise().unwrap();
        assert!(matches!(now(world.store.transact(next.demands(&F, call.now))), Err(Error::Conflict(_))));
        assert_eq!(now(next.settle(&world.store, &world.refused, &F, call.now)).unwrap_err().code, "rate_limited");
        assert_eq!(recognise().unwrap_err(), "rate_limited", "memory knows");
    }

    #[test]
    fn a_private_route_is_for_functions() {
        let world = World::new();
        let relay = Signer::new("chat-relay", &[2; 32]);
        let keys = format!("{},{}", world.register.public(), relay.public());
        let guard = Guard { token_keys: Keys::parse(&keys).unwrap(), ..world.guard };
        let service = |token: &str| {
            let call = Call::test(Method::POST, "/v1/sms-gateway/submit", &[("authorization", token)]);
            guard.service("sms-gateway", &call).map(|p| p.actor()).map_err(|p| (p.status, p.code))
        };
        let at = Timestamp(1_800_000_000_000);
        let bearer = |token: String| format!("Bearer {token}");
        assert_eq!(service(&bearer(relay.service("sms-gateway", at))).unwrap(), "service:chat-relay");
        assert_eq!(service(&bearer(relay.service("sms-send", at))), Err((401, "bad_credential")));
        assert_eq!(service(&bearer(world.register.user("u", Role::Admin, at, 60))), Err((403, "forbidden")));
        assert_eq!(service("Bearer key"), Err((403, "forbidden")), "a hospital system");
        assert_eq!(service(""), Err((401, "no_credential")));
    }

    #[test]
    fn each_caller_and_each_address_has_a_bucket() {
        let world = World::new();
        let limited = Err((429, "rate_limited"));
        let one = world.user("one", Role::Patient);
        assert!(world.admit(&one, "1.1.1.1:1").is_ok() && world.admit(&one, "1.1.1.1:2").is_ok());
        assert_eq!(world.admit(&one, "2.2.2.2:1"), limited, "a user at another address");
        assert!(world.admit(&world.user("two", Role::Patient), "1.1.1.1:3").is_ok());
        assert_eq!(
            world.admit(&world.user("three", Role::Patient), "1.1.1.1:4"),
            limited,
            "an address with many users"
        );
    }

    #[test]
    fn guessing_is_slowed_and_then_costs_nothing() {
        let world = World::new();
        for _ in 0..3 {
            assert_eq!(world.admit("Bearer guess", "1.1.1.1:1"), Err((401, "bad_credential")));
        }
        assert_eq!(world.admit("Bearer guess", "1.1.1.1:1"), Err((429, "rate_limited")));
        // From now on memory answers: the store is not touched any more.
        let drop = crate::store::Statement::new("DROP TABLE f_rate");
        now(world.store.query(drop)).unwrap();
        assert_eq!(world.admit("Bearer guess", "1.1.1.1:1"), Err((429, "rate_limited")));
    }
}
