//! The store behind `yunzhen:store/sql`.

use crate::store::{Error, Rows, Statement, Store, Value};

mod bindings {
    #![allow(missing_docs, reason = "generated")]
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit/store", world: "client", runtime_path: "::spin_sdk::wit_bindgen::rt",
    });
}
use bindings::yunzhen::store::sql;

/// The component behind `yunzhen:store/sql`.
pub struct Sql;

impl Store for Sql {
    async fn query(&self, statement: Statement) -> Result<Rows, Error> {
        sql::query(lower(statement)).await.map(lift).map_err(failure)
    }

    async fn transact(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, Error> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        let answers = sql::transact(statements.into_iter().map(lower).collect()).await.map_err(failure)?;
        Ok(answers.into_iter().map(lift).collect())
    }
}

fn lower(statement: Statement) -> sql::Statement {
    let params = statement.params.into_iter().map(|value| match value {
        Value::Null => sql::Value::Null,
        Value::Integer(v) => sql::Value::Integer(v),
        Value::Real(v) => sql::Value::Real(v),
        Value::Text(v) => sql::Value::Text(v),
        Value::Blob(v) => sql::Value::Blob(v),
    });
    sql::Statement { sql: statement.sql, params: params.collect() }
}

fn lift(rows: sql::Rows) -> Rows {
    let value = |value| match value {
        sql::Value::Null => Value::Null,
        sql::Value::Integer(v) => Value::Integer(v),
        sql::Value::Real(v) => Value::Real(v),
        sql::Value::Text(v) => Value::Text(v),
        sql::Value::Blob(v) => Value::Blob(v),
    };
    let rows_of = |row: Vec<sql::Value>| row.into_iter().map(value).collect();
    Rows { columns: rows.columns, rows: rows.rows.into_iter().map(rows_of).collect() }
}

fn failure(error: sql::Error) -> Error {
    match error {
        sql::Error::Invalid(why) => Error::Invalid(why),
        sql::Error::Conflict(why) => Error::Conflict(why),
        sql::Error::Busy(ms) => Error::Busy(ms),
        sql::Error::Unavailable(why) => Error::Unavailable(why),
    }
}
