/** Every item of a list that AWS hands out in pages. */
export async function allPages<Page, Item>(
  read: (nextToken: string | undefined) => Promise<Page & { nextToken?: string | undefined }>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let nextToken: string | undefined;
  do {
    const page = await read(nextToken);
    items.push(...(itemsOf(page) ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return items;
}

/** Lists cut into pieces no longer than a call may name. */
export function chunksOf<Item>(items: readonly Item[], length: number): Item[][] {
  const count = Math.ceil(items.length / length);
  return Array.from({ length: count }, (_, index) => items.slice(index * length, (index + 1) * length));
}
