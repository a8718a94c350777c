// One document, and what its reader may do with it now.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { anew } from "./draft.js";
import { paper } from "./paper.js";
import { openSeals } from "./seals.js";
import { sheet } from "./sheet.js";
import { signing, underWay, waiting } from "./sign.js";
import { area, form, slot } from "./slot.js";
import { loadTemplates } from "./templates.js";

const OVER = ["sent_back", "voided", "expired"];

export function document(page) {
  const { role, signs, document } = page.state;
  const { state, next_signer, kind } = document;
  const turn = state === "open" && next_signer === signs;
  const verdict = { complete: "good", sent_back: "bad", voided: "bad", expired: "bad" }[state];
  return [
    page.title(`document.${kind}`, verdict),
    page.trouble(),
    ...(turn ? (underWay(document) ? waiting(page) : []) : []),
    sheet(document),
    ...(turn && !underWay(document) ? signing(page) : []),
    ...(turn && role === "pharmacist" && !underWay(document) ? [ending(page, "send-back")] : []),
    ...(state === "complete" ? paper(page) : []),
    ["doctor", "admin"].includes(role) && ["open", "complete"].includes(state) && ending(page, "void"),
    page.actions(
      role === "doctor" && OVER.includes(state) && page.button("document.anew", () => page.act(async () => {
        await loadTemplates(page);
        Object.assign(page.state, { draft: await anew(document), view: "write", entered: {} });
      }), { class: "primary", id: "anew" }),
      page.button(role === "pharmacist" ? "document.queue" : "rx.back", role === "admin" ? () => openSeals(page) : page.back, { id: "back" }),
    ),
  ];
}

/** Gives it back, or takes it back, with a reason. */
function ending(page, how) {
  const { entered } = page.state;
  const { document_id } = page.state.document;
  const end = async () => {
    page.state.document = await page.ask("POST", `documents/${document_id}/${how}`, { json: { reason: entered[how].trim() } });
    page.state.entered = {};
  };
  return el(
    "details",
    { class: "options", id: how, open: entered[`${how}-open`], ontoggle: (event) => (entered[`${how}-open`] = event.target.open) },
    el("summary", {}, t(`end.${how}`)),
    form(page, end,
      slot(page, `${how}-reason`, t("end.reason"), area(entered, how, { rows: "2", required: true, minlength: "4", maxlength: "200" }), t(`end.${how}.why`)),
      page.actions(el("button", { id: `${how}-do` }, t(`end.${how}.do`)))),
  );
}
