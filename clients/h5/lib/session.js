// The user's session: kept in this tab, its token renewed when it has run out.

import { Problem, call, givenKey, post, setKey } from "./api.js";

const STORED = "yunzhen.session";
let session = read();
let renewal = null;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED));
  } catch {
    return null; // no storage: the session lives as long as the page
  }
}

/** Keeps a session as it was answered; null forgets it. */
export function keep(next) {
  session = next;
  try {
    if (next) sessionStorage.setItem(STORED, JSON.stringify(next));
    else sessionStorage.removeItem(STORED);
  } catch {
    // as above
  }
}

export const signedIn = () => session !== null;

/** `patient`, `doctor`, `pharmacist`, `admin`; none where nobody is signed in. */
export const role = () => session?.role;

/** Takes an administrator's token that was handed over as the key for a session, one that is not renewed; tells whether it was one. */
export function admit() {
  const token = givenKey();
  const { role, exp } = claims(token);
  const good = role === "admin" && exp * 1000 > Date.now();
  if (good) keep({ token, role });
  return good;
}

/** What a token (RFC 7519) says; nothing where the key is none. */
function claims(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}

/** What goes with a request that creates: a retry of the same one carries the same key. */
export function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return { "idempotency-key": [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}

/** How a function is called for the user. Where the session is over it is forgotten. */
export const asking = (name) => (method, path, options = {}) =>
  renewing((authorization) => call(method, `/v1/${name}/${path}`, { ...options, headers: { ...options.headers, authorization } }));

export const ask = asking("register");

/** Sends a picture; `onUpload` as in `post`. */
export const upload = (path, picture, onUpload) =>
  renewing((authorization) => post(`/v1/register/${path}`, picture, { headers: { authorization }, onUpload })).then(({ answer }) => answer);

export async function signOut() {
  const { session_id, token } = session;
  if (session_id) await ask("DELETE", `sessions/${session_id}`).catch(() => {});
  if (token === givenKey()) setKey("");
  keep(null);
}

async function renewing(request) {
  const token = session?.token;
  try {
    return await request(`Bearer ${token}`);
  } catch (error) {
    if (error.status === 401 && !session?.refresh_token) keep(null);
    if (error.status !== 401 || !session) throw error;
  }
  // A refresh token is good for once: whoever comes second takes the token of the first.
  if (session.token === token) await (renewal ??= renew().finally(() => (renewal = null)));
  return request(`Bearer ${session.token}`);
}

async function renew() {
  try {
    keep(await call("POST", "/v1/register/sessions/refresh", { json: { refresh_token: session.refresh_token } }));
  } catch (error) {
    if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) keep(null);
    throw error;
  }
}
