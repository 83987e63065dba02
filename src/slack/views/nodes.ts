import type { KnownBlock, RawTextElement } from "@slack/types";
import type { Step } from "../../core/plan.js";
import type { NodeProgress, NodeState, StepProgress } from "../../core/run.js";
import { limits, type View } from "../limits.js";
import { stepCounts } from "../progress.js";
import { clean, clockUtc, code, context, foreign, mrkdwn, plural, section } from "../text.js";
import type { Caps } from "./live.js";

const columns = ["Node", "Zone", "Release", "State", "Since (UTC)", "Pods left"] as const;
/** Room for the header row and for what Slack counts that we do not. */
const tableRoom = limits.tableCharacters - 500;
const classicRoom = limits.sectionText - 300;

/** What moves comes first, what is over comes last. */
const order: readonly NodeState[] = [
  "draining",
  "empty",
  "terminating",
  "joined",
  "unschedulable",
  "ready",
  "gone",
];

/** All nodes of one group as a table, edited in place: for those who want to know which. */
export function nodesView(step: Step, progress: StepProgress, caps: Caps): View {
  const nodes = Object.entries(progress.nodes).sort(byInterest);
  const drains = progress.roll?.drains ?? {};
  const rows = nodes.map(([name, node]) => rowOf(name, node, step, drains[name]?.skipped));
  const counts = stepCounts(step, progress);
  const said = `${counts.newReady} new ready, ${counts.old - counts.oldGone} of ${counts.old} old left`;
  const shown = caps.plan
    ? fitting(rows, tableRoom)
    : fitting(
        rows.map((row) => row.map((cell) => foreign(cell))),
        classicRoom,
      );
  const hidden = nodes.slice(shown.length).map(([, node]) => node);
  return {
    text: `Nodes of ${foreign(step.nodeGroup)}: ${said}.`,
    blocks: [
      section([`*Nodes of ${code(step.nodeGroup)}*: ${said}`]),
      ...(shown.length === 0 ? [] : [caps.plan ? table(shown) : classic(shown)]),
      ...(hidden.length === 0 ? [] : [context([`Not shown: ${summary(hidden)}`])]),
    ],
  };
}

function byInterest([a, x]: [string, NodeProgress], [b, y]: [string, NodeProgress]): number {
  return (
    order.indexOf(x.state) - order.indexOf(y.state) || Number(y.old) - Number(x.old) || a.localeCompare(b)
  );
}

/** `skipped`: somebody put it off; it comes back last. */
function rowOf(name: string, node: NodeProgress, step: Step, skipped = false): string[] {
  const release = node.old ? step.from.release : step.to.release;
  const leaves = node.state === "draining" || node.state === "unschedulable" || node.state === "empty";
  return [
    clean(name, 80) || "?",
    clean(node.zone, 30) || "?",
    `${node.old ? "old" : "new"} ${clean(release, 40)}`,
    skipped && node.state !== "gone" ? "put off" : node.state,
    clockUtc(node.since),
    leaves ? String(node.podsLeft ?? "?") : "–",
  ];
}

/** As many rows as Slack takes; the rest is summed up. */
function fitting(rows: readonly string[][], room: number): string[][] {
  const kept: string[][] = [];
  let used = 0;
  for (const row of rows.slice(0, limits.tableRows - 1)) {
    used += row.reduce((sum, cell) => sum + cell.length + 2, 0);
    if (used > room) break;
    kept.push(row);
  }
  return kept;
}

function table(rows: readonly string[][]): KnownBlock {
  return { type: "table", rows: [[...columns], ...rows].map((row) => row.map(cell)) };
}

function cell(text: string): RawTextElement {
  return { type: "raw_text", text };
}

/** The same in a fixed pitch, for a Slack without tables. The cells are escaped already. */
function classic(rows: readonly string[][]): KnownBlock {
  const lines = rows.map((row) => row.join("  "));
  return { type: "section", text: mrkdwn(`\`\`\`${lines.join("\n")}\`\`\``) };
}

/** "12 nodes: 10 ready, 2 gone". */
function summary(nodes: readonly NodeProgress[]): string {
  const parts = order.flatMap((state) => {
    const count = nodes.filter((node) => node.state === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  return `${plural(nodes.length, "node")}: ${parts.join(", ")}`;
}
