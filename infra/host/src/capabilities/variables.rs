//! `spin:variables`: the component's own variables, filled in when the application starts.

use crate::bindings::variables::{Error, Host, HostWithStore};
use crate::guest::{Spin, SpinView};
use crate::manifest::is_variable_name;
use wasmtime::component::Accessor;

impl<T: 'static> HostWithStore<T> for Spin {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> wasmtime::Result<Result<String, Error>> {
        if !is_variable_name(&name) {
            return Ok(Err(Error::InvalidName(name)));
        }
        Ok(accessor.with(|mut access| match access.get().grants.variables.get(&name) {
            Some(value) => Ok(value.clone()),
            None => Err(Error::Undefined(name)),
        }))
    }
}

impl Host for SpinView<'_> {}
