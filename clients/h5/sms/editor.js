// Making and changing a template. Rules follow the placeholders that stand in the text.

import { call } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { attempt } from "./attempt.js";
import { asProblem, problemBox } from "./problem.js";
import { classWord } from "./reasons.js";

const MOST = 35;
const CLASSES = ["otp", "notice", "marketing"];
const namesIn = (text) => [...new Set([...text.matchAll(/\{([a-z][a-z0-9_]{0,31})\}/g)].map(([, name]) => name))];
const slot = (key, control, hint) =>
  el("div", {}, el("label", { class: "slot" }, el("span", {}, t(`editor.${key}`)), control), hint && el("p", { class: "fine" }, t(hint)));

/** Opens the form, empty or with a template; `done(template)` when it was saved. */
export function openEditor(template, done) {
  const dialog = $("#editor");
  const idempotent = attempt();
  const held = Object.fromEntries((template?.placeholders ?? []).map((it) => [it.name, it]));
  const name = el("input", { name: "name", required: true, maxlength: "64", autocomplete: "off", value: template?.name ?? "" });
  const kind = el("select", { name: "class" }, CLASSES.map((it) => el("option", { value: it, selected: it === (template?.class ?? "otp") }, classWord(it))));
  const signature = el("input", { name: "signature", maxlength: "20", autocomplete: "off", value: template?.signature ?? "" });
  const text = el("textarea", { name: "text", required: true, maxlength: "500", rows: "4", placeholder: template ? null : t("editor.example") }, template?.text ?? "");
  const length = el("p", { class: "fine", role: "status" });
  const rules = el("div", { class: "rules" });
  const trouble = el("div");
  const save = el("button", { class: "primary", id: "editor-save" }, t(template ? "editor.save_change" : "editor.save"));

  function drawRules() {
    keep();
    const units = text.value.replace(/\{\w+\}/g, "").length;
    length.textContent = t("editor.length", { units });
    const names = namesIn(text.value);
    rules.replaceChildren(
      ...(names.length ? [el("h3", {}, t("editor.rules"))] : []),
      ...names.map((it) =>
        el(
          "div",
          { class: "rule", "data-rule": it },
          el("label", { class: "slot" }, el("span", {}, t("editor.most", { name: it })), el("input", { type: "number", min: "1", max: "200", required: true, value: held[it]?.max_length ?? MOST })),
          el("label", { class: "check" }, el("input", { type: "checkbox", checked: held[it]?.links ?? false }), t("editor.links", { name: it })),
        ),
      ),
    );
  }
  /** What was set for a placeholder stays set when the text is edited around it. */
  function keep() {
    for (const rule of rules.querySelectorAll("[data-rule]")) {
      const [most, links] = rule.querySelectorAll("input");
      held[rule.dataset.rule] = { max_length: Number(most.value), links: links.checked };
    }
  }
  function asked() {
    keep();
    const params = Object.fromEntries(namesIn(text.value).map((it) => [it, { max_length: held[it].max_length, links: held[it].links }]));
    const json = { name: name.value.trim(), class: kind.value, text: text.value.trim(), params };
    return signature.value.trim() ? { ...json, signature: signature.value.trim() } : json;
  }
  async function submit(event) {
    event.preventDefault();
    save.disabled = true;
    try {
      const json = asked();
      const saved = template
        ? await call("PATCH", `/v1/sms-send/templates/${template.template_id}`, { json })
        : await call("POST", "/v1/sms-send/templates", { json, headers: idempotent(json) });
      dialog.close();
      done(saved);
    } catch (error) {
      trouble.replaceChildren(problemBox(asProblem(error)));
      save.disabled = false;
    }
  }

  text.addEventListener("input", drawRules);
  dialog.replaceChildren(
    el("h2", { id: "editor-title" }, t(template ? "template.edit" : "template.new")),
    el(
      "form",
      { class: "form", onsubmit: submit },
      slot("name", name, "editor.name_hint"),
      el("div", { class: "slots" }, el("label", { class: "slot" }, el("span", {}, t("life.class")), kind), slot("signature", signature, "editor.signature_hint")),
      slot("text", text, "editor.text_hint"),
      length,
      rules,
      trouble,
      el("div", { class: "actions" }, save, el("button", { type: "button", onclick: () => dialog.close() }, t("cancel"))),
    ),
  );
  drawRules();
  dialog.showModal();
}
