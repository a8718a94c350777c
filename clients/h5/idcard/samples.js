// The sample cards: made by the project's own generator, listed in `samples/truth.json`.

import { $, el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

const FOLDER = "/samples/";
/** Thumbnails shown; the folder may hold more for the tests. */
const SHOWN = 8;

let listed = null; // Promise of [{file, side}]

const list = () =>
  (listed ??= fetch(`${FOLDER}truth.json`).then((response) => {
    if (!response.ok) throw new Error(`truth.json: ${response.status}`);
    return response.json();
  }));

/** Shows the samples; `onPick` gets the picture as a blob. */
export async function showSamples(onPick) {
  const place = $("#samples ul");
  try {
    const samples = (await list()).slice(0, SHOWN);
    place.replaceChildren(
      ...samples.map(({ file, side }, index) => {
        const name = t(`samples.${side}`, { n: index + 1 });
        const pick = async () => onPick(await (await fetch(FOLDER + file)).blob());
        return el("li", {}, el("button", { onclick: pick, "data-file": file }, el("img", { src: FOLDER + file, alt: name, loading: "lazy" })));
      }),
    );
  } catch {
    place.replaceChildren(el("li", { class: "fine" }, t("samples.missing")));
  }
}
