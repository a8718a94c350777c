// Lists that come in pages.

/** All items, page by page, or those up to the page that has a `wanted` one; `path` has a query already. */
export async function all(ask, path, wanted = () => false) {
  const items = [];
  let next = "";
  do {
    const page = await ask("GET", `${path}${next && `&cursor=${encodeURIComponent(next)}`}`);
    items.push(...page.items);
    next = page.next_cursor ?? "";
  } while (next && !items.some(wanted));
  return items;
}
