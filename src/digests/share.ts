/** Whoever asks for something that is under way is answered by that: many who ask at once cost what one does. */
export function sharing<T>(): (what: string, begin: () => Promise<T>) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  return (what, begin) => {
    const known = underWay.get(what);
    if (known) return known;
    const begun = begin().finally(() => underWay.delete(what));
    underWay.set(what, begun);
    return begun;
  };
}
