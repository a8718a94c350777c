//! The ways out of this instance.

use crate::guest::bindings::yunzhen::social::resolver;
use crate::outside::{Outside, Service, Unresolved};
use crate::policy::FUNCTION;
use crate::settings::Settings;
use common::service;
use outbound::{Answer, Broken, Limits};
use std::time::Duration;

/// What a hospital's system may answer to a report, in bytes and time.
const REPORT: Limits = Limits { timeout: Duration::from_secs(10), answer_bytes: 4096 };

/// HTTP to functions and systems, WIT to the social network.
pub struct Ways<'a> {
    /// Where functions are.
    pub settings: &'a Settings,
    /// Quoted in the logs of both.
    pub request_id: &'a str,
}

impl Outside for Ways<'_> {
    async fn post(
        &self,
        to: Service,
        path: &str,
        media_type: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, Broken> {
        let (base, seconds) = match to {
            Service::Sms => (&self.settings.sms_url, 10),
            // Pictures take seconds of a core, and wait for one while others are read.
            Service::Ocr => (&self.settings.ocr_url, 30),
            Service::Face => (&self.settings.face_url, 60),
        };
        let (id, timeout) = (to.id(), Duration::from_secs(seconds));
        let service = service::Service { from: FUNCTION.id, to: id, timeout, request_id: self.request_id };
        service.send(&format!("{base}/v1/{id}{path}"), media_type, headers, body).await
    }

    async fn report(&self, url: &str, headers: [(&'static str, String); 3], body: &[u8]) -> Result<u16, String> {
        let mut request = http::Request::post(url).header(http::header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(body.to_vec()).map_err(|error| error.to_string())?;
        outbound::tell(request, REPORT).await.map(|status| status.as_u16()).map_err(|broken| broken.to_string())
    }

    fn network(&self) -> String {
        resolver::name()
    }

    async fn resolve(&self, code: &str) -> Result<String, Unresolved> {
        let found = resolver::resolve(code.to_owned()).await;
        found.map(|identity| identity.subject).map_err(|error| match error {
            resolver::Error::Invalid(why) => Unresolved::Invalid(why),
            resolver::Error::Rejected(why) => Unresolved::Rejected(why),
            resolver::Error::Busy(ms) => Unresolved::Busy(ms),
            resolver::Error::Unavailable(why) => Unresolved::Unavailable(why),
        })
    }
}
