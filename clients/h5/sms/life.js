// One message: where it is and why, what happened to it, and what can be done. Followed until it is at its end.

import { call } from "../lib/api.js";
import { $, copy, el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { templateName } from "./book.js";
import { poll } from "./poll.js";
import { asProblem, problemBox } from "./problem.js";
import { TONE, carrierWord, classWord, reasonWord, stateWord, underWay } from "./reasons.js";
import { longTime } from "./time.js";
import { besides, timeline } from "./timeline.js";

const dialog = $("#life");
/** `failed` is what an action ran into, `problem` why there is nothing to see. */
const none = { id: null, message: null, events: [], revealed: null, problem: null, failed: null, sure: false, copied: false };
const state = { ...none };
const follower = poll(() => load());

const path = (more = "") => `/v1/sms-send/messages/${state.id}${more}`;

/** Reads it; resolves to whether it goes on. */
async function load() {
  const { id } = state;
  try {
    const [message, events] = await Promise.all([call("GET", path()), call("GET", path("/events"))]);
    if (id !== state.id) return false;
    // Drawn when it has moved only: what is drawn anew is read out anew.
    const same = JSON.stringify([message, events.items]) === JSON.stringify([state.message, state.events]);
    Object.assign(state, { message, events: events.items, problem: null });
    if (same) return underWay(message);
  } catch (error) {
    if (id !== state.id) return false;
    state.problem = asProblem(error);
    drawLife();
    return state.message !== null && state.problem.status === 0; // the network may come back
  }
  drawLife();
  return underWay(state.message);
}

async function act(action, admin = false) {
  Object.assign(state, { failed: null, sure: false });
  try {
    await action();
  } catch (error) {
    state.failed = { problem: asProblem(error), admin };
  }
  if (await load()) follower.start();
  drawLife();
  $("#life-title")?.focus();
}

const cancel = () => act(() => call("POST", path("/cancel")));
const replay = () => act(() => call("POST", path("/replay")));
const reveal = () => act(async () => (state.revealed = await call("GET", path("?reveal=true"))), true);

/** Sending again reaches a person's phone, so it is asked for twice. */
function wantReplay() {
  if (state.sure) return replay();
  state.sure = true;
  drawLife();
  $("#replay").focus();
}

export async function openLife(id) {
  if (state.id !== id) Object.assign(state, none, { id });
  drawLife();
  if (!dialog.open) dialog.showModal();
  if (await load()) follower.start();
}

export function closeLife() {
  if (dialog.open) dialog.close();
}

const fact = (key, value) => value && el("div", {}, el("dt", {}, t(`life.${key}`)), el("dd", {}, value));
/** What a person wrote stays in its language. */
const data = (text) => el("span", { lang: "zh-CN" }, text);

function facts(message) {
  const { carrier, carrier_certain, template_id, tried, send_at, created_at } = message;
  const name = carrierWord(carrier);
  return el(
    "dl",
    { class: "facts" },
    state.revealed && [fact("to", state.revealed.to), fact("text", data(state.revealed.text)), el("p", { class: "fine" }, t("life.revealed"))],
    fact("class", classWord(message.class)),
    fact("template", template_id && data(templateName(template_id))),
    fact("signature", data(message.signature)),
    fact("parts", String(message.parts)),
    fact("carrier", carrier_certain ? name : t("life.guess", { carrier: name })),
    fact("gateway", message.gateway),
    fact("tried", tried.join(", ")),
    fact("ref", message.client_ref),
    fact("caller", message.caller),
    fact("created", longTime(created_at)),
    fact("send_at", new Date(send_at) - new Date(created_at) > 1_000 && longTime(send_at)),
    fact("expires", longTime(message.expires_at)),
    fact("callback", message.callback_url),
  );
}

function actions(message) {
  const again = ["failed", "expired", "dead", "unknown"].includes(message.state);
  const sure = message.state === "unknown" ? "life.replay.twice" : "life.replay.sure";
  return el(
    "div",
    { class: "actions" },
    message.state === "accepted" && el("button", { id: "cancel-message", onclick: cancel }, t("life.cancel")),
    again && el("button", { id: "replay", class: "primary", onclick: wantReplay }, t(state.sure ? sure : "life.replay")),
    !state.revealed && el("button", { id: "reveal", onclick: reveal }, icon("lock"), t("life.reveal")),
  );
}

function body(message) {
  return [
    el("p", { class: "to" }, state.revealed?.to ?? message.to),
    el(
      "div",
      { role: "status" },
      el("p", {}, el("span", { class: `chip ${TONE[message.state]}`, id: "life-state", "data-state": message.state }, stateWord(message.state))),
      el("p", {}, t(`state.${message.state}.means`)),
      message.reason && el("p", { id: "life-reason" }, el("strong", {}, reasonWord(message.reason))),
      besides(message),
    ),
    message.alarm_at && !message.final_at && el("div", { class: "notice" }, icon("alert"), el("div", {}, el("strong", {}, t("life.alarm")), el("p", {}, t("life.alarm.do")))),
    state.failed && problemBox(state.failed.problem, { admin: state.failed.admin }),
    actions(message),
    timeline(state.events),
    facts(message),
  ];
}

export function drawLife() {
  if (!state.id) return;
  const held = document.activeElement?.closest?.("#life [id]")?.id;
  const { message, problem, id } = state;
  dialog.replaceChildren(
    el(
      "div",
      { class: "head" },
      el("h2", { id: "life-title", tabindex: "-1" }, t("life.title")),
      el("button", { class: "quiet square", id: "life-close", "aria-label": t("close"), onclick: closeLife }, icon("close")),
    ),
    el("p", { class: "row id" }, el("code", {}, id), el("button", { class: "quiet square", id: "life-copy", "aria-label": t("life.copy"), onclick: copyId }, icon(state.copied ? "check" : "copy"))),
    ...(problem && !message ? [problemBox(problem, { retry: load })] : message ? body(message) : [el("p", { class: "fine" }, t("loading"))]).filter(Boolean),
  );
  if (held) document.getElementById(held)?.focus();
}

async function copyId() {
  await copy(state.id);
  state.copied = true;
  drawLife();
}

dialog.addEventListener("close", () => {
  follower.stop();
  Object.assign(state, none);
});
dialog.addEventListener("click", (event) => event.target === dialog && closeLife()); // beside it
addEventListener("templateschange", drawLife);
