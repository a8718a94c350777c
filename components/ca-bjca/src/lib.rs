//! BJCA's co-signing service (COSS): requests as its partners' public client code makes them. Nothing here was checked against
//! the service itself; `README.md` lists what is unconfirmed.

pub mod coss;
pub mod sign;
