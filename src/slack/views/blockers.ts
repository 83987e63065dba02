import { describeBlocker } from "../../core/blocker-words.js";
import { type Instant, minute, sayDuration } from "../../core/instant.js";
import type { Step } from "../../core/plan.js";
import type { DrainBlocker, Run } from "../../core/run.js";
import { toldBlockers } from "../standing.js";
import { clean, plural, timeOfDay } from "../text.js";
import { othersBriefly } from "./others.js";
import { problemWords } from "./plan.js";

/** More of them are one broken thing seen many times, or a page nobody reads. */
const blockersShown = 3;

/** What keeps pods on their nodes, in full: which pod, which budget, since when, until when, what to do. */
export function blockerLines(run: Run, now: Instant): string[] {
  const told = toldBlockers(run);
  const shown = told.slice(0, blockersShown);
  const lines = shown.flatMap(({ step, blocker }) =>
    run.state === "failed"
      ? [`:x: *In the way at the end:* ${blockerWords(blocker, false)}`]
      : [`:no_entry: *Blocked:* ${blockerWords(blocker, step.force)}`, timesOf(run, blocker, step, now)],
  );
  const rest = told.slice(blockersShown).map(({ blocker }) => blocker);
  return rest.length === 0 ? lines : [...lines, restWords(rest)];
}

/** "Pod carts/carts-0 cannot leave node …: budget carts needs 2 healthy pods and has 2. Scale carts up." */
export function blockerWords(blocker: DrainBlocker, force: boolean): string {
  const problem = describeBlocker(blocker);
  const next = "The update is forced: nothing has to be done.";
  return problemWords(force ? { ...problem, next } : problem, 350);
}

function timesOf(run: Run, { since, givesUpAt }: DrainBlocker, step: Step, now: Instant): string {
  const { kind, force } = step;
  const lasted = now - since;
  const ago = lasted >= minute ? ` (${sayDuration(lasted)})` : "";
  if (kind === "self-managed node group") {
    const others = othersBriefly(run, run.plan.steps.indexOf(step));
    return `Since ${timeOfDay(since)}${ago}  ·  ${others}; what can be done about it: in the thread`;
  }
  const left = givesUpAt === undefined ? "" : ` (${minutesLeft(givesUpAt - now)})`;
  return `Since ${timeOfDay(since)}${ago}  ·  ${limitWords(givesUpAt, force)}${left}`;
}

function minutesLeft(left: number): string {
  return left < minute ? "any moment now" : `in ${sayDuration(left)}`;
}

/** What EKS does with pods that have not left in time, and when: 15 minutes after the drain of their node began. */
export function limitWords(at: Instant | undefined, force: boolean): string {
  if (at === undefined) {
    const then = force ? "deletes what is left" : "gives up";
    return `EKS ${then} 15 min after it began to drain the node`;
  }
  return force ? `EKS deletes what is left at ${timeOfDay(at)}` : `EKS gives up at ${timeOfDay(at)}`;
}

function restWords(rest: readonly DrainBlocker[]): string {
  const pods = rest.reduce((sum, blocker) => sum + blocker.podCount, 0);
  return `And ${plural(rest.length, "more cause")} that ${rest.length === 1 ? "keeps" : "keep"} ${plural(pods, "pod")} from leaving: see the thread.`;
}

/** The same in a line each, for the task that waits: plain text. */
export function shortBlockers(run: Run, nodeGroup: string): string[] {
  const told = toldBlockers(run).filter(({ step }) => step.nodeGroup === nodeGroup);
  const lines = told.slice(0, blockersShown).map(({ blocker }) => shortBlocker(blocker));
  const rest = told.length - lines.length;
  return rest > 0 ? [...lines, `blocked too: ${plural(rest, "more cause")}`] : lines;
}

function shortBlocker({ namespace, pods, podCount, budgets, needs, has }: DrainBlocker): string {
  const [pod] = pods;
  const more = podCount > 1 ? ` and ${podCount - 1} more` : "";
  const counts = needs === undefined || has === undefined ? "" : `, needs ${needs} healthy, has ${has}`;
  const budget = budgets.length > 1 ? "budgets" : "budget";
  const by = budgets.length > 0 ? ` by ${budget} ${clean(budgets.join(", "), 60)}${counts}` : "";
  return `blocked: ${clean(`${namespace}/${pod?.name ?? "a pod"}`, 70)}${more}${by}`;
}
