// A document while it is written; and a prescription as it is sent.

import { drugOf, learn } from "./drugs.js";

const CHINA_MS = 8 * 3_600_000;
/** Today in China, YYYY-MM-DD. */
export const today = () => new Date(Date.now() + CHINA_MS).toISOString().slice(0, 10);

const blank = () => ({
  kind: "prescription", patient: "", visit_id: "", previous: null, title: "", paragraphs: [], valid_days: "1", longer_valid_because: "", department: "", diagnoses: [{ code: "", name: "" }],
  revisit: { visit_id: "", on: "", diagnoses: "" }, emergency: false, longer_supply_because: "", guardian: { name: "", relation: "" }, drugs: [], template: "", name: "",
});

export const itemOf = (drug) => ({
  code: drug.code, drug, dose: { value: drug.strength, unit: drug.strength_unit }, frequency: "qd", route: "口服", days: "7", quantity: { value: "", unit: drug.pack_unit },
  counted: true, more_because: "",
});

/** What a template or an earlier version says, to be changed; drugs are looked up anew. */
export async function filled(content, from = blank()) {
  const { revisit, drugs = [], diagnoses = [], ...rest } = structuredClone(content);
  await learn(drugs.map(({ code }) => code));
  const draft = { ...from, ...rest, valid_days: String(content.valid_days ?? from.valid_days) };
  if (diagnoses.length) draft.diagnoses = diagnoses;
  if (revisit) draft.revisit = { ...revisit, diagnoses: revisit.diagnoses.join(" ") };
  draft.drugs = drugs.map((item) => ({ more_because: "", ...item, drug: drugOf(item.code), counted: false }));
  return draft;
}

export const empty = blank;

/** The version after one that is over. */
export const anew = async ({ document_id: previous, kind, visit_id, content }) => ({ ...(await filled(content)), previous, kind, visit_id });

const said = (text) => text.trim() || undefined;
const amount = ({ value, unit }) => ({ value: Number(value) || 0, unit });
const item = ({ code, dose, frequency, route, days, quantity, more_because }) => ({
  code, dose: amount(dose), frequency, route: route.trim(), days: Math.max(0, Math.trunc(Number(days)) || 0), quantity: amount(quantity), more_because: said(more_because),
});

/** A prescription as `POST documents` wants it. */
export function content(draft) {
  const { revisit, guardian } = draft;
  return {
    issued_on: today(),
    valid_days: Number(draft.valid_days),
    longer_valid_because: said(draft.longer_valid_because),
    department: draft.department.trim(),
    diagnoses: draft.diagnoses.filter(({ code, name }) => said(code) || said(name)).map(({ code, name }) => ({ code: code.trim(), name: name.trim() })),
    revisit: said(revisit.visit_id) || revisit.on ? { visit_id: revisit.visit_id.trim(), on: revisit.on, diagnoses: revisit.diagnoses.split(/[\s,，、]+/).filter(Boolean) } : null,
    emergency: draft.emergency,
    longer_supply_because: said(draft.longer_supply_because),
    guardian: said(guardian.name) ? { name: guardian.name.trim(), relation: guardian.relation.trim() } : undefined,
    drugs: draft.drugs.map(item),
  };
}

/** What of it may be kept as a template: nothing of a patient. */
export function reusable(draft) {
  const { department, diagnoses, emergency, longer_supply_because, drugs } = content(draft);
  return { department, diagnoses, emergency, longer_supply_because, drugs: drugs.map(({ more_because, ...rest }) => rest) };
}
