import type { Instant } from "../../core/instant.js";
import type { DigestContent, DigestRow } from "../../core/scan/digest.js";
import type { ScannedCluster } from "../../core/scan/scanned.js";
import { limits, type View } from "../limits.js";
import { code, context, fitLines, listed, moment, plural, section } from "../text.js";
import { canUpgrade } from "./digest-actions.js";
import { environmentBlocks, fittingRows, worstFirst } from "./digest-order.js";
import {
  problemLines,
  rowLine,
  rowLines,
  severityCounts,
  startWords,
  todoWords,
  uncomparedWords,
  unseenWords,
} from "./digest-rows.js";

/** Parts of one message, in characters. */
const room = { rows: 8_500, problems: 1_800, well: 600 } as const;
/** What stands around the rows: the opening, what is left out, what is well, problems, the end. */
const blocksAround = 5;

/** The answer to `check`: what is behind now, worst first, and what to type. Nothing in it can be pressed. */
export function checkAnswer(clusters: readonly ScannedCluster[], content: DigestContent, now: Instant): View {
  const { rows, problems, looked } = content;
  const picked = pick(rows);
  const left = rows.length - picked.length;
  const opening = openingOf(clusters, content);
  const problemList = problemLines(problems);
  const wellLine = wellWords(clusters, content);
  const leftLine = left > 0 ? [`… and ${left} more. ${narrowing(clusters)}`] : [];
  return {
    text: fitLines(
      [
        opening,
        ...worstFirst(rows)
          .slice(0, 10)
          .map((row) => `• ${rowLine(row)}`),
        ...problemList,
      ],
      3_000,
    ),
    blocks: [
      section([`*${opening}*`, ...(rows.length > 0 ? [`${severityCounts(rows)}.`] : [])]),
      ...environmentBlocks(picked, severalIn(rows), (row) => [section(linesOf(row))]),
      ...leftLine.map((line) => section([line])),
      ...wellLine.map((line) => section([line], room.well)),
      ...(problemList.length > 0 ? [section(problemList, room.problems)] : []),
      context([
        `Looked at ${plural(looked.clusters, "cluster")}, ${plural(looked.groups, "node group")}${uncomparedWords({ looked })}`,
        `Checked ${moment(Math.min(content.scannedAt, now))}`,
      ]),
    ],
  };
}

function openingOf(clusters: readonly ScannedCluster[], { rows, problems, looked }: DigestContent): string {
  const unseen = problems.length > 0 ? ` ${unseenWords(problems)} could not be looked at in full.` : "";
  if (rows.length > 0) {
    const groups = rows.filter(({ group }) => group !== undefined).length;
    const planes = rows.length - groups;
    const parts = [
      ...(groups > 0 ? [plural(groups, "node group")] : []),
      ...(planes > 0 ? [plural(planes, "control plane")] : []),
    ];
    return `${listed(parts, "and")} ${rows.length === 1 ? "needs" : "need"} attention.${unseen}`;
  }
  if (looked.clusters === 0)
    return problems.length > 0 ? "Nothing could be looked at." : "There is no cluster to look at.";
  const [only, ...more] = clusters;
  const where = only && more.length === 0 ? ` in ${code(only.name, 100)}` : "";
  return `Nothing is behind${where}.${unseen}`;
}

/** Clusters of which there is nothing else to say. */
function wellWords(clusters: readonly ScannedCluster[], { rows, problems }: DigestContent): string[] {
  const told = new Set([...rows.map(({ cluster }) => cluster), ...problems.map(({ name }) => name)]);
  const names = clusters.filter(({ name, found }) => found && !told.has(name)).map(({ name }) => name);
  if (names.length === 0 || rows.length + problems.length === 0) return [];
  const shown = names.slice(0, 5).map((name) => code(name, 100));
  const more = names.length - shown.length;
  return [
    `:white_check_mark: Nothing behind in ${listed(more > 0 ? [...shown, `${more} more`] : shown, "and")}.`,
  ];
}

function narrowing(clusters: readonly ScannedCluster[]): string {
  return clusters.length > 1
    ? `Narrow it down: ${code("/eks-upgrade check <cluster>")}`
    : "Those above are the worst: begin with them.";
}

function pick(rows: readonly DigestRow[]): DigestRow[] {
  const blocks = limits.blocks - blocksAround;
  return fittingRows(rows, { blocks, characters: room.rows, rows: blocks }, (row) => ({
    blocks: 1,
    characters: linesOf(row).join("\n").length,
  }));
}

function severalIn(rows: readonly DigestRow[]): boolean {
  return new Set(rows.map(({ environment }) => environment)).size > 1;
}

function linesOf(row: DigestRow): string[] {
  const start = canUpgrade(row) && todoWords(row) === undefined;
  return [...rowLines(row), ...(start ? [`To upgrade it: ${startWords(row)}`] : [])];
}
