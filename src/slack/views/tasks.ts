import type { KnownBlock, PlanBlock, RichTextBlock, TaskCardBlock } from "@slack/types";
import { type Instant, minute, sayDuration } from "../../core/instant.js";
import { type PhaseName, phaseNames, type Step, titleOf } from "../../core/plan.js";
import type { NodeProgress, PhaseProgress, Run, StepProgress } from "../../core/run.js";
import { limits, truncate } from "../limits.js";
import { currentStep, pairs, stepCounts } from "../progress.js";
import { capital, clean, foreign, plural, sections } from "../text.js";
import { shortBlockers } from "./blockers.js";

const nodesShown = 8;
/** With more node groups, those not under way are one task each: a plan block holds 50, and a message 12 000 characters. */
const groupsInFull = 6;
/** What the classic picture of all groups may take of a message. */
const classicRoom = 7_000;

/** One task for each phase of each step. */
export function planBlock(run: Run, now: Instant): PlanBlock {
  const tasks = pairs(run).flatMap(([step, progress], index) =>
    isInFull(run, index)
      ? phaseNames.map((phase) => phaseTask(run, step, progress, index, phase, now))
      : [groupTask(step, progress, index)],
  );
  return {
    type: "plan",
    title: truncate(clean(`Upgrade ${titleOf(run.plan)}`), limits.taskTitle),
    tasks: tasks.slice(0, limits.planTasks),
  };
}

function isInFull(run: Run, index: number): boolean {
  return run.plan.steps.length <= groupsInFull || index === currentStep(run)?.index;
}

const statusOf: Readonly<Record<PhaseProgress["state"], TaskCardBlock["status"]>> = {
  pending: "pending",
  active: "in_progress",
  done: "complete",
  // Slack knows no status for it: complete, with an output that says so.
  skipped: "complete",
  failed: "error",
};

function phaseTask(
  run: Run,
  step: Step,
  progress: StepProgress,
  index: number,
  phase: PhaseName,
  now: Instant,
): TaskCardBlock {
  const at = progress.phases[phase];
  const output = outputOf(run, at);
  const active = busyLines(run, index, at, progress, now);
  return {
    type: "task_card",
    task_id: `${index}-${phase.replace(" ", "-")}`,
    title: truncate(clean(`${groupPrefix(run, step)}${phaseTitle(phase, step, progress)}`), limits.taskTitle),
    status: statusOf[at.state],
    ...(active.length > 0 && { details: list(active) }),
    ...(output !== undefined && {
      output: line(output, index === currentStep(run)?.index ? limits.taskLine : 60),
    }),
  };
}

function groupTask(step: Step, progress: StepProgress, index: number): TaskCardBlock {
  const states = phaseNames.map((phase) => progress.phases[phase].state);
  const done = states.every((state) => state === "done" || state === "skipped");
  const failed = states.includes("failed");
  return {
    type: "task_card",
    task_id: `${index}`,
    title: truncate(clean(`${step.nodeGroup} · ${plural(step.nodes.count, "node")}`), limits.taskTitle),
    status: failed ? "error" : done ? "complete" : "pending",
  };
}

function groupPrefix(run: Run, step: Step): string {
  return run.plan.steps.length > 1 ? `${truncate(step.nodeGroup, 40)}: ` : "";
}

function phaseTitle(phase: PhaseName, step: Step, progress: StepProgress): string {
  const name = capital(phase);
  if (progress.phases[phase].state === "pending" || progress.phases[phase].state === "skipped") return name;
  const counts = stepCounts(step, progress);
  if (phase === "scale up")
    return progress.phases[phase].state === "active"
      ? `${name} · ${plural(counts.newReady, "new node")} ready`
      : name;
  if (phase === "upgrade") return `${name} · ${counts.oldGone} of ${counts.old} old nodes gone`;
  if (phase === "scale down" && counts.extra > 0)
    return `${name} · ${plural(counts.extra, "extra node")} left`;
  return name;
}

function outputOf(run: Run, at: PhaseProgress): string | undefined {
  if (at.state === "skipped") return `Skipped: ${at.note ?? "does not apply"}`;
  if (at.state === "failed")
    return run.failure?.what ?? (run.state === "cancelled" ? "Called off" : "Failed");
  if (at.state === "done" && at.startedAt !== undefined && at.endedAt !== undefined) {
    return sayDuration(at.endedAt - at.startedAt);
  }
  return undefined;
}

/** What happens now, and first of all what keeps it from happening. */
function busyLines(
  run: Run,
  index: number,
  at: PhaseProgress,
  progress: StepProgress,
  now: Instant,
): string[] {
  if (at.state !== "active" || index !== currentStep(run)?.index) return [];
  const blocked = shortBlockers(run, run.plan.steps[index]?.nodeGroup ?? "");
  return [...blocked, ...activeNodes(progress, now)];
}

/** The nodes something is happening to, those nearest their end first. */
function activeNodes(progress: StepProgress, now: Instant): string[] {
  const order: readonly NodeProgress["state"][] = ["terminating", "empty", "draining", "joined"];
  const active = Object.entries(progress.nodes)
    .filter(([, node]) => order.includes(node.state))
    .sort(([a, x], [b, y]) => order.indexOf(x.state) - order.indexOf(y.state) || a.localeCompare(b));
  const rest = active.length - nodesShown;
  const shown = active
    .slice(0, rest > 0 ? nodesShown - 1 : nodesShown)
    .map(([name, node]) => nodeLine(name, node, now));
  return rest > 0 ? [...shown, `and ${plural(rest + 1, "more node")}`] : shown;
}

const doing: Readonly<Record<NodeProgress["state"], string>> = {
  joined: "joined, not yet Ready",
  ready: "ready",
  unschedulable: "takes no new pods",
  draining: "draining",
  empty: "empty, waits to be terminated",
  terminating: "terminating",
  gone: "gone",
};

function nodeLine(name: string, node: NodeProgress, now: Instant): string {
  const pods =
    node.state === "draining" && node.podsLeft !== undefined ? `, ${plural(node.podsLeft, "pod")} left` : "";
  const minutes = Math.floor((now - node.since) / minute);
  const since = minutes > 0 ? ` for ${sayDuration(minutes * minute)}` : "";
  return `${clean(name, 80)} (${clean(node.zone, 30)}) ${doing[node.state]}${since}${pods}`;
}

function list(lines: readonly string[]): RichTextBlock {
  return {
    type: "rich_text",
    elements: [
      {
        type: "rich_text_list",
        style: "bullet",
        elements: lines.map((text) => ({
          type: "rich_text_section",
          elements: [{ type: "text", text: truncate(text, limits.taskLine) }],
        })),
      },
    ],
  };
}

function line(text: string, max: number): RichTextBlock {
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text: clean(text, max) }] }],
  };
}

const mark: Readonly<Record<PhaseProgress["state"], string>> = {
  pending: ":white_circle: to do",
  active: ":large_blue_circle: under way",
  done: ":white_check_mark: done",
  skipped: ":fast_forward: skipped",
  failed: ":x: failed",
};

/** The same for a Slack without plan blocks: a line for each phase. */
export function classicBlocks(run: Run, now: Instant): KnownBlock[] {
  const lines = pairs(run).flatMap(([step, progress], index) => {
    if (!isInFull(run, index)) {
      const { title, status } = groupTask(step, progress, index);
      return [`${foreign(title, limits.taskTitle)}: ${groupMark[status]}`];
    }
    return phaseNames.flatMap((phase) => classicPhase(run, step, progress, index, phase, now));
  });
  return sections(lines, "", classicRoom);
}

const groupMark: Readonly<Record<TaskCardBlock["status"], string>> = {
  pending: mark.pending,
  in_progress: mark.active,
  complete: mark.done,
  error: mark.failed,
};

function classicPhase(
  run: Run,
  step: Step,
  progress: StepProgress,
  index: number,
  phase: PhaseName,
  now: Instant,
): string[] {
  const at = progress.phases[phase];
  const output = outputOf(run, at);
  const title = foreign(`${groupPrefix(run, step)}${phaseTitle(phase, step, progress)}`, limits.taskTitle);
  const why = output === undefined ? "" : ` (${foreign(output, limits.taskLine)})`;
  const nodes = busyLines(run, index, at, progress, now);
  return [
    `${title}: ${mark[at.state]}${why}`,
    ...nodes.map((node) => `      • ${foreign(node, limits.taskLine)}`),
  ];
}
