//! Sends short messages: accepts them over several doors, hands them to gateways, follows them until they arrive.

pub mod deliver;
pub mod flat;
pub mod schema;
pub mod state;
pub mod streams;
