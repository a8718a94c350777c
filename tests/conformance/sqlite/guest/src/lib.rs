//! Every kind of value through SQLite, a transaction over several calls, and what a dropped connection leaves.
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use spin_sdk::sqlite::{Connection, Error, Value};

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let path = request.uri().path().to_owned();
    match answer(&path).await {
        Ok(text) => text,
        Err(Error::AccessDenied) => "denied".to_owned(),
        Err(Error::Io(reason)) => format!("failed: {reason}"),
        Err(error) => format!("failed: {error:?}"),
    }
}

async fn answer(path: &str) -> Result<String, Error> {
    let database = Connection::open_default().await?;
    match path {
        "/values" => {
            let values = [
                Value::Integer(i64::MIN),
                Value::Real(0.5),
                Value::Text("诊".to_owned()),
                Value::Blob(vec![0, 255]),
                Value::Null,
            ];
            run(&database, "SELECT ?1, ?2, ?3, ?4, ?5", values.to_vec()).await
        }
        "/insert" => {
            run(&database, "CREATE TABLE IF NOT EXISTS t (x INTEGER)", vec![]).await?;
            run(&database, "BEGIN IMMEDIATE", vec![]).await?;
            run(&database, "INSERT INTO t VALUES (7)", vec![]).await?;
            run(&database, "COMMIT", vec![]).await?;
            Ok(format!("row {}, changes {}", database.last_insert_rowid().await, database.changes().await))
        }
        // The connection is dropped inside its transaction: the row must be gone.
        "/abandon" => {
            run(&database, "BEGIN IMMEDIATE", vec![]).await?;
            run(&database, "INSERT INTO t VALUES (8)", vec![]).await
        }
        "/count" => run(&database, "SELECT count(*) FROM t", vec![]).await,
        _ => run(&database, "SELEKT 1", vec![]).await,
    }
}

async fn run(database: &Connection, sql: &str, values: Vec<Value>) -> Result<String, Error> {
    let result = database.execute(sql, values).await?;
    let rows = result.collect().await?;
    let texts =
        rows.iter().map(|row| row.values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" "));
    Ok(texts.collect::<Vec<_>>().join("\n"))
}
