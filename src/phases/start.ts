import { isApproved, toBeginAt } from "../core/decide.js";
import type { Fact } from "../core/events.js";
import { hour, type Instant, minute } from "../core/instant.js";
import { enterPhase, failActivePhase } from "../core/phase-progress.js";
import type { Step } from "../core/plan.js";
import { stepChanges } from "../core/planner.js";
import { isTrouble, type Problem, type Trouble } from "../core/problems.js";
import type { Receipt, Run, UpdateIntent } from "../core/run.js";
import type { AutoScalingGroupSeen, UpdateSeen } from "../core/seen.js";
import { unchanged } from "../core/unchanged.js";
import { findOurs } from "./find-update.js";
import { lookForPlan } from "./look.js";
import type { StepAtHand } from "./managed.js";
import type { StepTick } from "./tick.js";
import { inTheWay, metAtTheEnd } from "./trouble.js";

/** How long EKS may say "in use" without showing an update before we believe it for good. */
const conflictPatience = hour;

/** How long a missing permission may be granted before the run gives its target free again. */
const deniedPatience = hour;

/** What was judged longer ago was judged on a world that may be gone: look once more before writing. */
export const freshFor = 5 * minute;

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
export async function lookOnceMore({
  run,
  step,
  outside,
  now,
  signal,
}: StepAtHand): Promise<{ autoScalingGroups: readonly AutoScalingGroupSeen[] } | { problem: Problem }> {
  const tooOld = whyTooLate(run, now);
  if (tooOld) return { problem: tooOld };
  const where = { region: run.plan.region, cluster: run.plan.cluster, run: run.id };
  const look = await lookForPlan(outside, where, step, run.plan.wish, now, signal).catch(ifGone);
  if ("gone" in look) return { problem: look.gone };
  const problem = look.blockers[0] ?? (look.step && whyNotAsApproved(look.step, step));
  return problem ? { problem } : look;
}

/** Undefined: it may still begin, as far as its approval goes. */
export function whyTooLate(run: Run, now: Instant): Problem | undefined {
  if (isApproved(run, now)) return undefined;
  return {
    code: "ApprovalTooOld",
    what: "The start was held up for so long that the approval is no longer valid",
    next: "Plan again and have the new plan approved.",
  };
}

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

/**
 * The one write. Its token makes it harmless when made twice: EKS answers with the same update. A custom AMI needs another
 * before it: the version of the customer's own template that names the AMI.
 */
export async function start(hand: StepAtHand, intent: UpdateIntent): Promise<StepTick> {
  const { run, step, outside, now, signal, held, refused } = hand;
  const age = now - intent.savedAt;
  if (held || refused || age > freshFor) {
    const otherwise = await lookBeforeWriting(hand);
    if (otherwise) return otherwise;
  }
  // Somebody may have called it off since it was read: then EKS is not asked.
  if (!((await hand.unchanged?.()) ?? true)) return { progress: hand.progress, facts: [], next: "again" };
  const to = targetOf(step, intent);
  if (!to) return makeTemplateVersion(hand, intent);
  const where = { cluster: run.plan.cluster, nodeGroup: step.nodeGroup };
  try {
    const update = await outside
      .region(run.plan.region)
      .eks.startNodeGroupUpdate({ ...where, ...to, force: step.force, token: intent.token }, signal);
    return started(hand, update);
  } catch (error) {
    if (!isTrouble(error, "conflict", "refused", "not found", "denied")) throw error;
    if (error.kind !== "denied" || age >= deniedPatience) return adoptOrGiveUp(hand, error);
    return untilGranted(hand, intent, error, "EKS to accept the update");
  }
}

/** A missing permission may be granted meanwhile. */
function untilGranted(
  { progress, now }: StepAtHand,
  intent: UpdateIntent,
  error: Trouble,
  what: string,
): StepTick {
  const wait = { for: what, until: now + 2 * minute };
  const trouble = metAtTheEnd(error, intent.savedAt + deniedPatience);
  return { progress, facts: [], next: "wait", wait, trouble };
}

/** What EKS is told to go to. Undefined: the template's version has yet to be made. */
function targetOf({ to, ownTemplate, launchTemplate }: Step, { templateVersion }: UpdateIntent) {
  if (!ownTemplate || !launchTemplate) return { version: to.version, release: to.release };
  return templateVersion && { launchTemplate: { id: launchTemplate.id, version: templateVersion } };
}

/** Made again with the same token the same version is answered. The template's default version stays. */
async function makeTemplateVersion(hand: StepAtHand, intent: UpdateIntent): Promise<StepTick> {
  const { run, step, progress, index, outside, now, signal } = hand;
  const { id: template = "", version: source = "", name = "" } = step.launchTemplate ?? {};
  const description = `${step.to.image}, for run ${run.id} of eks-upgrade-bot`;
  try {
    const templateVersion = await outside
      .region(run.plan.region)
      .ec2.createTemplateVersion(
        { template, source, image: step.to.image, token: intent.token, description },
        signal,
      );
    const what = `made version ${templateVersion} of launch template ${name} with ${step.to.image}`;
    return {
      progress: { ...progress, intent: { ...intent, templateVersion } },
      facts: [{ type: "Changed", step: index, what }],
      next: "again",
    };
  } catch (error) {
    if (!isTrouble(error, "refused", "not found", "denied")) throw error;
    if (error.kind === "denied" && now - intent.savedAt < deniedPatience)
      return untilGranted(hand, intent, error, "EC2 to make the launch template's new version");
    const what = `EC2 made no new version of launch template ${name} (${error.code})`;
    const next = error.next || "Look at the launch template in the EC2 console.";
    return giveUp(hand, { code: error.code, what, next });
  }
}

function started(hand: StepAtHand, update: UpdateSeen): StepTick {
  return { ...followed(hand, update), next: "again" };
}

/** What is known of an update of ours from now on. */
export function followed({ progress, index, now }: StepAtHand, { id }: UpdateSeen) {
  const facts: Fact[] = [{ type: "UpdateStarted", step: index, updateId: id }];
  return { progress: { ...progress, updateId: id, updateSince: now }, facts };
}

/** After a long time between intent and write (a permission was missing, no worker was up): is it still what was approved? */
async function lookBeforeWriting(hand: StepAtHand): Promise<StepTick | undefined> {
  const { progress, now, held, refused } = hand;
  const ours = await findOurs(hand);
  if (ours.update) return started(hand, ours.update);
  if (refused) return giveUp(hand, refused);
  // Whether it may begin is asked when it could.
  if (held)
    return { progress, facts: [], next: "wait", wait: { for: "what holds it to end", until: now + minute } };
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
  const since = toBeginAt(run);
  if (progress.attempt > 1 || since === undefined || !ownTraces.has(problem.code)) return undefined;
  const { update } = await findOurs(hand, since);
  const ours = update && update.createdAt <= since + startsWithin;
  return ours ? started(hand, update) : undefined;
}

/** Said only where it was seen that no update of ours exists, and that nothing of a roll of ours was begun. */
export function giveUp({ run, progress, now }: StepAtHand, problem: Problem): StepTick {
  const failed = failActivePhase(progress, now);
  return { progress: failed, facts: [], next: "failed", problem: unchanged(run, problem) };
}

function ifGone(error: unknown): { gone: Problem } {
  if (!isTrouble(error, "not found")) throw error;
  return { gone: inTheWay(error) };
}
