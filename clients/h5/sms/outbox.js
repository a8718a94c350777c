// The list of messages: filtered, paged, kept fresh while something in it is under way.

import { call } from "../lib/api.js";
import { $, el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { templateName } from "./book.js";
import { poll } from "./poll.js";
import { asProblem, problemBox } from "./problem.js";
import { STATES, TONE, carrierWord, classWord, reasonWord, stateWord, underWay } from "./reasons.js";
import { rfc3339, shortTime } from "./time.js";

const PAGE = 20;
/** `cursors` lead to the pages up to the one shown; the first has none. */
const state = { items: null, next: null, cursors: [null], problem: null, at: null };
const refresher = poll(() => load());
let work = null;

function query() {
  const form = new FormData($("#filters"));
  const asked = new URLSearchParams({ limit: PAGE });
  for (const name of ["state", "client_ref", "to"]) if (form.get(name)?.trim()) asked.set(name, form.get(name).trim());
  for (const name of ["from", "until"]) if (form.get(name)) asked.set(name, rfc3339(form.get(name)));
  return asked;
}

/** Reads the page that is shown; resolves to whether it will change by itself. */
async function load() {
  work?.abort();
  const mine = (work = new AbortController());
  const asked = query();
  const cursor = state.cursors.at(-1);
  if (cursor) asked.set("cursor", cursor);
  $("#panel-outbox").setAttribute("aria-busy", "true");
  try {
    const page = await call("GET", `/v1/sms-send/messages?${asked}`, { signal: mine.signal });
    Object.assign(state, { items: page.items, next: page.next_cursor ?? null, problem: null, at: new Date() });
  } catch (error) {
    if (mine !== work) return false; // another look took its place
    Object.assign(state, { problem: asProblem(error), items: null });
  }
  if (mine !== work) return false;
  $("#panel-outbox").setAttribute("aria-busy", "false");
  draw();
  return !state.problem && state.items.some((message) => underWay(message) && !waits(message));
}

/** From the first page on, with the filters as they are. */
function anew() {
  state.cursors = [null];
  refresh();
}

async function refresh() {
  refresher.stop();
  if (await load()) refresher.start();
}

function turn(cursors) {
  state.cursors = cursors;
  refresh().then(() => $("#outbox-title").focus());
}

/** Its time is still to come. */
const waits = ({ state, send_at }) => state === "accepted" && new Date(send_at) - Date.now() > 60_000;

function row(message) {
  const { message_id, client_ref, to, carrier, template_id, gateway, reason, created_at, send_at, alarm_at, final_at } = message;
  const why = waits(message) ? t("outbox.scheduled", { time: shortTime(send_at) }) : reason && reasonWord(reason);
  return el(
    "li",
    {},
    el(
      "a",
      { class: "message", href: `#${message_id}`, "data-state": message.state },
      el("span", { class: `chip ${TONE[message.state]}` }, stateWord(message.state)),
      el("strong", { class: "to" }, to, el("span", { class: "fine" }, ` ${carrierWord(carrier)}`)),
      el("span", { class: "what" }, classWord(message.class), " · ", el("span", { lang: template_id && "zh-CN" }, template_id ? templateName(template_id) : t("outbox.free"))),
      alarm_at && !final_at
        ? el("span", { class: "why alarm" }, icon("alert"), t("outbox.alarm"))
        : el("span", { class: "why fine" }, why ?? ""),
      el("span", { class: "ref fine" }, client_ref ?? ""),
      el("span", { class: "via fine" }, gateway ?? ""),
      el("time", { class: "fine", datetime: created_at }, shortTime(created_at)),
    ),
  );
}

export const emptyBox = (key) =>
  el("div", { class: "empty" }, icon("inbox"), el("h3", {}, t(key)), el("p", { class: "fine" }, t(`${key}.do`)));

export function draw() {
  const chosen = $("#states").value;
  $("#states").replaceChildren(
    el("option", { value: "" }, t("filter.all")),
    ...STATES.map((name) => el("option", { value: name }, stateWord(name))),
  );
  $("#states").value = chosen; // not the attribute, which the reset button would go back to
  const held = document.activeElement?.closest?.("#messages a")?.getAttribute("href");
  const list = $("#messages");
  if (state.problem) list.replaceChildren(problemBox(state.problem, { retry: refresh }));
  else if (!state.items) list.replaceChildren(el("p", { class: "fine" }, t("loading")));
  else if (state.items.length) list.replaceChildren(el("ul", { class: "messages" }, state.items.map(row)));
  else list.replaceChildren(emptyBox([...query().keys()].length > 1 ? "outbox.none" : "outbox.empty"));
  if (held) $(`#messages a[href="${held}"]`)?.focus();
  $("#pages").hidden = !state.items || (state.cursors.length === 1 && !state.next);
  $("#newer").disabled = state.cursors.length === 1;
  $("#older").disabled = !state.next;
  $("#page-number").textContent = t("page.number", { n: state.cursors.length });
  const time = state.at && t("outbox.updated", { time: shortTime(state.at) });
  $("#outbox-status").textContent = time ?? "";
}

export function show() {
  refresh();
}

export function hide() {
  refresher.stop();
  work?.abort();
}

$("#more").open = matchMedia("(min-width: 900px)").matches;
$("#refresh").addEventListener("click", refresh);
$("#newer").addEventListener("click", () => turn(state.cursors.slice(0, -1)));
$("#older").addEventListener("click", () => turn([...state.cursors, state.next]));
$("#filters").addEventListener("submit", (event) => {
  event.preventDefault();
  anew();
});
$("#states").addEventListener("change", anew);
$("#filters").addEventListener("reset", () => setTimeout(anew)); // the fields are empty after the event
addEventListener("templateschange", draw);
