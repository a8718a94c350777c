// What a doctor often writes, kept under a name: loaded, saved, deleted.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { filled, reusable } from "./draft.js";
import { choice, slot, text } from "./slot.js";

export function templates(page) {
  const { state } = page;
  const { draft } = state;
  const items = state.templates ?? [];
  const chosen = () => state.templates.find(({ template_id }) => template_id === draft.template);
  const options = [["", t(items.length ? "template.choose" : "template.none")], ...items.map(({ template_id, name }) => [template_id, name])];
  return el(
    "details",
    { class: "options", id: "templates", open: state.entered.templates, ontoggle: (event) => (state.entered.templates = event.target.open) },
    el("summary", {}, t("template.title")),
    slot(page, "template", t("template.which"), choice(draft, "template", options)),
    page.actions(
      page.button("template.load", () => chosen() && page.act(async () => { state.draft = await filled(chosen().content, draft); }), { id: "template-load" }),
      page.button("template.delete", () => chosen() && page.act(() => remove(page, chosen())), { class: "quiet", id: "template-delete" }),
    ),
    slot(page, "name", t("template.name"), text(draft, "name", { maxlength: "40" }), t("template.why")),
    page.actions(page.button("template.save", () => draft.name.trim() && page.act(() => save(page)), { id: "template-save" })),
  );
}

/** Before they are shown for the first time. */
export async function loadTemplates({ state, ask }) {
  state.templates ??= (await ask("GET", "templates")).items;
}

async function save({ state, ask }) {
  const { draft } = state;
  const name = draft.name.trim();
  state.templates = (await ask("PUT", "templates", { json: { name, content: reusable(draft) } })).items;
  draft.template = state.templates.find((template) => template.name === name)?.template_id ?? "";
  draft.name = "";
}

async function remove({ state, ask }, { template_id }) {
  await ask("DELETE", `templates/${template_id}`);
  state.templates = state.templates.filter((template) => template.template_id !== template_id);
  state.draft.template = "";
}
