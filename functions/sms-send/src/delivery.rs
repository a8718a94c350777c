//! Delivery in this instance: the pump after an answer, the tick, and vendors' callbacks.

use crate::accept::accept;
use crate::deliver::config::Settings;
use crate::deliver::gateway::{Bytes, Callback};
use crate::deliver::hook::Ways;
use crate::deliver::pump::{self, Pumps};
use crate::deliver::{World, callback, sign, tick};
use crate::desk::{Desk, Request};
use crate::outside::{Gateways, Http, Keys, Stream};
use crate::policy::FUNCTION;
use crate::serve::{at_desk, settings};
use crate::streams::Accept;
use crate::{door_json, handle};
use common::admission::Admission;
use common::auth::{Principal, Role};
use common::call::{Call, Reply};
use common::guard::forbidden;
use common::guest::{self, Sql};
use common::problem::Problem;
use std::cell::RefCell;
use std::rc::Rc;

/// Bytes of a vendor's callback.
pub const CALLBACK_BYTES: usize = 1 << 20;

/// The variables of delivery.
pub struct Delivery {
    /// Gateways and who is told.
    pub settings: Settings,
    gateway_url: String,
    webhook_secret: String,
    receipt_secret: String,
    redis_url: String,
}

thread_local! {
    static DELIVERY: RefCell<Option<Rc<Delivery>>> = const { RefCell::new(None) };
    static PUMPS: Rc<Pumps> = Rc::default();
}

impl Delivery {
    /// The path that a gateway's vendor is told to call.
    pub fn receipt_path(&self, gateway: &str) -> String {
        format!("/v1/{}/receipts/{gateway}/{}", FUNCTION.id, sign::receipt_token(&self.receipt_secret, gateway))
    }
}

/// The variables, read at the instance's first use.
///
/// # Errors
/// 503, with the name of the variable that is wrong in the log.
pub async fn delivery() -> Result<Rc<Delivery>, Problem> {
    if let Some(delivery) = DELIVERY.with_borrow(Clone::clone) {
        return Ok(delivery);
    }
    let (webhook, redis_url) = (guest::variable("sms_webhook_url").await?, guest::variable("sms_redis_url").await?);
    let settings = Settings::parse(&guest::variable("sms_gateways").await?, &webhook, &redis_url);
    let delivery = Rc::new(Delivery {
        settings: settings.map_err(|why| Problem::unavailable("configuration", why))?,
        gateway_url: guest::variable("sms_gateway_url").await?,
        webhook_secret: guest::variable("sms_webhook_secret").await?,
        receipt_secret: guest::variable("sms_receipt_secret").await?,
        redis_url: redis_url.trim().to_owned(),
    });
    DELIVERY.set(Some(Rc::clone(&delivery)));
    Ok(delivery)
}

type Here<'a> = World<'a, Sql, Gateways<'a>, Keys<'a>>;

async fn in_world<T>(request_id: &str, work: impl AsyncFnOnce(&Here<'_>, &Delivery) -> T) -> Result<T, Problem> {
    let (delivery, accepting, pumps) = (delivery().await?, settings().await?, PUMPS.with(Rc::clone));
    let gateways = Gateways { url: &delivery.gateway_url, request_id };
    let world = World {
        store: &Sql,
        gateways: &gateways,
        seal: &Keys(&accepting.seal),
        settings: &delivery.settings,
        pumps: &pumps,
        clock: &guest::now,
        chance: &guest::random,
        request_id,
    };
    Ok(work(&world, &delivery).await)
}

/// Hands over what is due after the answer has gone: what fails here is done by the next tick.
pub fn pump(call: &Call) {
    let call = call.clone();
    guest::spawn(async move {
        let done = in_world(&call.request_id, async |world, _| pump::run(world).await).await;
        if let Err(problem) = done.and_then(|pumped| pumped.map_err(Problem::from)) {
            call.note(&problem);
        }
    });
}

/// `POST receipts/{gateway}/{token}`; the token is the only credential.
///
/// # Errors
/// 403 for a wrong token, 400, or the store's.
pub async fn receive(call: &Call, gateway: &str, body: Vec<u8>) -> Result<Reply, Problem> {
    let content_type = call.header("content-type").unwrap_or_default().to_owned();
    let callback = Callback { content_type, body: Bytes(body) };
    let (answer, _) =
        in_world(&call.request_id, async |world, _| callback::receive(world, gateway, &callback).await).await??;
    let mut reply = Reply::empty(answer.status).with(http::header::CONTENT_TYPE, &answer.content_type);
    reply.body = answer.body.0;
    Ok(reply)
}

/// Whether the path's token is the gateway's.
///
/// # Errors
/// 403.
pub async fn admit(gateway: &str, token: &str) -> Result<(), Problem> {
    let secret = &delivery().await?.receipt_secret;
    sign::is_receipt_token(secret, gateway, token).then_some(()).ok_or_else(forbidden)
}

/// `POST tick`.
///
/// # Errors
/// The first failure, after everything else was done.
pub async fn tick(call: &Call) -> Result<Reply, Problem> {
    let accepting = settings().await?;
    at_desk(call, &accepting, async |desk| {
        let done = in_world(&call.request_id, async |world, delivery| {
            let redis = match &*delivery.redis_url {
                "" => None,
                url => Some(Stream::open(url).await),
            };
            let post = Http(&accepting.callback_hosts);
            let ways = Ways { post: &post, redis: redis.as_ref(), secret: &delivery.webhook_secret };
            tick::run(world, &ways, &Door { desk, request: call.into() }).await
        });
        Reply::json(200, &done.await??)
    })
    .await
}

/// Orders out of the stream are the platform's own caller's.
struct Door<'a> {
    desk: &'a Desk<'a, Sql>,
    request: Request<'a>,
}

impl Accept for Door<'_> {
    async fn accept(&self, json: &[u8], key: &str) -> Result<(), Problem> {
        let admission = Admission::free(Principal { id: "streams".to_owned(), role: Role::System });
        let key = handle::key(self.desk, &admission, Some(key), "stream", json)?;
        accept(self.desk, self.request, &admission, &key, &door_json::parse(json)?).await.map(|_| ())
    }
}
