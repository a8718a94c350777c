// Where a patient begins, and where a case ends.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { ask, fresh, signOut } from "../lib/session.js";

const RELATIONS = ["child", "parent", "spouse", "other"];
/** Of the case that is being started, until the server has answered. */
let key = null;

export const home = (page) => {
  const { me } = page.state;
  return [
    ...(me.verified ? verified(page) : unverified(page, me.patient)),
    page.actions(page.button("home.out", () => page.act(leave(page)), { class: "quiet", id: "out" })),
  ];
};

const unverified = (page, patient) => [
  page.title("home.title"),
  el("p", {}, t(patient ? "home.raise" : "home.why")),
  el("ul", {}, ["card", "face", "time"].map((need) => el("li", {}, t(`home.need.${need}`)))),
  page.trouble(),
  page.actions(page.button("home.start", () => page.act(() => start(page, "self")), { class: "primary", id: "start" })),
];

const verified = (page) => {
  const { patient, family } = page.state.me;
  const relation = el("select", { id: "relation" }, RELATIONS.map((name) => el("option", { value: name }, t(`relation.${name}`))));
  return [
    page.title("home.done", "good"),
    person(patient),
    el("h3", {}, t("home.family")),
    ...(family.length ? family.map(person) : [el("p", { class: "fine" }, t("home.alone"))]),
    page.trouble(),
    el("label", { for: "relation" }, t("home.relation")),
    relation,
    page.actions(page.button("home.add", () => page.act(() => start(page, relation.value)), { id: "add" })),
  ];
};

const person = ({ name, id_number, level, relation }) =>
  el(
    "dl",
    {},
    [["field.name", name], ["field.id_number", id_number], ["home.level", t(`level.${level}`)], relation !== "self" && ["home.relation_is", t(`relation.${relation}`)]]
      .filter(Boolean)
      .flatMap(([label, value]) => [el("dt", {}, t(label)), el("dd", {}, value)]),
  );

async function start({ state }, relation) {
  if (key?.relation !== relation) key = { relation, headers: fresh() };
  state.identity = await ask("POST", "identity", { json: { relation }, headers: key.headers });
  key = null;
}

const leave = ({ state }) => async () => {
  await signOut();
  Object.assign(state, { me: null, identity: null, otp: null });
};

/** A case that is over, or waits for a person. */
export const over = (kind) => (page) => {
  const { state: where, patient } = page.state.identity;
  return [
    page.title(`over.${where}`, kind),
    el("p", {}, t(`over.${where}.why`)),
    patient?.name && person({ ...patient, relation: "self" }),
    page.trouble(),
    page.actions(
      page.button(where === "done" ? "over.on" : "over.home", () => page.act(async () => { await page.refresh(); page.state.identity = null; }), { class: "primary", id: "home" }),
    ),
  ];
};
