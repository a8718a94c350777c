// Sending one message to see what happens, with a look at it before.

import { call } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { attempt } from "./attempt.js";
import { readTemplates, templates } from "./book.js";
import { bubble, paramFields, paramsIn, partsOf, previewer } from "./preview.js";
import { asProblem, problemBox } from "./problem.js";

const form = $("#panel-send");
const fields = $("#send-params");
const preview = previewer($("#send-preview"));
const idempotent = attempt();
const state = { problem: null, chosen: null, said: null };

const byTemplate = () => form.elements.content.value === "template";
const usable = () => templates().filter(({ review }) => review === "approved");
const template = () => usable().find(({ template_id }) => template_id === state.chosen) ?? null;

/** The signature is the service's matter: only what the text itself begins with is known here. */
function textBubble(text) {
  const signed = /^【[^】]+】/.test(text);
  const shown = signed ? text : `【${t("preview.signature")}】${text}`;
  const length = text.length;
  return bubble(shown, { length, parts: partsOf(signed ? length : length + 6), about: !signed });
}

function look() {
  if (byTemplate()) return template() ? preview.show(template(), paramsIn(fields)) : preview.clear();
  preview.clear();
  const text = form.elements.text.value.trim();
  if (text) $("#send-preview").replaceChildren(...textBubble(text));
}

function drawFields() {
  // Drawn for another template or other placeholders only: somebody may be typing.
  const now = JSON.stringify([template()?.template_id, template()?.placeholders]);
  if (fields.dataset.of !== now) fields.replaceChildren(...(template() ? paramFields(template(), paramsIn(fields)) : []));
  fields.dataset.of = now;
  look();
}

function order() {
  const to = form.elements.to.value.replace(/[\s-]/g, "");
  if (byTemplate()) return { to, template_id: state.chosen ?? "", params: paramsIn(fields) };
  return { to, text: form.elements.text.value.trim(), class: form.elements.class.value };
}

async function send(event) {
  event.preventDefault();
  const button = $("#send-button");
  if (button.disabled) return;
  button.disabled = true;
  Object.assign(state, { problem: null, said: () => t("send.sending") });
  draw();
  const json = order();
  try {
    const accepted = await call("POST", "/v1/sms-send/messages", { json, headers: idempotent(json) });
    idempotent.done(); // the next one is another, even if it says the same
    const [id] = accepted.message_ids;
    state.said = () => t("send.accepted", { id });
    location.hash = id;
  } catch (error) {
    Object.assign(state, { problem: asProblem(error), said: null });
  }
  button.disabled = false;
  draw();
}

/** Only what belongs to the chosen kind of content is asked for. */
function drawKind() {
  $("#by-template").hidden = !byTemplate();
  $("#by-text").hidden = byTemplate();
  form.elements.text.required = !byTemplate();
  form.elements.template_id.required = byTemplate();
}

export function draw() {
  const options = usable().map((it) => el("option", { value: it.template_id, selected: it.template_id === state.chosen, lang: "zh-CN" }, it.name));
  $("#usable").replaceChildren(el("option", { value: "" }, t(options.length ? "send.choose" : "send.no_template")), ...options);
  $("#class-hint").textContent = t(`class.${form.elements.class.value}.means`);
  $("#send-status").textContent = state.said?.() ?? "";
  $("#send-problem").replaceChildren(...(state.problem ? [problemBox(state.problem, { retry: () => form.requestSubmit() })] : []));
  drawKind();
  drawFields();
}

/** Opens the form with a template chosen. */
export function use(id) {
  state.chosen = id;
  form.elements.content.value = "template";
  location.hash = "send";
}

export function show() {
  state.problem = null;
  draw();
  readTemplates().catch((error) => {
    state.problem = asProblem(error);
    draw();
  });
}

form.addEventListener("submit", send);
form.addEventListener("input", (event) => {
  if (event.target.name === "text" || event.target.dataset.param) look();
});
form.addEventListener("change", (event) => {
  if (event.target.name === "content") drawKind();
  if (event.target.name === "template_id") state.chosen = event.target.value;
  if (event.target.name === "class") $("#class-hint").textContent = t(`class.${event.target.value}.means`);
  if (["content", "template_id"].includes(event.target.name)) drawFields();
});
addEventListener("templateschange", draw);
