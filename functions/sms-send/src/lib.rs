//! Sends short messages: accepts them over several doors, hands them to gateways, follows them until they arrive.
//!
//! `lib.rs` only wires: what a request means is in [`routes`], what is done in [`handle`] and the modules below it.

pub mod accept;
pub mod accepted;
pub mod api;
pub mod book;
pub mod callback;
pub mod change;
pub mod charset;
pub mod class;
pub mod deliver;
#[cfg(target_family = "wasm")]
mod delivery;
pub mod desk;
pub mod door_json;
pub mod flat;
pub mod gateways;
pub mod handle;
pub mod hooks;
pub mod inbound;
pub mod judge;
pub mod keyword;
pub mod keywords;
pub mod limits;
pub mod link;
pub mod message;
pub mod optout;
pub mod optouts;
pub mod order;
#[cfg(target_family = "wasm")]
mod outside;
pub mod parts;
pub use common::phone;
pub mod policy;
pub mod quiet;
pub mod read;
pub mod routes;
pub mod schema;
#[cfg(target_family = "wasm")]
mod serve;
pub mod settings;
pub mod signatures;
pub mod soap;
pub mod state;
pub mod stats;
pub mod streams;
pub mod template;
pub mod templates;
#[cfg(test)]
mod testing;
pub mod write;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macro writes the entry point here")]
mod guest {
    use crate::policy::{FUNCTION, INBOUND, MANAGE, RECEIPTS};
    use crate::routes::{self, Route};
    use crate::serve::{at_desk, served, settings};
    use crate::{api, delivery, inbound, soap};
    use common::call::Reply;
    use common::guest::{self, Answer};
    use spin_sdk::http::Request;

    #[spin_sdk::http_service]
    async fn handle(request: Request) -> Answer {
        guest::serve(request, async |call, body| match routes::find(&call.method, &call.segments(FUNCTION.id))? {
            Route::Health => {
                settings().await?;
                guest::ready(&FUNCTION, call.now).await?;
                Ok(Reply::empty(204))
            }
            Route::OpenApi => api::reply(),
            Route::Wsdl => soap::wsdl::reply(call),
            Route::Soap => {
                let call = soap::with_credential(call);
                Ok(served(&call, body, Route::Soap).await.unwrap_or_else(|problem| {
                    call.note(&problem);
                    soap::fault(&problem, &call)
                }))
            }
            Route::Inbound(gateway, token) => {
                guest::visit(&FUNCTION, call, INBOUND).await?;
                let settings = settings().await?;
                inbound::admit(&settings, gateway, token)?;
                let body = body.read(call, inbound::BODY_BYTES).await?;
                at_desk(call, &settings, async |desk| inbound::take(desk, call.into(), gateway, &body).await).await
            }
            Route::Receipts(gateway, token) => {
                guest::visit(&FUNCTION, call, RECEIPTS).await?;
                delivery::admit(gateway, token).await?;
                delivery::receive(call, gateway, body.read(call, delivery::CALLBACK_BYTES).await?).await
            }
            Route::Tick => {
                guest::ticked(&FUNCTION, call, &MANAGE).await?;
                delivery::tick(call).await
            }
            route => served(call, body, route).await,
        })
        .await
    }
}
