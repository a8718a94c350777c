// What was read, for the patient to check; what is changed is sent as a correction.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { ask } from "../lib/session.js";
import { card } from "./card.js";

const FIELDS = ["name", "id_number", "ethnicity", "address", "issuing_authority", "valid_until"];
/** A card that never ends, as the interface calls it. */
const LONG_TERM = "long_term";
/** Below it a field should be looked at. */
const SURE = 0.8;
/** The side that is photographed again, if one is. */
let retaken = null;

export const confirm = (page) => {
  const { read } = page.state.identity;
  if (retaken) return [...card(retaken, () => (retaken = null))(page), page.actions(page.button("confirm.back", () => retake(page, null), { class: "quiet" }))];
  const shown = FIELDS.filter((name) => name in read.fields);
  return [
    page.title("confirm.title"),
    el("p", {}, t("confirm.why")),
    page.trouble(),
    el(
      "form",
      { onsubmit: (event) => { event.preventDefault(); const { elements } = event.target; page.act(() => send(page, shown, elements)); } },
      shown.flatMap((name) => field(read, name)),
      page.actions(
        el("button", { class: "primary", id: "right" }, t("confirm.right")),
        page.button("confirm.front", () => retake(page, "front"), { class: "quiet", id: "again-front" }),
        page.button("confirm.back_side", () => retake(page, "back"), { class: "quiet", id: "again-back" }),
      ),
    ),
  ];
};

function field(read, name) {
  const doubt = (read.confidence[name] ?? 1) < SURE || name in read.findings;
  const id = `field-${name}`;
  return [
    el("label", { for: id }, t(`field.${name}`)),
    el("input", {
      id, name, value: shownAs(read.fields[name]), required: true, autocomplete: "off", spellcheck: "false", class: doubt ? "doubt" : null,
      maxlength: name === "address" ? "200" : "80", "aria-describedby": doubt ? `${id}-note` : null,
    }),
    doubt && el("p", { class: "note", id: `${id}-note` }, icon("alert"), t("sure.low")),
  ].filter(Boolean);
}

const shownAs = (value) => (value === LONG_TERM ? t("value.long_term") : value);
const meant = (value) => (value === t("value.long_term") ? LONG_TERM : value);

function retake(page, side) {
  retaken = side;
  page.show(true);
}

async function send({ state }, shown, elements) {
  const { case_id, read } = state.identity;
  const changed = shown.map((name) => [name, meant(elements[name].value.trim())]).filter(([name, value]) => value !== read.fields[name]);
  state.identity = await ask("POST", `identity/${case_id}/confirm`, { json: Object.fromEntries(changed) });
}
