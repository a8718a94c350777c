//! Accounts, sign-in, staff, and the real names of patients and their families: `/v1/register/`.
//!
//! `lib.rs` only wires: what a request means is in [`routes`], what is done in [`handle`] and the modules below it. No
//! picture of a face outlives the case that it was taken for.

pub mod account;
pub mod api;
pub mod desk;
pub mod devices;
pub mod handle;
pub mod identity;
pub mod me;
pub mod otp;
pub mod outside;
pub mod patients;
pub mod policy;
pub mod routes;
pub mod schema;
#[cfg(target_family = "wasm")]
mod serve;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod social;
pub mod staff;
pub mod tick;
#[cfg(target_family = "wasm")]
mod ways;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macros write the entry points here")]
mod guest {
    use crate::policy::{ASK, FUNCTION, TICK, VISIT};
    use crate::routes::{self, Route};
    use crate::serve::{at_desk, served, settings};
    use crate::{api, tick};
    use common::call::Reply;
    use common::guest::{self, Answer};
    use spin_sdk::http::Request;

    pub mod bindings {
        #![allow(missing_docs, reason = "generated")]
        spin_sdk::wit_bindgen::generate!({
            path: "../../wit/social", world: "client", runtime_path: "::spin_sdk::wit_bindgen::rt",
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
                    guest::visit(&FUNCTION, call, if route == Route::Otp { ASK } else { VISIT }).await?;
                    served(call, body, route, None).await
                }
            },
        })
        .await
    }
}
