import type { Run } from "../src/core/run.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import { parseAgainValue } from "../src/slack/views/approval-card.js";
import { refusedRetry } from "../src/slack/views/orders.js";
import { parseRetryValue, retryValue, waysOn, waysOnWords } from "../src/slack/views/retry.js";
import { alreadyAskedAnswer, refusedClick, retryAnswer } from "../src/slack/views/status.js";
import type { Requested, Target } from "../src/upgrades/types.js";
import type { Actor } from "./authorize.js";
import { showPlan } from "./plan.js";
import { findRun } from "./runs.js";
import { asked, withAllUnshown } from "./shown.js";
import { stale } from "./stale.js";
import type { Tools } from "./tools.js";

/** *Retry*: a new attempt of a failed run. The plan is the approved one, proved once more before anything is written. */
export async function retry(value: string, actor: Actor, tools: Tools): Promise<View> {
  const clicked = parseRetryValue(value);
  if (!clicked) return stale;
  const found = await findRun(clicked.runId, actor, tools);
  if ("refused" in found) return found.refused;
  const retried = await tools.upgrades.retry(found.found.id, clicked.attempt, actor.user);
  switch (retried?.outcome) {
    case "running":
      return retryAnswer(retried.run);
    case "not approved":
      return askAnew(clicked.runId, actor, tools, false);
    case "claimed":
      return refusedClick("claimed", retried.run);
    default:
      return refusal({
        what: "Not started again.",
        why: "Somebody was quicker, or this is not the latest attempt.",
        next: "/eks-upgrade status shows how it stands.",
      });
  }
}

/** `retry <run>`: the same as the button, of a run that may be tried again. */
export async function retryRun(id: string, actor: Actor, tools: Tools): Promise<View> {
  const found = await findRun(id, actor, tools);
  if ("refused" in found) return found.refused;
  const run = found.found;
  if (waysOn(run).retry) return retry(retryValue(run), actor, tools);
  return refusedRetry(run, waysOnWords(run));
}

/** *Retry with force*: another plan, with an approval of its own. */
export async function retryWithForce(value: string, actor: Actor, tools: Tools): Promise<View> {
  const clicked = parseRetryValue(value);
  return clicked ? askAnew(clicked.runId, actor, tools, true) : stale;
}

/** *Request again*: the same wish as an expired request, planned afresh. */
export async function requestAgain(value: string, actor: Actor, tools: Tools): Promise<View> {
  const runId = parseAgainValue(value);
  return runId ? askAnew(runId, actor, tools, false) : stale;
}

async function askAnew(runId: string, actor: Actor, tools: Tools, force: boolean): Promise<View> {
  const found = await findRun(runId, actor, tools);
  if ("refused" in found) return found.refused;
  const target = targetOf(found.found, tools);
  if (!target) return stale;
  const { wish } = found.found.plan;
  const reason = found.found.reason;
  const asker = { by: actor.user, ...(reason !== undefined && { reason }) };
  const requested = await tools.upgrades.request(target, force ? { ...wish, force } : wish, asker);
  return answerRequest(requested, `${target.cluster}/${target.nodeGroup}`, tools);
}

/** What came of asking for approval, whichever way it was asked. */
export async function answerRequest(requested: Requested, title: string, tools: Tools): Promise<View> {
  if ("blocked" in requested) return showPlan(requested.blocked, title, tools);
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
