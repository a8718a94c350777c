// Documents that wait for the hospital's seal.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { more, pathOf, row } from "./list.js";

export function seals(page) {
  const { documents } = page.state;
  return [
    page.title("seals.title"),
    page.trouble(),
    documents.items.length
      ? el("ul", { class: "documents" }, documents.items.map((document) => row(page, document)))
      : el("div", { class: "empty" }, icon("inbox"), el("p", {}, t("seals.none"))),
    page.actions(
      documents.next_cursor && page.button("list.more", () => page.act(() => more(page)), { id: "more" }),
      page.button("rx.back", page.back, { id: "back" }),
    ),
  ];
}

export const openSeals = (page) => page.act(async () => {
  const documents = await page.ask("GET", pathOf(page.state.role));
  Object.assign(page.state, { documents, view: "seals", document: null, report: null, link: null, entered: {} });
});
