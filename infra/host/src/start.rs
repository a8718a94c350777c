//! From a manifest to a running application.

use crate::capabilities::key_value::Stores;
use crate::capabilities::outbound::{Network, Shared};
use crate::capabilities::sqlite::{Databases, Durability};
use crate::capabilities::{Grants, redis};
use crate::compose::compose;
use crate::dispatch::Dispatcher;
use crate::front::{Admin, Front};
use crate::limits::Limits;
use crate::log::Log;
use crate::manifest::{Application, Component, HostRule, load};
use crate::metrics::Metrics;
use crate::workers::Workers;
use crate::{engine, linker, server, ticker};
use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How to run an application.
pub struct Options {
    /// The `spin.toml`.
    pub manifest: PathBuf,
    /// The profile to apply.
    pub profile: Option<String>,
    /// Where to serve.
    pub listen: SocketAddr,
    /// Where to serve health and metrics.
    pub admin: SocketAddr,
    /// Databases and key-value stores.
    pub data: PathBuf,
    /// Compiled code, safe to delete.
    pub cache: PathBuf,
    /// Values of variables; they win over `SPIN_VARIABLE_*`.
    pub variables: BTreeMap<String, String>,
    /// Certificate chain and key, PEM.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// What a commit waits for.
    pub durability: Durability,
    /// What requests and instances may cost.
    pub limits: Limits,
}

/// A running application; it stops when told to, or when this is dropped.
pub struct Running {
    /// Where it serves.
    pub http: SocketAddr,
    /// Where it serves health and metrics.
    pub admin: SocketAddr,
    /// Where it tells what happens.
    pub log: Log,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Running {
    /// Accepts no more, lets answers under way finish, and returns.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        self.log.close();
    }
}

/// Reads, composes, compiles and serves.
///
/// # Errors
/// Whatever stands in the way, with the file and line where it is the manifest's fault.
pub async fn start(options: Options) -> Result<Running> {
    let application = load(&options.manifest, options.profile.as_deref())?;
    let values = values(&application, &options.variables)?;
    let log = Log::stderr();
    let metrics = Arc::new(Metrics::default());
    let shared = Arc::new(Shared::new()?);
    let databases = Arc::new(Databases::new(options.data.join("sqlite"), options.durability));
    let stores = Arc::new(Stores::new(options.data.join("key_value"), options.durability));
    let engine = engine::engine(&options.limits, &options.cache).map_err(wasm)?;
    let linker = linker::linker(&engine).map_err(wasm)?;

    let places = Arc::new(Semaphore::new(usize::try_from(options.limits.instances)?));
    let (mut workers, mut ticks) = (Vec::new(), Vec::new());
    for (id, mut component) in application.components {
        if let Some(tick) = component.tick.take() {
            ticks.push((component.id.clone(), tick));
        }
        let composed = compose(&component)?;
        let pre =
            linker::prepare(&linker, &composed, &log).map_err(wasm).with_context(|| format!("component `{id}`"))?;
        let grants = Arc::new(Grants {
            variables: render(&component, &values)?,
            outbound: Network { rules: rules(&component, &values)?, shared: shared.clone() },
            redis_connections: Arc::new(Semaphore::new(redis::CONNECTIONS)),
            component: component.id,
            environment: component.environment,
            mounts: component.files,
            key_value_stores: component.key_value_stores,
            sqlite_databases: component.sqlite_databases,
            databases: databases.clone(),
            stores: stores.clone(),
            log: log.clone(),
            metrics: metrics.component(&id),
        });
        // A folder that is missing is told now, not at the first request.
        grants.wasi().map_err(wasm).with_context(|| format!("component `{id}`"))?;
        workers.push(Workers {
            engine: engine.clone(),
            pre,
            grants,
            limits: options.limits.clone(),
            places: places.clone(),
            computes: Arc::default(),
        });
    }
    let dispatcher = Arc::new(Dispatcher::new(workers, options.limits, log.clone()));
    let _ = shared.dispatcher.set(Arc::downgrade(&dispatcher));

    let tls = options.tls.map(|(chain, key)| server::tls(&chain, &key)).transpose()?;
    let (public, private) = (listen(options.listen).await?, listen(options.admin).await?);
    let (http, admin) = (public.local_addr()?, private.local_addr()?);
    let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
    for (component, tick) in ticks {
        tasks.spawn(ticker::run(dispatcher.clone(), component, tick, log.clone(), stop.clone()));
    }
    let front = Arc::new(Front { router: application.router, dispatcher, log: log.clone() });
    tasks.spawn(server::serve(public, tls, front, stop.clone()));
    tasks.spawn(server::serve(private, None, Arc::new(Admin { metrics }), stop.clone()));
    Ok(Running { http, admin, log, stop, tasks })
}

fn wasm(error: wasmtime::Error) -> anyhow::Error {
    anyhow!("{error:#}")
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// The value of every variable that has one: given, else `SPIN_VARIABLE_<NAME>`, else its default.
fn values(application: &Application, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    if let Some(name) = given.keys().find(|name| !application.variables.contains_key(*name)) {
        bail!("the application has no variable `{name}`");
    }
    let mut values = BTreeMap::new();
    for (name, variable) in &application.variables {
        let environment = || std::env::var(format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase())).ok();
        match given.get(name).cloned().or_else(environment).or_else(|| variable.default.clone()) {
            Some(value) => drop(values.insert(name.clone(), value)),
            None => bail!(
                "{}: the variable `{name}` is required: set SPIN_VARIABLE_{}",
                variable.place,
                name.to_ascii_uppercase()
            ),
        }
    }
    Ok(values)
}

fn render(component: &Component, values: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    component.variables.iter().map(|(name, template)| Ok((name.clone(), template.render(values)?))).collect()
}

fn rules(component: &Component, values: &BTreeMap<String, String>) -> Result<Vec<HostRule>> {
    let rule = |template: &crate::manifest::Template| HostRule::parse(&template.render(values)?);
    component
        .allowed_outbound_hosts
        .iter()
        .map(rule)
        .collect::<Result<_>>()
        .with_context(|| format!("component `{}`, allowed_outbound_hosts", component.id))
}
