// Calls to the application. Failures are RFC 9457 problems; those that never reached it get a code of the same kind.

import { language } from "./i18n.js";

const STORED = "yunzhen.api_key";
const TIMEOUT_MS = 90_000;

export class Problem extends Error {
  /** `status` is 0 when no answer came. */
  constructor({ status = 0, code, detail = "", request_id = null }) {
    super(detail || code);
    Object.assign(this, { status, code, detail, requestId: request_id });
  }
}

let key = "";
try {
  key = sessionStorage.getItem(STORED) ?? "";
} catch {
  // no storage: the key lives as long as the page
}
takeKeyFromAddress();
addEventListener("hashchange", takeKeyFromAddress);

/** `#key=...` hands a key over; it leaves the address bar, the history and with them every copied link. */
function takeKeyFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given === null) return;
  history.replaceState(null, "", location.pathname + location.search);
  setKey(given);
}

export const hasKey = () => key !== "";
export const givenKey = () => key;

export function setKey(value) {
  key = value.trim();
  try {
    if (key) sessionStorage.setItem(STORED, key);
    else sessionStorage.removeItem(STORED);
  } catch {
    // as above
  }
  dispatchEvent(new Event("keychange"));
}

/** What goes with every call. */
function standing() {
  const headers = { accept: "application/json, application/problem+json", "accept-language": language() };
  return key ? { ...headers, authorization: `Bearer ${key}` } : headers;
}

const problem = (status, requestId, answer) =>
  new Problem({ request_id: requestId, code: "unexpected", ...answer, status });

/** Makes a call (with a value as JSON, or with a form) and resolves to its answer: JSON as a value, anything else as a Blob, nothing as null. */
export async function call(method, path, { json, body, headers = {}, signal } = {}) {
  const control = new AbortController();
  const late = setTimeout(() => control.abort("timeout"), TIMEOUT_MS);
  const giveUp = () => control.abort("cancelled");
  if (signal?.aborted) giveUp();
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    const sent = json === undefined ? { body } : { body: JSON.stringify(json) };
    const type = json === undefined ? {} : { "content-type": "application/json" };
    const all = { ...standing(), ...type, ...headers };
    const response = await fetch(path, { method, headers: all, signal: control.signal, cache: "no-store", ...sent });
    const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
    if (!isJson && response.ok) return response.status === 204 ? null : await response.blob();
    const answer = parse(await response.text());
    if (response.ok && answer !== null) return answer;
    throw problem(response.status, response.headers.get("x-request-id"), answer);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem({ code: control.signal.aborted ? control.signal.reason : "network" });
  } finally {
    clearTimeout(late);
    signal?.removeEventListener("abort", giveUp);
  }
}

/**
 * POSTs a body and resolves to `{answer, requestId}`. XMLHttpRequest because fetch does not tell how far an upload is.
 * `onUpload(fraction)` is called while the body goes out, with 1 when it has gone.
 */
export function post(path, body, { headers = {}, signal, onUpload = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (code) => reject(new Problem({ code }));
    request.open("POST", path);
    for (const [name, value] of Object.entries({ ...standing(), ...headers })) request.setRequestHeader(name, value);
    request.setRequestHeader("content-type", body.type);
    request.timeout = TIMEOUT_MS;
    request.upload.onprogress = (event) => event.lengthComputable && onUpload(event.loaded / event.total);
    request.upload.onload = () => onUpload(1);
    request.onerror = () => fail("network");
    request.ontimeout = () => fail("timeout");
    request.onabort = () => fail("cancelled");
    request.onload = () => {
      const requestId = request.getResponseHeader("x-request-id");
      const answer = parse(request.responseText);
      if (request.status === 200 && answer) resolve({ answer, requestId });
      else reject(problem(request.status, requestId, answer));
    };
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    if (signal?.aborted) fail("cancelled");
    else request.send(body);
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
