//! What one instance of a component carries: its WASI state, its grants, its limits.

use crate::capabilities::Grants;
use crate::capabilities::outbound::Outbound;
use crate::limits::Meter;
use crate::workers::Ticket;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use wasmtime::component::{HasData, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// The data of a wasmtime store.
pub struct Guest {
    /// What the component may use.
    pub grants: Arc<Grants>,
    /// Resources the guest holds handles to.
    pub table: ResourceTable,
    /// Its memory so far.
    pub meter: Meter,
    /// The requests that run in this instance, and some that just ended.
    pub requests: Vec<Ticket>,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    /// Given back when the instance ends.
    _place: OwnedSemaphorePermit,
}

/// Why an instance ended before its requests did.
#[derive(Clone, Debug)]
pub enum Ending {
    /// It wanted more memory than it may have.
    Memory,
    /// It trapped; the text is for the log only.
    Trap(String),
}

impl Guest {
    /// The state of a fresh instance.
    ///
    /// # Errors
    /// A folder that cannot be opened.
    pub fn new(grants: Arc<Grants>, meter: Meter, place: OwnedSemaphorePermit) -> wasmtime::Result<Self> {
        Ok(Self {
            wasi: grants.wasi()?,
            http: WasiHttpCtx::new(),
            outbound: Outbound::new(grants.clone()),
            table: ResourceTable::new(),
            requests: Vec::new(),
            meter,
            _place: place,
            grants,
        })
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.outbound, table: &mut self.table, ctx: &mut self.http }
    }
}

/// The key under which the Spin interfaces find the guest's state.
pub struct Spin;

impl HasData for Spin {
    type Data<'a> = SpinView<'a>;
}

/// What the Spin interfaces need of a guest.
pub struct SpinView<'a> {
    /// See [`Guest::grants`].
    pub grants: &'a Arc<Grants>,
    /// See [`Guest::table`].
    pub table: &'a mut ResourceTable,
}

impl Guest {
    /// The view for the Spin interfaces.
    pub fn spin(&mut self) -> SpinView<'_> {
        SpinView { grants: &self.grants, table: &mut self.table }
    }
}
