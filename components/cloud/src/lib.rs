//! What the adapters of cloud vendors share, whatever the service: signing, time, addresses, and JSON that is bounded.

pub mod canonical;
pub mod endpoint;
pub mod json;
pub mod moment;

pub use endpoint::Endpoint;
pub use moment::Moment;
