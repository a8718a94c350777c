// A doctor writes a document about a patient, of one kind or another.

import { $, el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { attempt } from "../sms/attempt.js";
import { content } from "./draft.js";
import { KINDS, begin, textOf } from "./kinds.js";
import { paragraphs } from "./paragraphs.js";
import { prescription } from "./prescription.js";
import { area, form, radios, slot, text } from "./slot.js";
import { templates } from "./templates.js";

const idempotent = attempt();

export function write(page) {
  const { draft } = page.state;
  const prescribed = draft.kind === "prescription";
  const follow = () => {
    begin(draft);
    page.state.problem = null;
    page.show();
    $("[name=kind]:checked").focus();
  };
  return [
    page.title(draft.previous ? "write.anew" : "write.title"),
    page.trouble(),
    // A version is of the kind of the one before.
    !draft.previous && radios(draft, "kind", "write.kind", KINDS.map((kind) => [kind, t(`document.${kind}`)]), follow),
    prescribed && templates(page),
    form(
      page,
      () => send(page),
      el("h3", {}, t("write.patient")),
      slot(page, "patient", t("field.patient"), area(draft, "patient", { rows: "2", required: true, maxlength: "2048", class: "code" }), t("write.patient.why")),
      el("div", { class: "slots" },
        slot(page, "visit_id", t("field.visit_id"), text(draft, "visit_id", { required: true, maxlength: "64" })),
        slot(page, "department", t("field.department"), text(draft, "department", { maxlength: "40" }))),
      ...(prescribed ? prescription : paragraphs)(page, draft),
      page.actions(
        el("button", { class: "primary", id: "submit" }, t("write.send")),
        page.button("rx.back", page.back, { id: "back" }),
      ),
    ),
  ];
}

async function send(page) {
  const { draft } = page.state;
  const { kind, visit_id, patient, previous } = draft;
  const said = kind === "prescription" ? content(draft) : textOf(draft);
  const json = { kind, visit_id: visit_id.trim(), patient: patient.trim(), content: said, previous: previous ?? undefined };
  const headers = idempotent(json);
  const document = await page.ask("POST", "documents", { json, headers });
  idempotent.done();
  Object.assign(page.state, { document, draft: null, view: "document" });
}
