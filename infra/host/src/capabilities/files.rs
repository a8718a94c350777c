//! Read-only folders, environment and output: the WASI side of the grants.

use super::Grants;
use wasmtime::Result;
use wasmtime::error::Context as _;
use wasmtime_wasi::{FsPerms, WasiCtx};

impl Grants {
    /// A WASI context that sees the mounted folders and nothing else of the machine; sockets stay shut.
    ///
    /// # Errors
    /// A folder that cannot be opened.
    pub fn wasi(&self) -> Result<WasiCtx> {
        let mut builder = WasiCtx::builder();
        builder.envs(&self.environment);
        builder.stdout(wasmtime_wasi::cli::stderr()).inherit_stderr();
        builder.allow_tcp(false).allow_udp(false);
        for mount in &self.mounts {
            builder
                .preopened_dir(&mount.source, &mount.destination, FsPerms::ReadOnly)
                .with_context(|| format!("cannot open the folder {}", mount.source.display()))?;
        }
        Ok(builder.build())
    }
}
