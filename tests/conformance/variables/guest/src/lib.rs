//! Reads the variable the path names.
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::{http_service, variables};

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let name = request.uri().path().trim_start_matches('/').to_owned();
    match variables::get(&name).await {
        Ok(value) => format!("{name}={value}"),
        Err(variables::Error::Undefined(_)) => "undefined".to_owned(),
        Err(error) => format!("refused: {error:?}"),
    }
}
