// What a verification found, point by point, in words.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { longTime } from "../sms/time.js";

/** The verdict of a report: of a document also whether it still counts. */
export function verdictOf({ report, state, over, refused }) {
  if (refused || !report.valid) return { kind: "bad", words: refused || report.signatures.length ? "verdict.bad" : "verdict.none" };
  if (state === "complete" && over) return { kind: "bad", words: "verdict.over" };
  if (!state || state === "complete") return { kind: "good", words: "verdict.good" };
  return state === "open" ? { kind: "wait", words: "verdict.open" } : { kind: "bad", words: `verdict.${state}` };
}

export function report(found) {
  const { kind, words } = verdictOf(found);
  return el(
    "div",
    { class: `report ${kind}`, "data-verdict": kind },
    el("h3", { class: `verdict ${kind}` }, icon({ good: "check", bad: "alert", wait: "clock" }[kind]), el("span", {}, t(words))),
    found.name && el("p", { class: "fine" }, found.name),
    el("p", {}, found.refused ?? t(`${words}.why`)),
    found.report && el("ul", { class: "signed" }, found.report.signatures.map(signature)),
  );
}

/** The subject's common name, out of a text like `CN=..., O=...`. */
const named = (subject) => /(?:^|[,+/]\s*)CN=([^,+/]+)/.exec(subject ?? "")?.[1] ?? subject;

function signature({ role, valid, signer, signed_at, points }) {
  return el(
    "li",
    { "data-valid": String(valid) },
    el("h4", {}, `${t(role ? `role.${role}` : "report.signature")} ${named(signer) ?? ""}`),
    signed_at && el("p", { class: "fine" }, t("report.at", { at: longTime(signed_at) })),
    el("ul", { class: "points" }, points.map(({ point, ok, code, detail }) =>
      el("li", { class: ok ? "ok" : "failed", "data-point": point },
        icon(ok ? "check" : "alert"),
        el("span", {}, t(`point.${point}`), " ", t(ok ? "point.ok" : "point.failed"),
          !ok && el("span", { class: "fine" }, ` ${detail} (${code})`))))),
  );
}
