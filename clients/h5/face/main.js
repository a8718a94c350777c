// A session's page: consent, a challenge before the camera, the way back. What is shown follows from the session's state.

import "./words.js";
import { Problem, call } from "../lib/api.js";
import { $, el, icon } from "../lib/dom.js";
import { known, language, onLanguage, t } from "../lib/i18n.js";
import { mountShell } from "../lib/shell.js";
import { film, recorder } from "./recorder.js";

/** How long the good news is shown before the page leads back. */
const RETURN_MS = 2500;

const main = $("#main");
const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
const path = (part) => `/v1/face-compare/sessions/${encodeURIComponent(token)}/${part}`;
/** The session as the server last told it, and what went wrong since. */
let session = null;
let trouble = null;

/** Takes a new state of the session, or what stood in its way. */
async function update(answer) {
  try {
    session = (await answer) ?? session;
    trouble = null;
  } catch (error) {
    trouble = error;
    if (error instanceof Problem && [403, 404].includes(error.status)) session = { state: "none" };
    if (error instanceof Problem && [409, 410].includes(error.status)) session = await call("GET", path("page")).catch(() => session);
  }
  show(true);
}

function show(moved = false) {
  if (!recorder.hidden) return;
  const step = stepOf();
  main.dataset.step = step;
  $("#step").replaceChildren(...VIEWS[step]());
  if (moved === true) $("#step h2")?.focus();
  if (step === "passed") setTimeout(leave, RETURN_MS);
}

function stepOf() {
  if (!session) return trouble ? "unreachable" : "loading";
  if (session.state === "created") return "consent";
  if (session.state === "agreed") return "ready";
  return session.state;
}

const title = (key, kind) =>
  el("h2", { tabindex: "-1", class: kind ? `verdict ${kind}` : null }, kind && icon(kind === "good" ? "check" : kind === "bad" ? "alert" : "clock"), el("span", {}, t(key)));
const button = (key, onclick, attributes = {}) => el("button", { onclick, ...attributes }, t(key));
const whom = () => session.name && el("p", { class: "fine" }, t("face.for", { name: session.name }));
const troubled = () =>
  trouble && el("div", { class: "problem", role: "alert" }, el("p", {}, trouble.detail || t(known(`fail.${trouble.code}`) ? `fail.${trouble.code}` : "fail.network")));
const manual = () => button("face.manual", () => update(call("POST", path("manual"))), { id: "manual", class: "quiet" });

const end = (kind) => () => [
  title(`end.${session.state}`, kind),
  el("p", {}, t(`end.${session.state}.why`)),
  session.redirect_url && el("div", { class: "actions" }, button("face.return", leave, { id: "return", class: "primary" })),
].filter(Boolean);

const VIEWS = {
  loading: () => [el("p", { role: "status" }, t("face.loading"))],
  unreachable: () => [troubled(), el("div", { class: "actions" }, button("face.again", () => update(call("GET", path("page")))))],
  consent: () => [
    title("face.consent"),
    whom(),
    el("p", { class: "text", id: "consent" }, session.consent[language() === "en" ? "en" : "zh"]),
    troubled(),
    el(
      "div",
      { class: "actions" },
      button("face.agree", () => update(call("POST", path("consent"), { json: { version: session.consent.version } })), { id: "agree", class: "primary" }),
      manual(),
    ),
  ].filter(Boolean),
  ready: () => [
    title(session.reasons.length ? "bad.title" : "face.ready", session.reasons.length ? "wait" : null),
    whom(),
    el("ul", { id: "reasons" }, session.reasons.length ? session.reasons.map((reason) => el("li", { "data-reason": reason }, t(`bad.${reason}`))) : ["room", "light", "alone"].map((tip) => el("li", {}, t(`face.ready.${tip}`)))),
    session.reasons.length > 0 && el("p", { class: "fine" }, t("face.left", { count: session.tries_left })),
    troubled(),
    el("div", { class: "actions" }, button(session.reasons.length ? "face.again" : "face.start", check, { id: "start", class: "primary" }), manual()),
  ].filter(Boolean),
  passed: end("good"),
  failed: end("bad"),
  manual: end("wait"),
  expired: end("bad"),
  none: end("bad"),
};

/** One try; one that the person stops changes nothing. */
const check = () =>
  update(
    film({
      challenge: (signal) => call("POST", path("challenges"), { signal }),
      send: (body, signal) => call("POST", path("frames"), { body, signal }),
    }),
  );

/** Back to whoever sent the person, with the token by which they ask for the result. */
function leave() {
  if (!session?.redirect_url) return;
  const address = new URL(session.redirect_url);
  address.searchParams.set("token", token);
  location.assign(address);
}

// Last, for the views above are constants.
main.append(recorder);
mountShell("face.title", { keyless: true });
onLanguage(show);
update(call("GET", path("page")));
