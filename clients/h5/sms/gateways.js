// How the gateways are, and whether anything is really sent.

import { call } from "../lib/api.js";
import { $, el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { shortTime } from "./time.js";

let gateways = [];

export async function loadGateways() {
  try {
    gateways = (await call("GET", "/v1/sms-send/gateways")).items;
  } catch {
    gateways = []; // the parts of the page tell what is wrong
  }
  drawGateways();
}

function health({ name, closed_until, failures, stray_receipts }) {
  const said = [
    closed_until ? t("gateways.closed", { time: shortTime(closed_until) }) : failures > 0 && t("gateways.failures", { n: failures }),
    stray_receipts > 0 && t("gateways.stray", { n: stray_receipts }),
  ].filter(Boolean);
  const tone = closed_until ? "bad" : said.length ? "warn" : "good";
  return el(
    "li",
    { class: `chip ${tone}`, "data-gateway": name },
    icon(tone === "good" ? "check" : "alert"),
    `${name} · ${said.join(" · ") || t("gateways.good")}`,
  );
}

export function drawGateways() {
  const sandbox = gateways.length > 0 && gateways.every(({ name }) => name === "sandbox");
  $("#sandbox-only").hidden = !sandbox;
  $("#gateways").replaceChildren(
    ...(gateways.length
      ? [
          el("div", { class: "health" }, el("h2", { class: "fine" }, t("gateways.title")), el("ul", {}, gateways.map(health))),
          sandbox ? el("p", { class: "notice", id: "nothing-sent" }, icon("alert"), t("gateways.sandbox")) : "",
        ]
      : []),
  );
}
