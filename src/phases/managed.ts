import { hour, type Instant, minute } from "../core/instant.js";
import { judgeUpdate } from "../core/judge-update.js";
import { enterPhase, failActivePhase } from "../core/phase-progress.js";
import type { Step } from "../core/plan.js";
import { stepChanges } from "../core/planner.js";
import { isTrouble, type Problem, type Trouble } from "../core/problems.js";
import type { Receipt, Run, StepProgress } from "../core/run.js";
import type { UpdateSeen } from "../core/seen.js";
import { lookForPlan } from "./look.js";
import { observeUpdate } from "./observe.js";
import type { Outside } from "./outside.js";
import type { StepTick } from "./tick.js";
import { asProblem } from "./trouble.js";

export interface Turn {
  readonly run: Run;
  readonly step: Step;
  readonly progress: StepProgress;
  readonly index: number;
  readonly outside: Outside;
  readonly now: Instant;
  readonly signal: AbortSignal;
}

/** How long EKS may say "in use" without showing an update before we believe it for good. */
const conflictPatience = hour;

const appearsWithin = 5 * minute;

/**
 * The driver of a managed node group. EKS does the work; we write once and watch:
 * save the receipt and the intent → start the update → follow it to its end.
 * There is no undo: once EKS has begun, a node group update can be neither cancelled nor paused.
 */
export async function tickManaged(turn: Turn): Promise<StepTick> {
  const { intent, updateId } = turn.progress;
  if (updateId !== undefined) return follow(turn, updateId);
  return intent ? start(turn, intent.token) : prepare(turn);
}

/** Looks once more before anything is touched, then saves how things were and what is about to be written. */
async function prepare({ run, step, progress, index, outside, now, signal }: Turn): Promise<StepTick> {
  const look = await lookForPlan(outside, run.plan, step.nodeGroup, run.plan.wish, now, signal);
  const problem = look.blockers[0] ?? (look.step && whyNotAsApproved(look.step, step));
  if (problem) return { progress, facts: [], next: "failed", problem: untouched(problem) };

  const receipt: Receipt = { takenAt: now, autoScalingGroups: look.autoScalingGroups.map(saved) };
  const token = `${run.id}-${index}-${progress.attempt}`;
  const entered = enterPhase(
    { ...progress, receipt, intent: { token, savedAt: now } },
    "setup",
    step,
    index,
    now,
  );
  return {
    progress: entered.progress,
    facts: [...entered.facts, { type: "UpdateRequested", step: index, attempt: progress.attempt }],
    next: "again",
  };
}

function saved(group: {
  name: string;
  sizes: Receipt["autoScalingGroups"][number]["sizes"];
  launchTemplateVersion?: string;
}) {
  const { name, sizes, launchTemplateVersion } = group;
  return { name, sizes, ...(launchTemplateVersion !== undefined && { launchTemplateVersion }) };
}

/** A newer release published since does not matter: the update names the approved one. */
function whyNotAsApproved(now: Step, approved: Step): Problem | undefined {
  const changes = stepChanges(approved, { ...now, to: approved.to });
  if (changes.length === 0) return undefined;
  const what = `The node group is not as it was when it was approved: ${changes.join("; ")}`;
  return { code: "PlanOutdated", what, next: "Plan again and have the new plan approved." };
}

function untouched(problem: Problem): Problem {
  return { ...problem, next: `Nothing was changed. ${problem.next}` };
}

/** The one write. Its token makes it harmless when made twice: EKS answers with the same update. */
async function start(turn: Turn, token: string): Promise<StepTick> {
  const { run, step, outside, signal } = turn;
  const eks = outside.region(run.plan.region).eks;
  try {
    const update = await eks.startNodeGroupUpdate(
      {
        cluster: run.plan.cluster,
        nodeGroup: step.nodeGroup,
        version: step.to.version,
        release: step.to.release,
        force: step.force,
        token,
      },
      signal,
    );
    return started(turn, update);
  } catch (error) {
    if (!isTrouble(error, "conflict", "refused", "not found")) throw error;
    return adoptOrGiveUp(turn, error);
  }
}

function started({ progress, index }: Turn, update: UpdateSeen): StepTick {
  return {
    progress: { ...progress, updateId: update.id },
    facts: [{ type: "UpdateStarted", step: index, updateId: update.id }],
    next: "again",
  };
}

/** EKS said no. If that is because our own earlier call went through, its update is there to be followed. */
async function adoptOrGiveUp(turn: Turn, error: Trouble): Promise<StepTick> {
  const { run, step, progress, outside, now, signal } = turn;
  const updates = await outside
    .region(run.plan.region)
    .eks.updatesInProgress(run.plan.cluster, step.nodeGroup, signal);
  const ours = updates.find((update) => isOurs(update, step, progress));
  if (ours) return started(turn, ours);

  const askedSince = progress.intent?.savedAt ?? now;
  // EKS may be busy with work that it does not list (platform changes): give it time before giving up.
  if (error.kind === "conflict" && updates.length === 0 && now - askedSince < conflictPatience) {
    const wait = { for: "EKS to accept the update", until: now + minute };
    return { progress, facts: [], next: "wait", wait, trouble: asProblem(error) };
  }
  const problem: Problem = {
    code: error.code,
    what: `EKS did not accept the update of ${run.plan.cluster}/${step.nodeGroup} (${error.code})`,
    next: error.next || "Look at the node group in the EKS console.",
  };
  return { progress: failActivePhase(progress, now), facts: [], next: "failed", problem: untouched(problem) };
}

function isOurs(update: UpdateSeen, step: Step, progress: StepProgress): boolean {
  return (
    update.type === "VersionUpdate" &&
    update.params.ReleaseVersion === step.to.release &&
    // One minute for clocks that disagree.
    update.createdAt >= (progress.intent?.savedAt ?? Number.POSITIVE_INFINITY) - minute
  );
}

async function follow(turn: Turn, updateId: string): Promise<StepTick> {
  const { run, step, progress, index, outside, now, signal } = turn;
  const where = { region: run.plan.region, cluster: run.plan.cluster, nodeGroup: step.nodeGroup };
  const seen = await observeUpdate(outside, where, updateId, signal).catch((error: unknown) =>
    whyGone(error, turn),
  );
  if ("gone" in seen)
    return { progress: failActivePhase(progress, now), facts: [], next: "failed", problem: seen.gone };
  const { look, trouble } = seen;
  const verdict = judgeUpdate(look, progress, step, index, now);
  const { facts } = verdict;
  if (verdict.outcome === "wait") {
    const told = trouble && { trouble: asProblem(trouble) };
    return { progress: verdict.progress, facts, next: "wait", wait: verdict.wait, ...told };
  }
  if (verdict.outcome === "failed")
    return { progress: verdict.progress, facts, next: "failed", problem: verdict.problem };
  return { progress: verdict.progress, facts, next: "succeeded" };
}

/** What EKS has just made may not be found for a moment; what is not found later was deleted by somebody. */
function whyGone(error: unknown, { run, step, progress, now }: Turn): { gone: Problem } {
  const young = now - (progress.intent?.savedAt ?? run.decidedAt ?? now) < appearsWithin;
  if (!isTrouble(error, "not found") || young) throw error;
  return {
    gone: {
      code: error.code,
      what: `Could not ${error.call}: it does not exist any more`,
      next: `Somebody seems to have deleted ${run.plan.cluster}/${step.nodeGroup}. Look at the cluster in the EKS console.`,
    },
  };
}
