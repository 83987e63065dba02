import type { Actor } from "../src/authority.js";
import type { Run } from "../src/core/run.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import { parseAgainValue } from "../src/slack/views/approval-card.js";
import { reasonMissingAnswer } from "../src/slack/views/decisions.js";
import { closedAnswer } from "../src/slack/views/hours.js";
import { refusedRetry } from "../src/slack/views/orders.js";
import { parseRetryValue, retryValue, waysOn, waysOnWords } from "../src/slack/views/retry.js";
import { alreadyAskedAnswer, retryAnswer } from "../src/slack/views/status.js";
import type { Requested, Target } from "../src/upgrades/types.js";
import { showPlan } from "./plan.js";
import { about, findRun, findVisibleRun } from "./runs.js";
import { asked, withAllUnshown } from "./shown.js";
import { stale } from "./stale.js";
import type { Tools } from "./tools.js";
import { type Asking, recordUnasked, recordUndecided } from "./undecided.js";

/** *Retry*: a new attempt of a failed run. The plan is the approved one, proved once more before anything is written. */
export async function retry(value: string, actor: Actor, tools: Tools): Promise<View> {
  const clicked = parseRetryValue(value);
  if (!clicked) return stale;
  const right = await rightToStart(clicked.runId, tools);
  const found = await findRun(clicked.runId, right, actor, tools, "retry");
  if ("refused" in found) return found.refused;
  const how = { breakGlass: await mayBreakGlass(found.found, actor, tools) };
  const retried = await tools.upgrades.retry(found.found.id, clicked.attempt, actor.user, how);
  if (!retried) return stale;
  const { outcome, run } = retried;
  if (outcome === "running") return retryAnswer(run);
  if (outcome === "not approved") return askAnew(run.id, actor, tools, { doing: "retry" });
  recordUndecided(tools.audit, { actor, run, what: "retry", rule: outcome });
  return refusal(notAgain[outcome]);
}

/** Why there is no new attempt, be it pressed or typed. */
const notAgain = {
  claimed: {
    what: "Not started again: another upgrade of the same node group is running.",
    why: "Only one may change it at a time.",
    next: "Try again when that one is over; /eks-upgrade status shows it.",
  },
  stale: {
    what: "Not started again.",
    why: "Somebody was quicker, or this is not the latest attempt.",
    next: "/eks-upgrade status shows how it stands.",
  },
} as const;

/** Of what is carried out with force the right to that, whoever asked for it before. */
async function rightToStart(
  runId: string,
  { upgrades }: Pick<Tools, "upgrades">,
): Promise<"start" | "force"> {
  return (await upgrades.find(runId))?.run.plan.wish.force ? "force" : "start";
}

/** Whether this person may start a run again that was started without approval. */
async function mayBreakGlass(run: Run, actor: Actor, tools: Tools): Promise<boolean> {
  const environment = tools.fleet.environments.find(({ name }) => name === run.plan.environment);
  if (!run.breakGlass || !environment) return false;
  // Who may not asks for approval instead, and that is no refusal to be recorded.
  const could = await tools.authority.could("break glass", environment, actor);
  if (!could.allowed) return false;
  return (await tools.authority.may("break glass", environment, actor, about(run, "retry"))).allowed;
}

/** `retry <run>`: the same as the button, of a run that may be tried again. */
export async function retryRun(id: string, actor: Actor, tools: Tools): Promise<View> {
  const found = await findVisibleRun(id, actor, tools, "retry");
  if ("refused" in found) return found.refused;
  const run = found.found;
  if (waysOn(run).retry) return retry(retryValue(run), actor, tools);
  recordUndecided(tools.audit, { actor, run, what: "retry", rule: "nothing to retry" });
  return refusedRetry(run, waysOnWords(run));
}

/** *Retry with force*: another plan, with an approval of its own. */
export async function retryWithForce(value: string, actor: Actor, tools: Tools): Promise<View> {
  const clicked = parseRetryValue(value);
  if (!clicked) return stale;
  return askAnew(clicked.runId, actor, tools, { doing: "retry with force", force: true });
}

/** *Request again*: the same wish as a request that came to nothing, planned afresh. */
export async function requestAgain(value: string, actor: Actor, tools: Tools): Promise<View> {
  const runId = parseAgainValue(value);
  return runId ? askAnew(runId, actor, tools, { doing: "request again" }) : stale;
}

/** With the reason that was given then. */
async function askAnew(
  runId: string,
  actor: Actor,
  tools: Tools,
  { doing, force }: { readonly doing: string; readonly force?: true },
): Promise<View> {
  const right = force ? "force" : await rightToStart(runId, tools);
  const found = await findRun(runId, right, actor, tools, doing);
  if ("refused" in found) return found.refused;
  const { plan, reason } = found.found;
  const target = targetOf(found.found, tools);
  if (!target) return stale;
  const asker = { by: actor.user, ...(reason !== undefined && { reason }) };
  const wish = { ...plan.wish, ...(force && { force }) };
  const requested = await tools.upgrades.request(target, wish, asker);
  return answerRequest(requested, { actor, target, doing, ...(reason !== undefined && { reason }) }, tools);
}

/** What came of asking for approval, whichever way it was asked, and why; what came to nothing is recorded. */
export async function answerRequest(requested: Requested, asking: Asking, tools: Tools): Promise<View> {
  const { target, reason } = asking;
  const title = `${target.cluster}/${target.nodeGroup}`;
  recordUnasked(tools.audit, asking, requested);
  if ("reasonMissing" in requested) return reasonMissingAnswer();
  if ("blocked" in requested) return showPlan(requested.blocked, title, tools);
  if ("closed" in requested) return closedAnswer(requested.closed, requested.plan, tools.clock.now(), reason);
  if ("run" in requested) return asked(requested.run, tools);
  const link = await tools.linkTo(requested.open.id);
  const open = { run: requested.open, ...(link !== undefined && { link }) };
  return withAllUnshown(alreadyAskedAnswer(open, tools.clock.now()), [requested.open], tools);
}

function targetOf({ plan }: Run, tools: Tools): Target | undefined {
  const environment = tools.fleet.environments.find((each) => each.name === plan.environment);
  const [step] = plan.steps;
  return (
    environment &&
    step && {
      environment,
      cluster: plan.cluster,
      region: plan.region,
      kind: step.kind,
      nodeGroup: step.nodeGroup,
    }
  );
}
