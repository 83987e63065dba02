/** A table people can read: numbers to the right, words to the left. */
export function printTable(heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isNumber = heads.map((_, column) => rows.every((row) => /^[\d.]*$/.test(row[column] ?? "")));
  for (const row of all) {
    const cells = row.map((cell, column) =>
      isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    console.log(cells.join("  ").trimEnd());
  }
}

/** The last line of a benchmark: its figures, for machines. */
export function printFigures(figures: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(figures));
}

/** To so many digits after the point. */
export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
