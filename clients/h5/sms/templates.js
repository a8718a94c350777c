// The templates with their review.

import { call } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { readTemplates, templates } from "./book.js";
import { openEditor } from "./editor.js";
import { emptyBox } from "./outbox.js";
import { openPreview } from "./preview.js";
import { asProblem, problemBox } from "./problem.js";
import { TONE, classWord, reviewWord } from "./reasons.js";
import { use } from "./send.js";
import { shortTime } from "./time.js";

const state = { read: false, problem: null, said: null };

async function load() {
  try {
    await readTemplates();
    Object.assign(state, { read: true, problem: null });
  } catch (error) {
    state.problem = asProblem(error);
  }
  draw();
}

/** Says what was done, in words of the language that is chosen then. */
function saved(key, values) {
  state.said = () => t(key, typeof values === "function" ? values() : values);
  load();
}

/** The text with its placeholders marked. */
const marked = (text) => text.split(/(\{\w+\})/).map((piece) => (/^\{\w+\}$/.test(piece) ? el("mark", {}, piece) : piece));

function card(template) {
  const { template_id, name, signature, text, review, note, updated_at } = template;
  const button = (key, onclick, more = {}) => el("button", { onclick, "aria-label": `${t(`template.${key}`)} ${name}`, "data-do": key, ...more }, t(`template.${key}`));
  const edit = () => openEditor(template, (done) => saved("template.saved", { name: done.name }));
  return el(
    "li",
    { class: "template", "data-id": template_id, "data-review": review },
    el("div", { class: "head" }, el("h3", { lang: "zh-CN" }, name), el("span", { class: `chip ${TONE[review]}` }, reviewWord(review))),
    el("p", { class: "bubble", lang: "zh-CN" }, `【${signature}】`, marked(text)),
    note && el("p", { class: "fine" }, t("template.note"), " ", el("span", { lang: "zh-CN" }, note)),
    el("p", { class: "fine" }, `${classWord(template.class)} · ${t("template.changed", { time: shortTime(updated_at) })} · `, el("code", {}, template_id)),
    el(
      "div",
      { class: "buttons" },
      review === "approved" && button("use", () => use(template_id)),
      button("preview", () => openPreview(template)),
      button("edit", edit),
      review !== "approved" && button("approve", () => askReview(template, "approved")),
      review !== "rejected" && button("reject", () => askReview(template, "rejected")),
    ),
  );
}

/** A verdict with a note; only a person with the role may give one. */
function askReview(template, review) {
  const { template_id, name } = template;
  const dialog = $("#ask");
  const verdict = t(review === "approved" ? "template.approve" : "template.reject");
  const note = el("textarea", { id: "review-note", maxlength: "200", rows: "3" });
  const trouble = el("div");
  const send = el("button", { class: "primary", id: "review-send" }, verdict);
  async function give(event) {
    event.preventDefault();
    send.disabled = true;
    try {
      const json = note.value.trim() ? { review, note: note.value.trim() } : { review };
      await call("POST", `/v1/sms-send/templates/${template_id}/review`, { json });
      dialog.close();
      saved("template.reviewed", () => ({ name, review: reviewWord(review) }));
    } catch (error) {
      trouble.replaceChildren(problemBox(asProblem(error), { admin: true }));
      send.disabled = false;
    }
  }
  dialog.replaceChildren(
    el("h2", { id: "ask-title" }, t("review.title", { verdict, name })),
    el(
      "form",
      { onsubmit: give },
      el("label", { class: "slot" }, el("span", {}, t("review.note")), note),
      trouble,
      el("div", { class: "actions" }, send, el("button", { type: "button", onclick: () => dialog.close() }, t("cancel"))),
    ),
  );
  dialog.showModal();
}

export function draw() {
  const place = $("#templates");
  if (state.problem) place.replaceChildren(problemBox(state.problem, { retry: load }));
  else if (!state.read) place.replaceChildren(el("p", { class: "fine" }, t("loading")));
  else if (templates().length) place.replaceChildren(el("ul", { class: "cards" }, templates().map(card)));
  else place.replaceChildren(emptyBox("template.empty"));
  $("#templates-status").textContent = state.said?.() ?? "";
}

export function show() {
  state.said = null;
  load();
}

// What was in a dialog is gone with it.
for (const dialog of [$("#ask"), $("#editor")]) dialog.addEventListener("close", () => dialog.replaceChildren());
$("#new-template").addEventListener("click", () => openEditor(null, (done) => saved("template.saved", { name: done.name })));
