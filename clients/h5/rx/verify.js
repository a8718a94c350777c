// Anybody: what the code on a sheet opens, and a PDF held against the hospital's roots. Nobody signs in for it.

import { call } from "../lib/api.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { signedIn } from "../lib/session.js";
import { longTime } from "../sms/time.js";
import { report } from "./report.js";

export const verify = (page) => {
  const { state } = page;
  const { shown } = state.report ?? {};
  return [
    page.title("verify.title"),
    page.trouble(),
    state.busy && el("p", { role: "status" }, t("verify.wait")),
    state.report && report(state.report),
    shown && el("dl", {}, [
      ["verify.hospital", shown.hospital], ["verify.kind", t(`document.${shown.kind}`)], ["sheet.patient", shown.patient], ["sheet.author", shown.author],
      ...(shown.valid_until ? [["verify.until", longTime(shown.valid_until)]] : []),
      ["verify.id", shown.document_id], ["verify.digest", shown.digest],
    ].flatMap(([key, value]) => [el("dt", {}, t(key)), el("dd", {}, value)])),
    el("h3", {}, t("verify.file")),
    el("p", { class: "fine" }, t("verify.file.why")),
    el("label", { for: "file" }, t("verify.choose")),
    el("input", { type: "file", id: "file", accept: "application/pdf,.pdf", onchange: ({ target: { files: [file] } }) => file && page.act(async () => {
      state.report = null;
      state.report = { ...(await verifyFile(file)), name: file.name };
    }) }),
    page.actions(page.button(signedIn() ? "rx.back" : "verify.signin", () => leave(page), { class: "quiet", id: "back" })),
  ];
};

/** What the code on paper opens. */
export const loadVerification = (page) => {
  const { verify: secret } = page.state.route;
  if (!secret) return page.show();
  return page.act(async () => {
    const shown = await call("GET", `/v1/ca-sign/verifications/${encodeURIComponent(secret)}`);
    page.state.report = { report: shown.report, state: shown.state, over: shown.over, shown };
  });
};

/** The report of a PDF; one that cannot be trusted as a whole is told as that. */
export async function verifyFile(file) {
  try {
    return { report: await call("POST", "/v1/ca-sign/verify", { body: file, headers: { "content-type": "application/pdf" } }) };
  } catch (error) {
    if (error.status !== 422) throw error;
    return { refused: error.detail };
  }
}

function leave(page) {
  history.replaceState(null, "", location.pathname);
  if (signedIn()) return page.back();
  page.go("list", { route: {} });
}
