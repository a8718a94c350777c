// A text as the phone will show it, with what it costs: the fields of a template's placeholders, and the bubble.

import { call } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { asProblem, problemBox } from "./problem.js";

const SINGLE = 70;
const JOINED = 67;

/** As carriers count: UTF-16 units. */
export const partsOf = (units) => (units <= SINGLE ? 1 : Math.ceil(units / JOINED));

export function bubble(text, { length, parts, about = false }) {
  return [
    el("p", { class: "bubble", lang: "zh-CN" }, text),
    el("p", { class: "size" }, t(about ? "preview.about" : "preview.size", { units: length, parts })),
    el("p", { class: "fine" }, t("preview.rule")),
  ];
}

/** A field for each placeholder; `prefix` keeps ids apart, `held` are values to begin with. */
export function paramFields(template, held = {}) {
  return template.placeholders.map(({ name, max_length }) =>
    el(
      "label",
      { class: "slot" },
      el("span", {}, el("code", {}, name)),
      el("input", { "data-param": name, maxlength: max_length, autocomplete: "off", required: true, value: held[name] ?? "" }),
    ),
  );
}

/** What the fields hold: `{name: value}`. */
export const paramsIn = (root) =>
  Object.fromEntries([...root.querySelectorAll("[data-param]")].map(({ dataset, value }) => [dataset.param, value]));

/** Shows a template, filled by the service, in `place`; of several askings the last wins. */
export function previewer(place) {
  let work = null;
  let wait = 0;
  async function ask(template, params) {
    work?.abort();
    const mine = (work = new AbortController());
    try {
      const path = `/v1/sms-send/templates/${template.template_id}/preview`;
      const shown = await call("POST", path, { json: { params }, signal: mine.signal });
      if (mine === work) place.replaceChildren(...bubble(shown.text, shown));
    } catch (error) {
      if (mine === work) place.replaceChildren(problemBox(asProblem(error), { retry: () => ask(template, params) }));
    }
  }
  return {
    show(template, params) {
      clearTimeout(wait);
      const missing = Object.values(params).some((value) => value.trim() === "");
      if (missing) {
        work?.abort();
        work = null;
        place.replaceChildren(el("p", { class: "bubble pale", lang: "zh-CN" }, `【${template.signature}】${template.text}`), el("p", { class: "fine" }, t("preview.missing")));
      } else wait = setTimeout(() => ask(template, params), 250);
    },
    clear() {
      clearTimeout(wait);
      work?.abort();
      work = null;
      place.replaceChildren(el("p", { class: "fine" }, t("preview.empty")));
    },
  };
}

/** A dialog that fills a template without sending it. */
export function openPreview(template) {
  const dialog = $("#ask");
  const place = el("div", { "aria-live": "polite" });
  const fields = el("div", { class: "slots" }, paramFields(template));
  const preview = previewer(place);
  const look = () => preview.show(template, paramsIn(fields));
  fields.addEventListener("input", look);
  dialog.replaceChildren(
    el("h2", { id: "ask-title" }, t("preview.of", { name: template.name })),
    fields,
    place,
    el("div", { class: "actions" }, el("button", { type: "button", onclick: () => dialog.close() }, t("close"))),
  );
  look();
  dialog.showModal();
}
