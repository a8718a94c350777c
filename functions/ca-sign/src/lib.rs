//! Medical documents that doctors, pharmacists and the hospital sign with SM2, and that anybody can verify: `/v1/ca-sign/`.
//!
//! `lib.rs` only wires: what a request means is in [`routes`], what is done in [`handle`] and the modules below it. No
//! signature is believed because an authority says so: each is verified here before it counts.

pub mod api;
pub mod canonical;
pub mod desk;
pub mod dictionary;
pub mod document;
pub mod drugs;
pub mod evidence;
pub mod failure;
pub mod handle;
pub mod link;
pub mod outside;
pub mod paper;
pub mod pdf;
pub mod pins;
pub mod policy;
pub mod prescription;
pub mod public;
pub mod routes;
pub mod schema;
#[cfg(target_family = "wasm")]
mod serve;
pub mod settings;
pub mod signature;
pub mod signer;
pub mod template;
pub mod tick;
pub mod verify;
#[cfg(target_family = "wasm")]
mod ways;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macros write the entry points here")]
mod guest {
    use crate::policy::{CALLBACKS, FUNCTION, TICK, VISIT};
    use crate::routes::{self, Route};
    use crate::serve::{at_desk, served, settings};
    use crate::{api, tick};
    use common::call::Reply;
    use common::guest::{self, Answer};
    use spin_sdk::http::Request;

    pub mod bindings {
        #![allow(missing_docs, reason = "generated")]
        spin_sdk::wit_bindgen::generate!({
            path: "../../wit/ca", world: "client", runtime_path: "::spin_sdk::wit_bindgen::rt",
        });
    }

    #[spin_sdk::http_service]
    async fn handle(request: Request) -> Answer {
        guest::serve(request, async |call, body| match routes::find(&call.method, &call.segments(FUNCTION.id))? {
            Route::Health => {
                settings().await?;
                guest::ready(&FUNCTION, call.now).await?;
                Ok(Reply::empty(204))
            }
            Route::OpenApi => api::reply(),
            Route::Tick => {
                guest::ticked(&FUNCTION, call, &TICK).await?;
                at_desk(call, async |desk| tick::run(desk).await).await
            }
            route => match route.policy() {
                Some(policy) => {
                    let caller = guest::admit(&FUNCTION, call, policy).await?;
                    served(call, body, route, Some(&caller)).await
                }
                None => {
                    let limit = if matches!(route, Route::Callback(_)) { CALLBACKS } else { VISIT };
                    guest::visit(&FUNCTION, call, limit).await?;
                    served(call, body, route, None).await
                }
            },
        })
        .await
    }
}
