//! A function that speaks WASI 0.2: `wasi:http/proxy`, clocks and random numbers.
use wasi::exports::http::incoming_handler::Guest;
use wasi::http::types::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

struct Handler;

impl Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let now = wasi::clocks::wall_clock::now().seconds;
        let random = wasi::random::random::get_random_bytes(16);
        let sane = now > 1_700_000_000 && random.iter().any(|byte| *byte != 0);
        let text = format!("{} sane={sane}", request.path_with_query().unwrap_or_default());
        let response = OutgoingResponse::new(Fields::new());
        let Ok(body) = response.body() else { return };
        ResponseOutparam::set(out, Ok(response));
        if let Ok(stream) = body.write() {
            let _ = stream.blocking_write_and_flush(text.as_bytes());
        }
        let _ = OutgoingBody::finish(body, None);
    }
}

wasi::http::proxy::export!(Handler);
