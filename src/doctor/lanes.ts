/** Begins so many at once, and each of the others when one of them is over. */
export function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  begin: (item: Item) => Promise<Result>,
): readonly { readonly item: Item; readonly result: Promise<Result> }[] {
  const begun: { item: Item; result: Promise<Result> }[] = [];
  for (const item of items) {
    const next = () => begin(item);
    const before = begun[begun.length - lanes];
    begun.push({ item, result: before ? before.result.then(next, next) : next() });
  }
  return begun;
}
