// A complete document on paper: a link that opens the PDF for a while, and what its signatures prove.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { verifyFile } from "./verify.js";
import { report } from "./report.js";
import { shortTime } from "../sms/time.js";

export function paper(page) {
  const { state, ask } = page;
  const { document_id: id } = state.document;
  return [
    el("h3", {}, t("paper.title")),
    state.link
      ? el("p", { class: "links" }, el("a", { class: "go", id: "pdf", href: state.link.url, target: "_blank", rel: "noopener" }, t("paper.open")), el("span", { class: "fine" }, ` ${t("paper.until", { until: shortTime(state.link.expires_at) })}`), el("a", { id: "verification", href: state.link.verification }, t("paper.verification")))
      : el("p", { class: "fine" }, t("paper.why")),
    page.actions(
      page.button("paper.link", () => page.act(async () => { state.link = await ask("POST", `documents/${id}/links`, { json: {} }); }), { class: state.link ? null : "primary", id: "link" }),
      page.button("paper.verify", () => page.act(async () => { state.report = await verifyFile(await ask("GET", `documents/${id}/pdf`)); }), { id: "check" }),
    ),
    state.report && report(state.report),
  ];
}
