import type { Json } from "../protocol.js";

/** One row of a data table: its cells. */
export type Row = readonly Json[];

/** By which column, and which way. */
export interface Order {
  readonly column: number;
  readonly descending: boolean;
}

/** Slack shows five rows at once unless it is told otherwise. */
const usualPage = 5;

export function rowsOf(block: Json): readonly Row[] {
  return Array.isArray(block.rows) ? block.rows.filter((row): row is Row => Array.isArray(row)) : [];
}

/** What a cell says, for sorting and finding; of rich text, all its texts. */
export function wordsOf(cell: unknown): string {
  if (Array.isArray(cell)) return cell.map(wordsOf).join("");
  if (typeof cell !== "object" || cell === null) return "";
  const { text, elements } = cell as Json;
  return typeof text === "string" ? text : wordsOf(elements);
}

/** Numbers by their value, everything else by its words, digits in them as numbers. */
export function sorted(rows: readonly Row[], order: Order | undefined): readonly Row[] {
  if (!order) return rows;
  const { column, descending } = order;
  const ascending = [...rows].sort((one, other) => compare(one[column], other[column]));
  return descending ? ascending.reverse() : ascending;
}

function compare(one: Json | undefined, other: Json | undefined): number {
  if (typeof one?.value === "number" && typeof other?.value === "number") return one.value - other.value;
  return wordsOf(one).localeCompare(wordsOf(other), undefined, { numeric: true });
}

export function found(rows: readonly Row[], wanted: string): readonly Row[] {
  const words = wanted.trim().toLowerCase();
  return rows.filter((row) => row.some((cell) => wordsOf(cell).toLowerCase().includes(words)));
}

/** Of how many pages, and the rows of one of them. */
export function pageOf(block: Json, rows: readonly Row[], wanted: number) {
  const size = typeof block.page_size === "number" ? block.page_size : usualPage;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const page = Math.min(wanted, pages - 1);
  return { pages, page, rows: rows.slice(page * size, (page + 1) * size) };
}
