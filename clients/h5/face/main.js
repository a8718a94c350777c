// A session's page: consent, a challenge before the camera, the way back. What is shown follows from the session's state.

import "./words.js";
import { Problem, call } from "../lib/api.js";
import { $, el, icon } from "../lib/dom.js";
import { known, language, onLanguage, t } from "../lib/i18n.js";
import { mountShell } from "../lib/shell.js";
import { openCamera, record } from "./record.js";

/** How long the good news is shown before the page leads back. */
const RETURN_MS = 2500;

const main = $("#main");
const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
const path = (part) => `/v1/face-compare/sessions/${encodeURIComponent(token)}/${part}`;
/** The session as the server last told it, and what went wrong since. */
let session = null;
let trouble = null;
let spoken = "speechSynthesis" in window;

/** Takes a new state of the session, or what stood in its way. */
async function update(answer) {
  try {
    session = await answer;
    trouble = null;
  } catch (error) {
    trouble = error;
    if (error instanceof Problem && [403, 404].includes(error.status)) session = { state: "none" };
    if (error instanceof Problem && [409, 410].includes(error.status)) session = await call("GET", path("page")).catch(() => session);
  }
  show(true);
}

function show(moved = false) {
  if ($("#recorder").hidden === false) return;
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

/** One try: the camera first, so that a challenge's time does not run while somebody looks for a permission. */
async function check() {
  const control = new AbortController();
  $("#stop").onclick = () => control.abort();
  trouble = null;
  stage(true);
  say("face.camera");
  let close = () => {};
  let answer = null;
  try {
    close = await openCamera($("#recorder video"));
    const challenge = await call("POST", path("challenges"), { signal: control.signal });
    $(".beads").replaceChildren(...challenge.actions.map(() => el("span")));
    const frames = await record($("#recorder video"), challenge.actions, { onStep: prompt, signal: control.signal });
    close();
    if (frames) {
      say("face.judging");
      answer = call("POST", path("frames"), { body: form(challenge, frames), signal: control.signal });
      await answer.catch(() => {});
    }
  } catch (error) {
    trouble = error instanceof Problem ? error : { code: error.name === "NotAllowedError" ? "camera.denied" : "camera.missing" };
    if (trouble.code === "cancelled") trouble = null;
  } finally {
    close();
    stage(false);
  }
  if (answer) await update(answer);
  else show(true);
}

function form(challenge, frames) {
  const form = new FormData();
  form.append("nonce", challenge.nonce);
  form.append("times", frames.map((frame) => frame.time).join(","));
  frames.forEach((frame, i) => form.append("frame", frame.jpeg, `${i}.jpg`));
  return form;
}

function stage(open) {
  $("#recorder").hidden = !open;
  $("#step").hidden = open;
  $(".beads").replaceChildren();
  if (open) {
    main.dataset.step = "recording";
    $("#prompt").focus();
  }
}

/** Which action is asked for, and how many are behind. */
function prompt(name, index) {
  say(`do.${name}`);
  [...$(".beads").children].forEach((bead, i) => (bead.className = i < index ? "past" : i === index && name !== "straight" ? "now" : ""));
}

function say(key) {
  $("#prompt").textContent = t(key);
  main.dataset.prompt = key;
  if (!spoken) return;
  const words = new SpeechSynthesisUtterance(t(key));
  words.lang = language();
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
}

/** Back to whoever sent the person, with the token by which they ask for the result. */
function leave() {
  if (!session?.redirect_url) return;
  const address = new URL(session.redirect_url);
  address.searchParams.set("token", token);
  location.assign(address);
}

// Last, for the views above are constants.
mountShell("face.title", { keyless: true });
onLanguage(show);
$("#voice").hidden = !spoken;
$("#voice").onclick = () => {
  spoken = !spoken;
  $("#voice").setAttribute("aria-pressed", spoken);
};
update(call("GET", path("page")));
