//! What an address takes, by method.

use crate::problem::Problem;
use http::Method;

/// Of an address' routes the one of this method.
///
/// # Errors
/// 405 with the methods that the address takes.
pub fn of<T: Copy>(method: &Method, all: &[(Method, T)]) -> Result<T, Problem> {
    let found = all.iter().find(|(allowed, _)| allowed == method);
    found.map(|(_, route)| *route).ok_or_else(|| {
        let allowed: Vec<&str> = all.iter().map(|(method, _)| method.as_str()).collect();
        Problem::method_not_allowed(&allowed.join(", "))
    })
}
