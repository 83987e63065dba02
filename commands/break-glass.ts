import type { Actor } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import { say } from "../src/slack/text.js";
import { problemsAnswer, refusal } from "../src/slack/views/answers.js";
import { type ApprovalValue, parseApprovalValue } from "../src/slack/views/approval-card.js";
import {
  breakGlassAction,
  breakGlassCallback,
  breakGlassModal,
  breakGlassWorking,
} from "../src/slack/views/break-glass.js";
import { brokenAnswer, openAlreadyWords, refusedGlass } from "../src/slack/views/decisions.js";
import { reasonErrors, reasonIn } from "../src/slack/views/reason-modal.js";
import type { Broken } from "../src/upgrades/types.js";
import { type ClickedRequest, clickedRequest } from "./approvals.js";
import { answerRequest } from "./attempts.js";
import type { Dialog } from "./dialog.js";
import { notAllowed } from "./refused.js";
import { about, findVisibleRun } from "./runs.js";
import { staleRequest } from "./stale.js";
import { type Found, findTarget } from "./target.js";
import type { Tools } from "./tools.js";
import { answerOrder, blockedBy, recordUndecided } from "./undecided.js";

const doing = "break-glass";

/** `break-glass <run>|<cluster>[/<node-group>] <reason>`: what is asked for already, or something new. */
export async function breakGlass(what: string, reason: string, actor: Actor, tools: Tools): Promise<View> {
  const id = what.toLowerCase();
  // Whoever does not see it is told the same as if there was none.
  const seen = (await tools.upgrades.find(id)) && (await findVisibleRun(id, actor, tools, doing));
  if (!seen || "refused" in seen) return startNew(what, reason, actor, tools);
  const found = await requestToBreak({ runId: id, planHash: seen.found.plan.hash }, actor, tools);
  if ("refused" in found) return found.refused;
  const broken = await tools.upgrades.breakGlass(id, { by: actor.user, reason });
  return answerBroken(broken, actor, tools);
}

async function startNew(place: string, reason: string, actor: Actor, tools: Tools): Promise<View> {
  const [cluster = "", nodeGroup, extra] = place.split("/");
  if (cluster === "" || nodeGroup === "" || extra !== undefined) {
    return refusal({
      what: `"${place}" is no run and no target.`,
      why: "Write <run> or <cluster>/<node-group>",
    });
  }
  const wanted = { name: doing, cluster, ...(nodeGroup !== undefined && { nodeGroup }) };
  const target = await findTarget(wanted, "break glass", actor, tools);
  if ("refused" in target) return target.refused;
  const asker = { by: actor.user, reason, breakGlass: true } as const;
  const requested = await tools.upgrades.request(target.found, {}, asker);
  const answer = await answerRequest(requested, { actor, target: target.found, doing }, tools);
  if (!("open" in requested)) return answer;
  // Somebody asked for it already: their plan is the one that is started.
  const how = say([openAlreadyWords(requested.open)]);
  return { text: `${answer.text}\n${how.text}`, blocks: [...answer.blocks, ...how.blocks] };
}

/** *Start without approval*: asks why, and starts the request at once. */
export const glassBreaking: Dialog = {
  action: breakGlassAction,
  callback: breakGlassCallback,
  working: breakGlassWorking,
  missing: reasonErrors,
  async open(value, actor, tools) {
    const found = await requestToBreak(parseApprovalValue(value), actor, tools);
    if ("refused" in found) return found;
    const { run } = found.found;
    if (run.state === "awaiting approval" || run.state === "scheduled")
      return { found: breakGlassModal(run) };
    recordUndecided(tools.audit, { actor, run, what: doing, rule: "over" });
    return { refused: refusedGlass("over", run) };
  },
  async submit(value, values, actor, tools) {
    const found = await requestToBreak(parseApprovalValue(value), actor, tools);
    if ("refused" in found) return found.refused;
    const { runId, planHash: hash } = found.found;
    const reason = reasonIn(values) ?? "";
    return answerBroken(
      await tools.upgrades.breakGlass(runId, { by: actor.user, reason, hash }),
      actor,
      tools,
    );
  },
};

/** Authorised at the command, when the modal is opened, and again when it comes back. */
async function requestToBreak(
  wanted: ApprovalValue | undefined,
  actor: Actor,
  tools: Tools,
): Promise<Found<ClickedRequest>> {
  const request = await clickedRequest(wanted, tools);
  if (!request) return { refused: staleRequest };
  const { environment, run } = request;
  // Nobody else would have to say yes: pods are deleted at the word of whoever may have that alone.
  const rights = run.plan.wish.force ? (["break glass", "force"] as const) : (["break glass"] as const);
  for (const right of rights) {
    const ruling = await tools.authority.may(right, environment, actor, about(run, doing));
    if (!ruling.allowed) return { refused: notAllowed("You cannot start this without approval.", ruling) };
  }
  return { found: request };
}

function answerBroken(broken: Broken | undefined, actor: Actor, tools: Tools): View {
  if (broken?.outcome !== "blocked") {
    const words = { done: brokenAnswer, refused: refusedGlass };
    return answerOrder(broken, { actor, what: doing }, tools.audit, words);
  }
  const { blockers, run } = broken;
  recordUndecided(tools.audit, { actor, run, what: doing, ...blockedBy(blockers) });
  return problemsAnswer("Not started: this stands in the way even so.", blockers);
}
