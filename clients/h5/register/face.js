// The face: consent, a challenge before the camera, the comparison with the card; or a person instead.

import { film } from "../face/recorder.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { ask, fresh } from "../lib/session.js";

/** Changes with the words `consent.text`. */
const VERSION = "2026-11";

const path = ({ identity }, step) => `identity/${identity.case_id}/${step}`;

const byPerson = (page) =>
  page.button("face.manual", () => page.act(async () => { page.state.identity = await ask("POST", path(page.state, "document")); }), { class: "quiet", id: "manual" });

export const consent = (page) => [
  page.title("face.consent"),
  el("p", { class: "text", id: "consent" }, t("consent.text")),
  page.trouble(),
  page.actions(
    page.button("consent.agree", () => page.act(async () => {
      await ask("POST", "me/consents", { json: { what: "face", version: VERSION }, headers: fresh() });
      page.state.consented = true;
    }), { class: "primary", id: "agree" }),
    byPerson(page),
  ),
];

export const liveness = (page) => {
  const { identity, problem } = page.state;
  const again = problem !== null || identity.failure;
  return [
    page.title("face.ready"),
    page.trouble() ?? el("ul", {}, ["room", "light", "alone"].map((tip) => el("li", {}, t(`face.ready.${tip}`)))),
    again && el("p", { class: "fine" }, t("face.left", { count: identity.tries_left.liveness })),
    page.actions(page.button(again ? "face.again" : "face.start", () => page.act(() => check(page.state)), { class: "primary", id: "record" }), byPerson(page)),
  ];
};

async function check(state) {
  const filmed = await film({
    challenge: (signal) => ask("POST", path(state, "liveness"), { signal }),
    send: (body, signal) => ask("POST", path(state, "liveness/frames"), { body, signal }),
  });
  if (filmed) state.identity = filmed;
}

export const compare = (page) => [
  page.title("compare.title"),
  page.trouble() ?? el("p", { role: "status" }, t("compare.wait")),
  page.state.problem && page.actions(page.button("face.again", () => compare.run(page), { class: "primary" })),
];
compare.run = ({ act, state }) => act(async () => { state.identity = await ask("POST", path(state, "compare")); });

export const document = (page) => [
  page.title("document.title"),
  el("p", {}, t("document.why")),
  page.trouble(),
  page.actions(page.button("document.on", () => page.act(async () => { page.state.identity = await ask("POST", path(page.state, "document")); }), { class: "primary", id: "manual" })),
];
