//! `spin:sqlite`: databases as files in the data folder.

mod database;
mod lease;
mod statement;

pub use database::{Database, Databases, Durability};
pub use lease::Lease;
pub use statement::Failure;

use super::Grants;
use crate::bindings::sqlite as wit;
use crate::guest::{Spin, SpinView};
use statement::Rows;
use std::sync::Arc;
use tokio::sync::Mutex;
use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

/// A guest's handle: one connection of its own until it drops it.
pub struct Connection(Arc<Mutex<Lease>>);

type Outcome<T> = wasmtime::Result<Result<T, wit::Error>>;
type Streamed = (Vec<String>, StreamReader<wit::RowResult>, FutureReader<Result<(), wit::Error>>);

fn open(grants: &Grants, label: &str) -> Result<Connection, wit::Error> {
    if !grants.sqlite_databases.contains(label) {
        grants.denied("sqlite_databases", label);
        return Err(wit::Error::AccessDenied);
    }
    let database = grants.databases.get(label).map_err(|e| wit::Error::Io(e.to_string()))?;
    Ok(Connection(Arc::new(Mutex::new(database.lease().map_err(|e| wit::Error::Io(e.to_string()))?))))
}

async fn execute(lease: Arc<Mutex<Lease>>, statement: String, parameters: Vec<wit::Value>) -> Result<Rows, wit::Error> {
    statement::execute(lease.lock_owned().await, statement, parameters).await.map_err(|failure| match failure {
        Failure::Full => wit::Error::DatabaseFull,
        Failure::Other(message) => wit::Error::Io(message),
    })
}

impl wit::Host for SpinView<'_> {}

impl SpinView<'_> {
    fn lease(&mut self, connection: &Resource<Connection>) -> wasmtime::Result<Arc<Mutex<Lease>>> {
        Ok(self.table.get(connection)?.0.clone())
    }
}

impl wit::HostConnection for SpinView<'_> {
    async fn open(&mut self, database: String) -> Outcome<Resource<Connection>> {
        match open(self.grants, &database) {
            Ok(connection) => Ok(Ok(self.table.push(connection)?)),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<wit::Value>,
    ) -> Outcome<wit::QueryResult> {
        let lease = self.lease(&connection)?;
        Ok(execute(lease, statement, parameters).await.map(|Rows { columns, rows }| wit::QueryResult { columns, rows }))
    }

    fn last_insert_rowid(&mut self, connection: Resource<Connection>) -> wasmtime::Result<i64> {
        Ok(self.lease(&connection)?.try_lock().map_or(0, |lease| lease.last_insert_rowid()))
    }

    fn changes(&mut self, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        Ok(self.lease(&connection)?.try_lock().map_or(0, |lease| lease.changes()))
    }

    fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

impl<T: Send + 'static> wit::HostConnectionWithStore<T> for Spin {
    async fn open_async(accessor: &Accessor<T, Self>, database: String) -> Outcome<Resource<Connection>> {
        accessor.with(|mut access| {
            let SpinView { grants, table } = access.get();
            match open(grants, &database) {
                Ok(connection) => Ok(Ok(table.push(connection)?)),
                Err(error) => Ok(Err(error)),
            }
        })
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<wit::Value>,
    ) -> Outcome<Streamed> {
        let lease = accessor.with(|mut access| access.get().lease(&connection))?;
        match execute(lease, statement, parameters).await {
            Ok(Rows { columns, rows }) => accessor.with(|mut access| {
                let rows = StreamReader::new(&mut access, rows)?;
                let done = FutureReader::new(&mut access, async { wasmtime::error::Ok(Ok(())) })?;
                Ok(Ok((columns, rows, done)))
            }),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        let lease = accessor.with(|mut access| access.get().lease(&connection))?;
        Ok(lease.lock().await.last_insert_rowid())
    }

    async fn changes_async(accessor: &Accessor<T, Self>, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        let lease = accessor.with(|mut access| access.get().lease(&connection))?;
        Ok(lease.lock().await.changes())
    }
}
