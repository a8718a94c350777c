// Lists that come in pages.

/** All items, page by page; `path` has a query already. */
export async function all(ask, path) {
  const items = [];
  let next = "";
  do {
    const page = await ask("GET", `${path}${next && `&cursor=${encodeURIComponent(next)}`}`);
    items.push(...page.items);
    next = page.next_cursor ?? "";
  } while (next);
  return items;
}
