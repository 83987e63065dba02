import { isApproved } from "../core/decide.js";
import { hour, type Instant, minute } from "../core/instant.js";
import { enterPhase, failActivePhase } from "../core/phase-progress.js";
import type { Step } from "../core/plan.js";
import { stepChanges } from "../core/planner.js";
import { isTrouble, type Problem, type Trouble } from "../core/problems.js";
import type { Receipt, StepProgress } from "../core/run.js";
import type { AutoScalingGroupSeen, UpdateSeen } from "../core/seen.js";
import { lookForPlan } from "./look.js";
import type { StepAtHand } from "./managed.js";
import type { StepTick } from "./tick.js";
import { inTheWay, metAtTheEnd } from "./trouble.js";

/** How long EKS may say "in use" without showing an update before we believe it for good. */
const conflictPatience = hour;

/** How long a missing permission may be granted before the run gives its target free again. */
const deniedPatience = hour;

/** An intent older than this was judged on a world that may be gone: look once more before writing. */
const freshFor = 5 * minute;

/** What an update of ours, that the record does not know of, would do to the look before the write. */
const ownTraces = new Set(["UpdateInProgress", "AlreadyAtTarget", "NodeGroupNotActive"]);

/** An approved run is started within seconds: what began later is somebody else's. */
const startsWithin = 10 * minute;

/** Looks once more before anything is touched, then saves how things were and what is about to be written. */
export async function prepare(hand: StepAtHand): Promise<StepTick> {
  const { run, step, progress, index, now } = hand;
  const look = await lookOnceMore(hand);
  if ("problem" in look) return (await findForgotten(hand, look.problem)) ?? giveUp(hand, look.problem);

  const receipt: Receipt = { takenAt: now, autoScalingGroups: look.autoScalingGroups.map(saved) };
  const intent = { token: `${run.id}-${index}-${progress.attempt}`, savedAt: now };
  const entered = enterPhase({ ...progress, receipt, intent }, "setup", step, index, now);
  return {
    progress: entered.progress,
    facts: [...entered.facts, { type: "UpdateRequested", step: index, attempt: progress.attempt }],
    next: "again",
  };
}

/** How the target's Auto Scaling groups are now; or why nothing may be written any more, or not as it was approved. */
async function lookOnceMore({
  run,
  step,
  outside,
  now,
  signal,
}: StepAtHand): Promise<{ autoScalingGroups: readonly AutoScalingGroupSeen[] } | { problem: Problem }> {
  if (!isApproved(run, now)) return { problem: approvalTooOld };
  const look = await lookForPlan(outside, run.plan, step.nodeGroup, run.plan.wish, now, signal).catch(ifGone);
  if ("gone" in look) return { problem: look.gone };
  const problem = look.blockers[0] ?? (look.step && whyNotAsApproved(look.step, step));
  return problem ? { problem } : look;
}

const approvalTooOld: Problem = {
  code: "ApprovalTooOld",
  what: "The start was held up for so long that the approval is no longer valid",
  next: "Plan again and have the new plan approved.",
};

function saved({ name, sizes, launchTemplateVersion }: AutoScalingGroupSeen) {
  return { name, sizes, ...(launchTemplateVersion !== undefined && { launchTemplateVersion }) };
}

/** A newer release published since does not matter: the update names the approved one. */
function whyNotAsApproved(now: Step, approved: Step): Problem | undefined {
  const changes = stepChanges(approved, { ...now, to: approved.to });
  if (changes.length === 0) return undefined;
  const what = `The node group is not as it was when it was approved: ${changes.join("; ")}`;
  return { code: "PlanOutdated", what, next: "Plan again and have the new plan approved." };
}

/** The one write. Its token makes it harmless when made twice: EKS answers with the same update. */
export async function start(
  hand: StepAtHand,
  intent: NonNullable<StepProgress["intent"]>,
): Promise<StepTick> {
  const { run, step, outside, now, signal } = hand;
  const age = now - intent.savedAt;
  if (age > freshFor) {
    const otherwise = await lookBeforeWriting(hand);
    if (otherwise) return otherwise;
  }
  const { version, release } = step.to;
  const where = { cluster: run.plan.cluster, nodeGroup: step.nodeGroup };
  try {
    const update = await outside
      .region(run.plan.region)
      .eks.startNodeGroupUpdate(
        { ...where, version, release, force: step.force, token: intent.token },
        signal,
      );
    return started(hand, update);
  } catch (error) {
    if (!isTrouble(error, "conflict", "refused", "not found", "denied")) throw error;
    if (error.kind !== "denied" || age >= deniedPatience) return adoptOrGiveUp(hand, error);
    const wait = { for: "EKS to accept the update", until: now + 2 * minute };
    const trouble = metAtTheEnd(error, intent.savedAt + deniedPatience);
    return { progress: hand.progress, facts: [], next: "wait", wait, trouble };
  }
}

function started({ progress, index, now }: StepAtHand, update: UpdateSeen): StepTick {
  return {
    progress: { ...progress, updateId: update.id, updateSince: now },
    facts: [{ type: "UpdateStarted", step: index, updateId: update.id }],
    next: "again",
  };
}

/** After a long time between intent and write (a permission was missing, no worker was up): is it still what was approved? */
async function lookBeforeWriting(hand: StepAtHand): Promise<StepTick | undefined> {
  const ours = await findOurs(hand);
  if (ours.update) return started(hand, ours.update);
  const look = await lookOnceMore(hand);
  return "problem" in look ? giveUp(hand, look.problem) : undefined;
}

/** EKS said no. If that is because our own earlier call went through, its update is there to be followed, ended or not. */
async function adoptOrGiveUp(hand: StepAtHand, error: Trouble): Promise<StepTick> {
  const { run, step, progress, now } = hand;
  const { update, othersRun } = await findOurs(hand);
  if (update) return started(hand, update);

  const age = now - (progress.intent?.savedAt ?? now);
  // EKS may be busy with work that it does not list (platform changes): give it time before giving up.
  if (error.kind === "conflict" && !othersRun && age < conflictPatience) {
    const wait = { for: "EKS to accept the update", until: now + minute };
    const trouble = metAtTheEnd(error, (progress.intent?.savedAt ?? now) + conflictPatience);
    return { progress, facts: [], next: "wait", wait, trouble };
  }
  return giveUp(hand, {
    code: error.code,
    what: `EKS did not accept the update of ${run.plan.cluster}/${step.nodeGroup} (${error.code})`,
    next: error.next || "Look at the node group in the EKS console.",
  });
}

/**
 * A Redis that failed over may have lost the saved intent, but EKS has not lost what it led to: an update to the approved
 * release that began right after the approval is followed, whatever became of it. Nothing is written.
 */
async function findForgotten(hand: StepAtHand, problem: Problem): Promise<StepTick | undefined> {
  const { run, progress } = hand;
  if (progress.attempt > 1 || run.decidedAt === undefined || !ownTraces.has(problem.code)) return undefined;
  const { update } = await findOurs(hand, run.decidedAt);
  const ours = update && update.createdAt <= run.decidedAt + startsWithin;
  return ours ? started(hand, update) : undefined;
}

/** The update that our own call started, if it went through without our learning of it. `since`: not before it was meant. */
async function findOurs(
  { run, step, progress, outside, signal }: StepAtHand,
  since: Instant = progress.intent?.savedAt ?? Number.POSITIVE_INFINITY,
) {
  const { eks } = outside.region(run.plan.region);
  const updates = await eks.updates(run.plan.cluster, step.nodeGroup, signal).catch((error: unknown) => {
    if (isTrouble(error, "not found")) return [];
    throw error;
  });
  return {
    update: updates.find((each) => isOurs(each, step, since)),
    othersRun: updates.some((each) => each.status === "InProgress"),
  };
}

function isOurs(update: UpdateSeen, step: Step, since: Instant): boolean {
  return (
    update.type === "VersionUpdate" &&
    update.params.ReleaseVersion === step.to.release &&
    // One minute for clocks that disagree.
    update.createdAt >= since - minute
  );
}

/** Said only where it was seen that no update of ours exists. */
function giveUp({ progress, now }: StepAtHand, problem: Problem): StepTick {
  const nothing = progress.attempt > 1 ? "Nothing more was changed." : "Nothing was changed.";
  const untouched = { ...problem, next: `${nothing} ${problem.next}` };
  return { progress: failActivePhase(progress, now), facts: [], next: "failed", problem: untouched };
}

function ifGone(error: unknown): { gone: Problem } {
  if (!isTrouble(error, "not found")) throw error;
  return { gone: inTheWay(error) };
}
