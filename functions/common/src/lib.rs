//! What every function shares: request ids, authorisation, problems, idempotency, audit, paging.
