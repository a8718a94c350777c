//! The Spin interfaces this host implements, bound from `wit/host.wit`.

wasmtime::component::bindgen!({
    path: "wit",
    world: "yunzhen:host/host",
    imports: {
        "spin:sqlite/sqlite.[static]connection.open": async | trappable,
        "spin:sqlite/sqlite.[method]connection.execute": async | trappable,
        default: trappable,
    },
    with: {
        "spin:sqlite/sqlite.connection": crate::capabilities::sqlite::Connection,
        "spin:key-value/key-value.store": crate::capabilities::key_value::Store,
        "spin:redis/redis.connection": crate::capabilities::redis::Connection,
    },
});

pub use spin::key_value::key_value;
pub use spin::redis::redis;
pub use spin::sqlite::sqlite;
pub use spin::variables::variables;
