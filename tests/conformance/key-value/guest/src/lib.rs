//! Sets, reads, lists and deletes keys of the default store.
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use spin_sdk::key_value::{Error, Store};

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let path = request.uri().path().to_owned();
    match answer(&path).await {
        Ok(text) => text,
        Err(Error::AccessDenied) => "denied".to_owned(),
        Err(error) => format!("failed: {error:?}"),
    }
}

async fn answer(path: &str) -> Result<String, Error> {
    let store = Store::open_default().await?;
    match path {
        "/set" => store.set("name", b"value").await.map(|()| "set".to_owned()),
        "/get" => {
            let found = store.get("name").await?;
            Ok(found.map_or("none".to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned()))
        }
        "/keys" => Ok(store.get_keys().await.collect().await?.join(",")),
        "/delete" => store.delete("name").await.map(|()| "deleted".to_owned()),
        _ => Ok(format!("exists: {}", store.exists("name").await?)),
    }
}
