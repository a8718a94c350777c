// The templates, read once and again when they have changed: the other parts name them.

import { call } from "../lib/api.js";

const MOST_PAGES = 20;
let all = [];

/** All templates, the newest first. */
export async function readTemplates(signal) {
  const found = [];
  let cursor = "";
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, next_cursor } = await call("GET", `/v1/sms-send/templates?limit=100${cursor}`, { signal });
    found.push(...items);
    if (!next_cursor) break;
    cursor = `&cursor=${encodeURIComponent(next_cursor)}`;
  }
  all = found;
  dispatchEvent(new Event("templateschange"));
  return all;
}

export const templates = () => all;
export const templateName = (id) => all.find(({ template_id }) => template_id === id)?.name ?? id;
