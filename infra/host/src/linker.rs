//! What a component's imports lead to: the host, or a refusal.

use crate::bindings;
use crate::compose::{Composed, Denial};
use crate::guest::{Guest, Spin};
use crate::log::Log;
use crate::manifest::Capability;
use std::sync::Arc;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, LinkerInstance, Resource, ResourceType, Val};
use wasmtime::error::Context as _;
use wasmtime::{Engine, Result};
use wasmtime_wasi_http::handler::ProxyPre;
use wasmtime_wasi_http::{p2, p3};

/// A linker that offers all this host has.
///
/// # Errors
/// None in practice: names defined twice.
pub fn linker(engine: &Engine) -> Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    p2::add_only_http_to_linker_async(&mut linker)?;
    p3::add_to_linker(&mut linker)?;
    bindings::variables::add_to_linker::<_, Spin>(&mut linker, Guest::spin)?;
    bindings::key_value::add_to_linker::<_, Spin>(&mut linker, Guest::spin)?;
    bindings::sqlite::add_to_linker::<_, Spin>(&mut linker, Guest::spin)?;
    bindings::redis::add_to_linker::<_, Spin>(&mut linker, Guest::spin)?;
    Ok(linker)
}

/// Compiles a composed component, links it, and finds its HTTP handler.
///
/// # Errors
/// Bytes that are no component, an import this host does not offer, no HTTP handler.
pub fn prepare(linker: &Linker<Guest>, composed: &Composed, log: &Log) -> Result<ProxyPre<Guest>> {
    let engine = linker.engine();
    let component = Component::new(engine, &composed.bytes)?;
    let mut linker = linker.clone();
    for (name, item) in component.component_type().imports(engine) {
        let Some(denial) = composed.denials.iter().find(|denial| denial.import == name) else {
            continue;
        };
        let ComponentItem::ComponentInstance(interface) = item.ty else {
            continue;
        };
        let mut instance = linker.instance(name)?;
        for (export, item) in interface.exports(engine) {
            deny(&mut instance, export, &item.ty, denial, log)?;
        }
    }
    let pre = linker.instantiate_pre(&component)?;
    let p3 = component.component_type().exports(engine).any(|(name, _)| name.starts_with("wasi:http/handler@0.3"));
    Ok(if p3 {
        ProxyPre::P3(p3::bindings::ServicePre::new(pre)?)
    } else {
        ProxyPre::P2(
            p2::bindings::ProxyPre::new(pre)
                .context("it exports neither wasi:http/handler@0.3 nor wasi:http/incoming-handler@0.2")?,
        )
    })
}

struct Denied;

fn deny(
    instance: &mut LinkerInstance<'_, Guest>,
    name: &str,
    item: &ComponentItem,
    denial: &Denial,
    log: &Log,
) -> Result<()> {
    let tell = teller(denial, log);
    let http = denial.interface.starts_with("wasi:http/");
    match (item, denial.capability) {
        (ComponentItem::Resource(_), _) if denial.interface.starts_with("spin:") => {
            instance.resource(name, ResourceType::host::<Denied>(), |_, _| Ok(()))?;
        }
        (ComponentItem::ComponentFunc(_), _) if http => deny_http(instance, name, tell)?,
        (ComponentItem::ComponentFunc(function), capability) => {
            let refusal = refusal(capability, name, &denial.dependency);
            let refuse = move |results: &mut [Val]| {
                tell();
                match (results.first_mut(), &refusal) {
                    (Some(result), Some(refusal)) => *result = refusal.clone(),
                    _ => wasmtime::bail!("the dependency does not inherit this capability"),
                }
                Ok(())
            };
            match function.async_() {
                true => instance.func_new_concurrent(name, move |_, _, _, results| {
                    let refused = refuse(results);
                    Box::pin(async move { refused })
                })?,
                false => instance.func_new(name, move |_, _, _, results| refuse(results))?,
            }
        }
        _ => {}
    }
    Ok(())
}

/// Requests hold resources, so these two are typed: what was handed over is dropped.
fn deny_http(
    instance: &mut LinkerInstance<'_, Guest>,
    name: &str,
    tell: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<()> {
    use p2::bindings::http::types as p2_types;
    use p3::bindings::http::types as p3_types;
    match name {
        "send" => {
            instance.func_wrap_concurrent(name, move |accessor, (request,): (Resource<p3_types::Request>,)| {
                tell();
                Box::pin(async move {
                    accessor.with(|mut access| access.data_mut().table.delete(request))?;
                    Ok((Err::<Resource<p3_types::Response>, _>(p3_types::ErrorCode::HttpRequestDenied),))
                })
            })?
        }
        _ => instance.func_wrap(
            name,
            move |mut store,
                  (request, _options): (
                Resource<p2_types::OutgoingRequest>,
                Option<Resource<p2_types::RequestOptions>>,
            )| {
                tell();
                store.data_mut().table.delete(request)?;
                Ok((Err::<Resource<p2_types::FutureIncomingResponse>, _>(p2_types::ErrorCode::HttpRequestDenied),))
            },
        )?,
    }
    Ok(())
}

fn teller(denial: &Denial, log: &Log) -> impl Fn() + Clone + Send + Sync + 'static {
    let (dependency, interface): (Arc<str>, Arc<str>) =
        (denial.dependency.as_str().into(), denial.interface.as_str().into());
    let (capability, log) = (denial.capability, log.clone());
    // Looking at the environment or the folders is part of every guest's start, not a wish.
    let quiet = matches!(capability, Capability::Environment | Capability::Files);
    move || {
        if !quiet {
            log.denied(&dependency, capability.name(), &interface);
        }
    }
}

/// What a refused function returns; `None` where only a trap is left.
fn refusal(capability: Capability, function: &str, dependency: &str) -> Option<Val> {
    let error = |case: &str, text: Option<String>| {
        let text = text.map(|text| Box::new(Val::String(text)));
        Val::Result(Err(Some(Box::new(Val::Variant(case.to_owned(), text)))))
    };
    match capability {
        Capability::AllowedOutboundHosts if !function.contains("open") => None,
        Capability::Variables | Capability::AllowedOutboundHosts => {
            let text = format!("`{dependency}` does not inherit `{}`", capability.name());
            Some(error("other", Some(text)))
        }
        Capability::KeyValueStores | Capability::SqliteDatabases if function.contains("open") => {
            Some(error("access-denied", None))
        }
        Capability::Files => Some(Val::List(Vec::new())),
        Capability::Environment if function.ends_with("cwd") => Some(Val::Option(None)),
        Capability::Environment => Some(Val::List(Vec::new())),
        _ => None,
    }
}
