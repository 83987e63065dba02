import type { KnownBlock } from "@slack/types";
import type { Problem } from "../../core/problems.js";
import { beforeTag, marksAnnotation, type NodeMark, runTag } from "../../core/roll/seen.js";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { code, fitLines, foreign, moment, plural, section, sections } from "../text.js";
import { button } from "./button.js";
import { leftLines } from "./ledger.js";
import { planTitle, problemWords } from "./plan.js";

export const repairAction = "eks-upgrade:repair";

/** Everything of ours in a cluster that no running upgrade accounts for. */
interface Leftovers {
  readonly runs: readonly Run[];
  readonly nodes: readonly {
    readonly name: string;
    readonly run: string;
    readonly marks: readonly NodeMark[];
  }[];
  readonly groups: readonly { readonly name: string; readonly run: string; readonly before?: string }[];
  readonly problem?: Problem;
}

/** Runs shown with a button each; the others come once these are done. */
const runsShown = 5;
const linesPerRun = 8;
/** Parts of one message: together they stay within what a message holds. */
const room = { run: 1_200, byHand: 3_000 } as const;

/** The answer to `repair <cluster>`: what dead upgrades left behind, and what puts it back. */
export function leftoversAnswer(cluster: string, found: Leftovers, region?: string): View {
  const byHand = byHandLines(found, region);
  const opening = openingOf(cluster, found);
  const problem = found.problem
    ? `:warning: Nodes and groups could not be looked at: ${problemWords(found.problem, 300)}`
    : undefined;
  const rest = found.runs.length - runsShown;
  return {
    text: fitLines([opening, problem, ...found.runs.flatMap(runLines), ...byHand], 3_000),
    blocks: [
      section([`*${opening}*`, problem]),
      ...found.runs.slice(0, runsShown).flatMap(runBlocks),
      ...(rest > 0 ? [section([`And ${plural(rest, "more upgrade")}: shown once these are put back.`])] : []),
      ...(byHand.length > 0 ? sections(byHand, "", room.byHand) : []),
    ],
  };
}

function openingOf(cluster: string, { runs, nodes, groups, problem }: Leftovers): string {
  const name = foreign(cluster, 120);
  if (runs.length + nodes.length + groups.length > 0)
    return `Left behind in ${name} by upgrades that are over:`;
  return problem
    ? `My records know of nothing left behind in ${name}.`
    : `Nothing of mine is left behind in ${name}.`;
}

function runLines(run: Run): string[] {
  const left = leftLines(run);
  const rest = left.length - linesPerRun;
  const how = run.state === "failed" ? "failed" : "was called off";
  const when = run.endedAt === undefined ? "" : ` ${moment(run.endedAt)}`;
  return [
    `*${planTitle(run.plan)}*, run ${code(run.id)}, ${how}${when}:`,
    ...left.slice(0, linesPerRun).map((line) => `• ${line}`),
    ...(rest > 0 ? [`• and ${plural(rest, "more thing")}`] : []),
  ];
}

function runBlocks(run: Run): KnownBlock[] {
  const repair = button({
    ...{ action: repairAction, text: "Put these back", value: run.id, style: "primary" },
    confirm: {
      title: "Put these back?",
      text: "Workers undo what the list shows, the latest first. Nodes that are new stay; extra ones are drained and given back. What others changed since is left alone.",
      yes: "Put back",
    },
  });
  return [
    section(runLines(run), room.run),
    { type: "actions", block_id: `repair-${run.id}`, elements: [repair] },
  ];
}

/** Without a record of how things were, guessing would be worse than asking. */
function byHandLines({ nodes, groups }: Leftovers, region: string | undefined): string[] {
  if (nodes.length + groups.length === 0) return [];
  return [
    "*No record says how these were before, so a person has to look and put them back:*",
    ...nodes.flatMap(nodeLines),
    ...groups.flatMap((group) => groupLines(group, region === undefined ? "" : ` --region ${region}`)),
  ];
}

function nodeLines({ name, run, marks }: Leftovers["nodes"][number]): string[] {
  const undo = marks.map((mark) => unmark[mark](name));
  return [
    `• node ${code(name)}, marked by run ${code(run)}:`,
    ...[...undo, `kubectl annotate node ${name} ${marksAnnotation}-`].map(
      (line) => `      ${code(line, 300)}`,
    ),
  ];
}

const unmark: Readonly<Record<NodeMark, (node: string) => string>> = {
  taint: (node) => `kubectl taint node ${node} eks.amazonaws.com/nodegroup=unschedulable:NoSchedule-`,
  "load balancers": (node) =>
    `kubectl label node ${node} node.kubernetes.io/exclude-from-external-load-balancers-`,
  keep: (node) => `kubectl annotate node ${node} cluster-autoscaler.kubernetes.io/scale-down-disabled-`,
  cordon: (node) => `kubectl uncordon ${node}`,
};

function groupLines({ name, run, before }: Leftovers["groups"][number], where: string): string[] {
  const tag = (key: string) => `ResourceId=${name},ResourceType=auto-scaling-group,Key=${key}`;
  return [
    `• Auto Scaling group ${code(name)}, changed by run ${code(run)}. ${before === undefined ? "How it was, is not known." : `Before: ${code(before, 300)}`}`,
    `      ${code(`aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names ${name}${where}`, 300)} shows how it is; when it is as it was:`,
    `      ${code(`aws autoscaling delete-tags --tags ${tag(runTag)} ${tag(beforeTag)}${where}`, 600)}`,
  ];
}
