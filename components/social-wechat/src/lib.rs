//! The `yunzhen:social/resolver` interface on WeChat mini programs (auth.code2Session).

pub mod session;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "wit-bindgen writes the exported entry points here")]
mod guest {
    mod bindings {
        #![allow(missing_docs, reason = "generated")]
        spin_sdk::wit_bindgen::generate!({
            path: "../../wit/social", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt",
        });
    }

    use crate::session::{self, Account, Failure};
    use bindings::exports::yunzhen::social::resolver::{Error, Guest, Identity};
    use outbound::Limits;
    use std::time::Duration;

    const LIMITS: Limits = Limits { timeout: Duration::from_secs(8), answer_bytes: 16 << 10 };

    struct Resolver;

    impl Guest for Resolver {
        fn name() -> String {
            session::NAME.to_owned()
        }

        async fn resolve(code: String) -> Result<Identity, Error> {
            let (app_id, secret) = (variable("social_app_id").await?, variable("social_app_secret").await?);
            let account = Account { app_id, secret, endpoint: variable("social_endpoint").await? };
            let request = account.request(&code).map_err(failure)?;
            let answer = outbound::send(request, LIMITS).await;
            let answer = answer.map_err(|broken| Error::Unavailable(broken.to_string()))?;
            let found = session::read(answer.status().as_u16(), answer.body()).map_err(failure)?;
            Ok(Identity { subject: found.openid, union: found.unionid })
        }
    }

    async fn variable(name: &str) -> Result<String, Error> {
        match spin_sdk::variables::get(name).await {
            Ok(value) => Ok(value),
            Err(spin_sdk::variables::Error::Undefined(_)) => Ok(String::new()),
            Err(error) => Err(Error::Unavailable(format!("variable {name}: {error:?}"))),
        }
    }

    fn failure(failure: Failure) -> Error {
        match failure {
            Failure::Invalid(why) => Error::Invalid(why),
            Failure::Rejected(why) => Error::Rejected(why),
            Failure::Busy(ms) => Error::Busy(ms),
            Failure::Unavailable(why) => Error::Unavailable(why),
        }
    }

    bindings::export!(Resolver with_types_in bindings);
}
