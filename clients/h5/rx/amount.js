// How much has to be handed out, as the prescription rules count it (functions/ca-sign/src/prescription).

/** Units of a measure with their size in the smallest. */
const MEASURES = [{ ng: 1, μg: 1e3, ug: 1e3, mg: 1e6, g: 1e9 }, { ml: 1, mL: 1, L: 1e3, l: 1e3 }];
/** Doses in a day. */
export const A_DAY = { qd: 1, bid: 2, tid: 3, qid: 4, qn: 1, qod: 0.5, qw: 1 / 7, q12h: 2, q8h: 3, q6h: 4, prn: 1 };

function inUnit({ value, unit }, other) {
  if (unit === other) return Number(value);
  const measure = MEASURES.find((sizes) => unit in sizes && other in sizes);
  return measure ? (value * measure[unit]) / measure[other] : null;
}

/** How many units of the drug an amount is: counted, in packs, or by strength; null where it is none. */
export function unitsOf(amount, drug) {
  const counted = inUnit(amount, drug.unit);
  if (counted !== null) return counted;
  if (amount.unit === drug.pack_unit) return amount.value * drug.pack;
  const measured = inUnit(amount, drug.strength_unit);
  return measured === null ? null : measured / drug.strength;
}

/** What the days need, in whole packs; null while that cannot be told. */
export function quantity({ drug, dose, frequency, days }) {
  const units = drug && unitsOf(dose, drug);
  const needed = units * A_DAY[frequency] * days;
  return needed > 0 ? { value: Math.ceil(needed / drug.pack - 1e-9), unit: drug.pack_unit } : null;
}

/** Whether the dose of a day on which it is taken is above the usual, which wants a reason. */
export const isMuch = ({ drug, dose, frequency }) =>
  Boolean(drug?.daily_most) && unitsOf(dose, drug) * Math.max(1, A_DAY[frequency]) * drug.strength > drug.daily_most * (1 + 1e-9);

/** Units that an amount of the drug may be in; the one it is in stays possible. */
export const units = (drug, now, packs = false) =>
  [...new Set([now, ...(packs ? [drug?.pack_unit, drug?.unit] : [drug?.strength_unit, drug?.unit])])].filter(Boolean);
