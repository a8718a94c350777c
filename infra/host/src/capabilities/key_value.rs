//! `spin:key-value`: a table in a database of its own per label.

use super::Grants;
use super::sqlite::{Database, Databases, Durability, Failure};
use crate::bindings::key_value::{Error, Host, HostStore, HostStoreWithStore};
use crate::bindings::sqlite::Value;
use crate::guest::{Spin, SpinView};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;
use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

/// The key-value stores of the application.
pub struct Stores {
    databases: Databases,
    open: Mutex<BTreeMap<String, Arc<OnceCell<Store>>>>,
}

impl Stores {
    /// Stores in a folder.
    pub fn new(folder: PathBuf, durability: Durability) -> Self {
        Self { databases: Databases::new(folder, durability), open: Mutex::default() }
    }

    async fn get(&self, label: &str) -> Result<Store, Error> {
        let cell = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.entry(label.to_owned()).or_default().clone()
        };
        cell.get_or_try_init(|| async {
            let store = Store(self.databases.get(label).map_err(|e| Error::Other(e.to_string()))?);
            let table = "CREATE TABLE IF NOT EXISTS pairs(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID";
            store.run(table, vec![]).await?;
            Ok(store)
        })
        .await
        .cloned()
    }
}

/// An open store.
#[derive(Clone)]
pub struct Store(Arc<Database>);

impl Store {
    async fn run(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Vec<Value>>, Error> {
        match self.0.query(sql.to_owned(), parameters).await {
            Ok(result) => Ok(result.rows.into_iter().map(|row| row.values).collect()),
            Err(Failure::Full) => Err(Error::Other("the disk is full".to_owned())),
            Err(Failure::Other(message)) => Err(Error::Other(message)),
        }
    }
}

type Outcome<T> = wasmtime::Result<Result<T, Error>>;
type Keys = (StreamReader<String>, FutureReader<Result<(), Error>>);

fn find<T: 'static>(accessor: &Accessor<T, Spin>, store: &Resource<Store>) -> wasmtime::Result<Store> {
    accessor.with(|mut access| Ok(access.get().table.get(store)?.clone()))
}

fn grants<T: 'static>(accessor: &Accessor<T, Spin>) -> Arc<Grants> {
    accessor.with(|mut access| access.get().grants.clone())
}

impl Host for SpinView<'_> {}

impl HostStore for SpinView<'_> {
    fn drop(&mut self, store: Resource<Store>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        Ok(())
    }
}

impl<T: Send + 'static> HostStoreWithStore<T> for Spin {
    async fn open(accessor: &Accessor<T, Self>, label: String) -> Outcome<Resource<Store>> {
        let grants = grants(accessor);
        if !grants.key_value_stores.contains(&label) {
            grants.denied("key_value_stores", &label);
            return Ok(Err(Error::AccessDenied));
        }
        match grants.stores.get(&label).await {
            Ok(store) => Ok(Ok(accessor.with(|mut access| access.get().table.push(store))?)),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn get(accessor: &Accessor<T, Self>, store: Resource<Store>, key: String) -> Outcome<Option<Vec<u8>>> {
        let sql = "SELECT value FROM pairs WHERE key = ?1";
        let rows = find(accessor, &store)?.run(sql, vec![Value::Text(key)]).await;
        Ok(rows.map(|rows| match rows.into_iter().flatten().next() {
            Some(Value::Blob(value)) => Some(value),
            _ => None,
        }))
    }

    async fn set(accessor: &Accessor<T, Self>, store: Resource<Store>, key: String, value: Vec<u8>) -> Outcome<()> {
        let sql = "INSERT INTO pairs VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value";
        let rows = find(accessor, &store)?.run(sql, vec![Value::Text(key), Value::Blob(value)]).await;
        Ok(rows.map(drop))
    }

    async fn delete(accessor: &Accessor<T, Self>, store: Resource<Store>, key: String) -> Outcome<()> {
        let sql = "DELETE FROM pairs WHERE key = ?1";
        Ok(find(accessor, &store)?.run(sql, vec![Value::Text(key)]).await.map(drop))
    }

    async fn exists(accessor: &Accessor<T, Self>, store: Resource<Store>, key: String) -> Outcome<bool> {
        let sql = "SELECT 1 FROM pairs WHERE key = ?1";
        let rows = find(accessor, &store)?.run(sql, vec![Value::Text(key)]).await;
        Ok(rows.map(|rows| !rows.is_empty()))
    }

    async fn get_keys(accessor: &Accessor<T, Self>, store: Resource<Store>) -> wasmtime::Result<Keys> {
        let rows = find(accessor, &store)?.run("SELECT key FROM pairs ORDER BY key", vec![]).await;
        let (keys, result) = match rows {
            Ok(rows) => {
                let text = |value| {
                    if let Value::Text(key) = value { Some(key) } else { None }
                };
                (rows.into_iter().flatten().filter_map(text).collect(), Ok(()))
            }
            Err(error) => (Vec::new(), Err(error)),
        };
        accessor.with(|mut access| {
            let keys = StreamReader::new(&mut access, keys)?;
            Ok((keys, FutureReader::new(&mut access, async { wasmtime::error::Ok(result) })?))
        })
    }
}
