// An authorisation for the shift: given once with the pin, then signatures need nothing more until it ends.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { fresh } from "../lib/session.js";
import { shortTime } from "../sms/time.js";
import { loadShift } from "./list.js";
import { choice, form, slot, text } from "./slot.js";

const HOUR_MS = 3_600_000;
/** What a person may approve at once, and what an administrator for the hospital's seal. */
const PERSON = { title: "shift.title", why: "shift.why", hours: [1, 2, 4, 8, 12], usual: { hours: "8", most: "100" }, most: "500" };
const SEAL = { title: "shift.seal", why: "shift.seal.why", hours: [24, 24 * 30, 24 * 365], usual: { hours: "8760", most: "100000" }, most: "10000000" };

export function shift(page) {
  const { entered, authorisations, signs } = page.state;
  const { title, why, hours, usual, most } = signs === "hospital" ? SEAL : PERSON;
  entered.hours ??= usual.hours;
  entered.most ??= usual.most;
  const long = (hours) => (hours < 24 ? t("shift.for", { hours }) : t("shift.days", { days: hours / 24 }));
  return [
    page.title(title),
    el("p", {}, t(why)),
    page.trouble(),
    authorisations.length > 0 && el("ul", { class: "documents" }, authorisations.map((given) => row(page, given))),
    form(
      page,
      () => give(page),
      el("h3", {}, t("shift.new")),
      el("div", { class: "slots" },
        slot(page, "hours", t("shift.hours"), choice(entered, "hours", hours.map((hours) => [String(hours), long(hours)]))),
        slot(page, "most", t("shift.most"), text(entered, "most", { type: "number", min: "1", max: most, required: true, inputmode: "numeric" }))),
      slot(page, "pin", t("sign.pin"), text(entered, "pin", { type: "password", inputmode: "numeric", maxlength: "64" }), t("shift.pin")),
      page.actions(el("button", { class: "primary", id: "give" }, t("shift.give")), page.button("rx.back", page.back, { id: "back" })),
    ),
  ];
}

const row = (page, { authorisation_id: id, state, until, most, used, invitation }) =>
  el(
    "li",
    { class: "given", "data-authorisation": state },
    el("span", { class: `chip ${state === "active" ? "good" : "plain"}` }, t(`authorisation.${state}`)),
    el("span", {}, t("shift.used", { used, most, until: shortTime(until) })),
    invitation && state === "pending" && el("a", { href: invitation }, t("sign.open")),
    ["active", "pending"].includes(state) && page.button("shift.end", () => page.act(async () => {
      await page.ask("DELETE", `signers/${page.state.signer.signer_id}/authorisations/${id}`);
      await loadShift(page);
    }), { "data-end": id }),
  );

async function give(page) {
  const { state, ask } = page;
  const { hours, most, pin } = state.entered;
  // A minute less, so that a clock that is ahead does not ask for too long.
  const until = new Date(Date.now() + hours * HOUR_MS - 60_000).toISOString();
  state.entered = { hours, most };
  await ask("POST", `signers/${state.signer.signer_id}/authorisations`, { json: { until, most: Number(most), ...(pin && { pin }) }, headers: fresh() });
  await loadShift(page);
}
