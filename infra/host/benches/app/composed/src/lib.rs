//! A function composed with an adapter that calls another function, and with a store.
#![allow(unsafe_code, reason = "generated from WIT")]

mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: ["../../wit", "../../../../../wit/store"],
        inline: "package bench:composed;
            world composed {
                import bench:app/caller@0.1.0;
                import yunzhen:store/sql@0.1.0;
            }",
        world: "bench:composed/composed",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
        generate_all,
    });
}
use bindings::bench::app::caller;
use bindings::yunzhen::store::sql::{Error, Statement, Value, query};
use spin_sdk::http::{IntoResponse, Request, Response, StatusCode};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let answer = match request.uri().path() {
        "/composed/call" => caller::call().await,
        "/composed/insert" => insert().await.map_err(|e| e.to_string()),
        _ => execute("CREATE TABLE IF NOT EXISTS visits(id INTEGER PRIMARY KEY, note TEXT NOT NULL)", vec![])
            .await
            .map(|()| String::new())
            .map_err(|e| e.to_string()),
    };
    let (status, body) = match answer {
        Ok(body) => (StatusCode::OK, body),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error),
    };
    Response::builder().status(status).body(body)
}

async fn insert() -> Result<String, Error> {
    execute("INSERT INTO visits(note) VALUES (?1)", vec![Value::Text("hello".to_owned())]).await?;
    Ok("stored\n".to_owned())
}

async fn execute(sql: &str, params: Vec<Value>) -> Result<(), Error> {
    query(Statement { sql: sql.to_owned(), params }).await.map(drop)
}
