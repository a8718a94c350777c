// Idempotency keys: a retry of the same request carries the same key, so that nothing is done twice.

/** A key of 32 hex digits; `crypto.randomUUID` would want a secure origin. */
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Gives the header for a body: the same as long as the body is the same and `done()` was not called. */
export function attempt() {
  let [key, body] = ["", null];
  const headers = (json) => {
    const now = JSON.stringify(json);
    if (now !== body) [key, body] = [fresh(), now];
    return { "idempotency-key": key };
  };
  headers.done = () => (body = null);
  return headers;
}
