import type { ActionsBlock, Button, KnownBlock } from "@slack/types";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import {
  code,
  context,
  fitLines,
  foreign,
  listed,
  mention,
  moment,
  plural,
  section,
  whoever,
} from "../text.js";
import { outlookBlocks } from "./outlook.js";
import { planBlocks, planTitle, startCommand, summaryOf } from "./plan.js";

export const approveAction = "eks-upgrade:approve";
export const rejectAction = "eks-upgrade:reject";
export const againAction = "eks-upgrade:again";

const changesRoom = 1_500;
/** As long as the form takes, however much of it has to be escaped. */
const reasonRoom = 600;

/** What a click carries: which run, and the plan the reader saw. Everything else is read again from the record. */
export interface ApprovalValue {
  readonly runId: string;
  readonly planHash: string;
}

export function approvalValue(run: Pick<Run, "id" | "plan">): string {
  return `${run.id}|${run.plan.hash}`;
}

/** Undefined for a value that this file did not write: a button's value comes from outside. */
export function parseApprovalValue(text: string): ApprovalValue | undefined {
  const found = /^([a-z0-9-]{1,64})\|([\w:+/=.-]{1,200})$/.exec(text);
  const [, runId, planHash] = found ?? [];
  return runId && planHash ? { runId, planHash } : undefined;
}

/** *Request again* carries which run expired. */
export function againValue(run: Pick<Run, "id">): string {
  return run.id;
}

/** The run's id; undefined for a value that this file did not write. */
export function parseAgainValue(text: string): string | undefined {
  return /^[a-z0-9-]{1,64}$/.test(text) ? text : undefined;
}

/** The run's card as it has to look now: asking, asking again, or decided. */
export function approvalCard(run: Run): View {
  return run.state === "awaiting approval" ? pendingCard(run) : decidedCard(run);
}

/** Asks the approvers. When the plan changed at a click it says what changed, and asks again. */
function pendingCard(run: Run): View {
  const title = planTitle(run.plan);
  const who = approversOf(run);
  const changed = run.planChanges.length > 0;
  const ask = changed ? "Please approve again" : "Approval needed";
  return {
    text: fitLines(
      [
        `${ask}: upgrade ${title} in ${foreign(run.plan.environment, 80)}, ${summaryOf(run.plan)}.`,
        ...changeLines(run),
        ...reasonLines(run),
        `For ${who}. Asked by ${mention(run.requestedBy)}, expires ${moment(run.expiresAt)}.`,
      ],
      3_000,
    ),
    blocks: [
      section([
        `*${ask}: upgrade ${title}*`,
        `${who}: please read the plan and decide.`,
        ...reasonLines(run),
      ]),
      ...(changed ? [section(changeLines(run), changesRoom)] : []),
      ...planBlocks(run.plan, run.requestedAt),
      ...outlookBlocks(run.plan),
      ...(run.approvalsRequired > 1 ? [section([countLine(run)])] : []),
      buttons(run),
      context([asked(run), `Expires ${moment(run.expiresAt)}`, `Run ${code(run.id)}`]),
    ],
  };
}

/** The pending card's sibling: the same plan, the outcome on top, and nothing left to decide. */
function decidedCard(run: Run): View {
  const title = planTitle(run.plan);
  const outcome = outcomeOf(run);
  return {
    text: fitLines(
      [`Upgrade ${title}, ${summaryOf(run.plan)}.`, outcome, ...reasonLines(run), asked(run)],
      3_000,
    ),
    blocks: [
      section([`*Upgrade ${title}*`, outcome, ...reasonLines(run)]),
      ...planBlocks(run.plan, run.requestedAt),
      ...(run.state === "expired" ? [againButton(run)] : []),
      context([asked(run), `Run ${code(run.id)}`]),
    ],
  };
}

function outcomeOf(run: Run): string {
  const at = run.decidedAt === undefined ? "" : ` ${moment(run.decidedAt)}`;
  if (run.state === "rejected")
    return `:no_entry: Rejected by ${mention(run.rejectedBy ?? "somebody")}${at}.`;
  if (run.state === "expired") {
    return `:hourglass: Expired${at}: nobody decided in time. To ask again: ${startCommand(run.plan)}`;
  }
  if (run.state === "cancelled") {
    const end = run.endedAt === undefined ? "" : ` ${moment(run.endedAt)}`;
    return `:no_entry_sign: Called off by ${mention(run.cancelledBy ?? "somebody")}${end}.`;
  }
  const by = listed(
    run.approvals.map((approval) => mention(approval.by)),
    "and",
  );
  return `:white_check_mark: Approved by ${by}${at}.`;
}

function approversOf(run: Run): string {
  return whoever({ groups: run.approverGroups, users: run.approverUsers });
}

function asked(run: Run): string {
  return `Asked by ${mention(run.requestedBy)} ${moment(run.requestedAt)}`;
}

function reasonLines({ reason }: Run): string[] {
  const said = foreign(reason ?? "", reasonRoom);
  return said === "" ? [] : [`*Why:* ${said}`];
}

function countLine(run: Run): string {
  const given = run.approvals.map((approval) => mention(approval.by));
  const so = given.length === 0 ? "none yet" : `so far ${listed(given, "and")}`;
  return `Needs ${plural(run.approvalsRequired, "approval")}, ${so}.`;
}

function changeLines(run: Run): string[] {
  if (run.planChanges.length === 0) return [];
  const shown = run.planChanges.map((change) => `• ${foreign(change, 200)}`);
  return ["*The plan changed since it was asked for:*", ...shown];
}

/** A plan with blockers cannot be approved; it can still be turned down. */
function buttons(run: Run): KnownBlock {
  const value = approvalValue(run);
  const approve: Button = {
    type: "button",
    action_id: approveAction,
    style: "primary",
    text: { type: "plain_text", text: "Approve upgrade" },
    value,
  };
  const reject: Button = {
    type: "button",
    action_id: rejectAction,
    style: "danger",
    text: { type: "plain_text", text: "Reject" },
    value,
    confirm: {
      title: { type: "plain_text", text: "Reject this upgrade?" },
      text: { type: "plain_text", text: "The request is closed. It can be asked for again." },
      confirm: { type: "plain_text", text: "Reject" },
      deny: { type: "plain_text", text: "Go back" },
    },
  };
  const block: ActionsBlock = {
    type: "actions",
    // A new id for each plan: Slack keeps a button's state on the client by this id.
    block_id: `approval-${value}`.slice(0, 255),
    elements: run.plan.blockers.length > 0 ? [reject] : [approve, reject],
  };
  return block;
}

function againButton(run: Run): KnownBlock {
  const again: Button = {
    type: "button",
    action_id: againAction,
    text: { type: "plain_text", text: "Request again" },
    value: againValue(run),
  };
  return { type: "actions", block_id: `again-${run.id}`, elements: [again] };
}
