import type { DataTableBlock, KnownBlock, RawNumberElement, RawTextElement } from "@slack/types";
import type { DigestRow } from "../../core/scan/digest.js";
import { limits, type View } from "../limits.js";
import { clean, code, foreign, plural, say, section, sections } from "../text.js";
import { columns, placesWords, rowCells, rowLines, severityCounts } from "./digest-rows.js";
import type { Caps } from "./live.js";

/** What of a digest does not fit into its message: it stands in its thread, as tables that can be sorted. */

/** At most so many messages: a fleet in which still more is behind is looked at cluster by cluster. */
export const restMessages = 20;
/** Room for the header row, the caption, and for what Slack counts that we do not. */
const tableRoom = limits.tableCharacters - 700;
const classicRoom = limits.messageCharacters - 2_000;
/** A table is shown page by page. */
const pageSize = 20;

/** A message for each table, in the order of the rows. */
export function restViews(rows: readonly DigestRow[], environments: readonly string[], caps: Caps): View[] {
  const pages = pagesOf(rows, caps);
  const shown = pages.slice(0, restMessages);
  const left = pages.slice(restMessages).reduce((sum, page) => sum + page.length, 0);
  return shown.map((page, index) => {
    const which = shown.length > 1 ? `, ${index + 1} of ${shown.length}` : "";
    const caption = `More of ${placesWords(environments)}${which}`;
    const title = foreign(caption);
    const said = `${severityCounts(page)}.`;
    const hint = `Start one with ${code("/eks-upgrade start <cluster>/<node-group>")}.`;
    const end = index === shown.length - 1 && left > 0 ? [section([leftWords(left)])] : [];
    return {
      text: `${title}: ${said}`,
      blocks: [section([`*${title}:* ${said} ${hint}`]), ...blocksOf(page, caption, caps), ...end],
    };
  });
}

/** For a message in the thread that holds nothing any more. */
export function emptiedView(): View {
  return say(["Nothing is left here: the message above has all there is."]);
}

function leftWords(count: number): string {
  return `… and ${plural(count, "more row")}. One cluster with all that is behind: ${code("/eks-upgrade check <cluster>")}`;
}

/** As many rows in each message as Slack takes. */
function pagesOf(rows: readonly DigestRow[], caps: Caps): DigestRow[][] {
  const room = caps.plan ? tableRoom : classicRoom;
  const pages: DigestRow[][] = [];
  let [page, used]: [DigestRow[], number] = [[], 0];
  for (const row of rows) {
    const size = caps.plan ? cellsLength(row) : classicLine(row).length + 1;
    if (page.length >= limits.tableRows - 1 || used + size > room) {
      pages.push(page);
      [page, used] = [[], 0];
    }
    page.push(row);
    used += size;
  }
  return page.length > 0 ? [...pages, page] : pages;
}

function cellsLength(row: DigestRow): number {
  return rowCells(row).reduce<number>((sum, cell) => sum + String(cell).length + 2, 0);
}

function blocksOf(page: readonly DigestRow[], caption: string, caps: Caps): KnownBlock[] {
  return caps.plan ? [table(page, caption)] : sections(page.map(classicLine), "", limits.messageCharacters);
}

function table(page: readonly DigestRow[], caption: string): DataTableBlock {
  return {
    type: "data_table",
    caption: clean(caption, 255),
    page_size: pageSize,
    // The node group: what tells one row from another when it is read aloud.
    row_header_column_index: columns.indexOf("Node group"),
    rows: [columns.map(cell), ...page.map((row) => rowCells(row).map(cell))],
  };
}

function cell(value: string | number): RawTextElement | RawNumberElement {
  return typeof value === "number"
    ? { type: "raw_number", value, text: String(value) }
    : { type: "raw_text", text: value };
}

/** The same as lines, for a Slack without these tables. */
function classicLine(row: DigestRow): string {
  const [what = "", why = "", ...todo] = rowLines(row);
  const nodes = row.nodes === undefined ? "" : ` · ${plural(row.nodes, "node")}`;
  return [`${what} · ${foreign(row.environment, 40)}`, `${why}${nodes}`, ...todo].join("\n");
}
