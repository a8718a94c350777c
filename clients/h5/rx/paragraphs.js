// What a report, a consent or a record of a consultation says: a title, and paragraphs below it.

import { $, el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { area, note, slot, text } from "./slot.js";

const MOST = 50;

export const paragraphs = (page, draft) => [
  slot(page, "title", t("field.title"), text(draft, "title", { required: true, maxlength: "40" })),
  el("h3", {}, t("field.paragraphs")),
  note(page.state, "paragraphs"),
  el("ol", {}, draft.paragraphs.map((_, index) => paragraph(page, draft, index))),
  draft.paragraphs.length < MOST && el("button", { type: "button", class: "quiet", id: "f-paragraphs", onclick: () => add(page, draft) }, icon("plus"), t("paragraph.add")),
];

function paragraph(page, draft, index) {
  const said = draft.paragraphs[index];
  const remove = () => {
    draft.paragraphs.splice(index, 1);
    page.state.problem = null;
    page.show();
    $("#f-paragraphs").focus();
  };
  const number = index + 1;
  return el(
    "li",
    { class: "item" },
    el("div", { class: "head" },
      el("h4", {}, t("paragraph.number", { number })),
      draft.paragraphs.length > 1 && el("button", { type: "button", class: "quiet square", "aria-label": t("paragraph.remove", { number }), onclick: remove }, icon("close"))),
    slot(page, `paragraphs[${index}].heading`, t("paragraph.heading"), text(said, "heading", { maxlength: "80" })),
    slot(page, `paragraphs[${index}].text`, t("paragraph.text"), area(said, "text", { rows: "4", required: true, maxlength: "4000" })),
  );
}

function add(page, draft) {
  draft.paragraphs.push({ heading: "", text: "" });
  page.show();
  $(`#f-paragraphs-${draft.paragraphs.length - 1}-heading`).focus();
}
