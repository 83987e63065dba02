import type { Actor } from "../src/authority.js";
import { parseApprovalValue } from "../src/slack/views/approval-card.js";
import { refusedClick, rejectedAnswer } from "../src/slack/views/decisions.js";
import { reasonErrors, reasonIn } from "../src/slack/views/reason-modal.js";
import { rejectAction, rejectCallback, rejectModal, rejectWorking } from "../src/slack/views/reject.js";
import { rulesOf } from "../src/upgrades/rules.js";
import { type ClickedRequest, clickedRequest, keepUndecided, mayDecide } from "./approvals.js";
import type { Dialog } from "./dialog.js";
import { notAllowed } from "./refused.js";
import { staleRequest } from "./stale.js";
import type { Found } from "./target.js";
import type { Tools } from "./tools.js";

/** *Reject*: asks why, and closes the request. */
export const rejection: Dialog = {
  action: rejectAction,
  callback: rejectCallback,
  working: rejectWorking,
  missing: reasonErrors,
  async open(value, actor, tools) {
    const found = await requestToReject(value, actor, tools);
    if ("refused" in found) return found;
    const { run } = found.found;
    if (run.state === "awaiting approval") return { found: rejectModal(run) };
    return { refused: refusedClick(run.state === "expired" ? "expired" : "already decided", run) };
  },
  async submit(value, values, actor, tools) {
    const reason = reasonIn(values) ?? "";
    const found = await requestToReject(value, actor, tools);
    if ("refused" in found) return found.refused;
    const { runId, planHash: hash, environment } = found.found;
    const click = { by: actor.user, hash, rules: rulesOf(environment), reason };
    const decided = await tools.upgrades.decide(runId, { decision: "reject", ...click });
    if (decided.outcome === "unknown run") return staleRequest;
    keepUndecided("reject", decided, found.found, actor, tools);
    return decided.outcome === "refused"
      ? refusedClick(decided.refusal, decided.run)
      : rejectedAnswer(decided.run);
  },
};

/** Authorised when the modal is opened, and again when it comes back. */
async function requestToReject(value: string, actor: Actor, tools: Tools): Promise<Found<ClickedRequest>> {
  const request = await clickedRequest(parseApprovalValue(value), tools);
  if (!request) return { refused: staleRequest };
  const ruling = await mayDecide("reject", request, actor, tools);
  if (ruling.allowed) return { found: request };
  return { refused: notAllowed("You cannot reject this.", ruling) };
}
