// The local authority, which is for development: a signer decides here what a licensed one would ask on its own pages.

import { call } from "../lib/api.js";
import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { all } from "./pages.js";
import { area, slot } from "./slot.js";
import { sheet } from "./sheet.js";

/** Whether this is the document whose signature the link decides; invitations are shown to their signer alone. */
const isMeant = ({ route }) => ({ signatures }) => signatures.some(({ invitation }) => invitation?.endsWith(`#approve=${route.approve}`));

/** The open documents up to that one. */
export const upToMeant = async ({ state, ask }) => ({
  items: state.role === "patient" ? [] : await all(ask, `documents?state=open&limit=100${state.role === "admin" ? "&next_signer=hospital" : ""}`, isMeant(state)),
});

export function approve(page) {
  const { state } = page;
  const notice = el("p", { class: "notice" }, icon("alert"), el("span", {}, t("approve.development")));
  const document = state.documents.items.find(isMeant(state));
  if (state.role === "patient" || !document) {
    return [page.title("approve.none", "wait"), notice, page.trouble(), el("p", {}, t("approve.none.why")), page.actions(page.button("rx.back", () => leave(page), { id: "back" }))];
  }
  return [
    page.title("approve.title"),
    notice,
    page.trouble(),
    el("p", {}, t("approve.what", { title: `${document.kind} ${document.document_id}` })),
    sheet(document),
    slot(page, "approve-reason", t("approve.reason"), area(state.entered, "reason", { rows: "2", maxlength: "200" }), t("approve.reason.why")),
    page.actions(
      page.button("approve.yes", () => decide(page, document, "approve"), { class: "primary", id: "yes" }),
      page.button("approve.no", () => decide(page, document, "refuse"), { id: "no" }),
      page.button("rx.back", () => leave(page), { class: "quiet", id: "back" }),
    ),
  ];
}

const decide = (page, { document_id }, decision) =>
  page.act(async () => {
    const { state, ask } = page;
    const json = { job: state.route.approve, decision, reason: state.entered.reason?.trim() ?? "" };
    await call("POST", "/v1/ca-sign/callbacks/local", { json });
    history.replaceState(null, "", location.pathname);
    Object.assign(state, { document: await ask("GET", `documents/${document_id}`), view: "document", route: {}, entered: {} });
  });

function leave(page) {
  history.replaceState(null, "", location.pathname);
  page.back();
}
