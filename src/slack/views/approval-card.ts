import type { ActionsBlock, KnownBlock } from "@slack/types";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { wasStopped } from "../standing.js";
import { code, context, fitLines, foreign, mention, moment, section, whoever } from "../text.js";
import { breakGlassAction, glassLines } from "./break-glass.js";
import { button } from "./button.js";
import { cancelAction } from "./control.js";
import { scheduledLines } from "./hours.js";
import { outlookBlocks } from "./outlook.js";
import { planBlocks, planTitle, startCommand, summaryOf } from "./plan.js";
import { rejectAction, rejectedBecauseLines } from "./reject.js";
import { approvedWords, approversWords, countLines, givenWords } from "./voices.js";

export const approveAction = "eks-upgrade:approve";
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

/** *Request again* carries which run came to nothing. */
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
        ...countLines(run),
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
      ...linesOf([...countLines(run), ...laterLines(run)]),
      buttons(run),
      context([asked(run), `Expires ${moment(run.expiresAt)}`, `Run ${code(run.id)}`]),
    ],
  };
}

/** The pending card's sibling: the same plan, the outcome on top, and nothing left to decide. */
function decidedCard(run: Run): View {
  const title = planTitle(run.plan);
  const said = [...outcomeOf(run), ...rejectedBecauseLines(run), ...reasonLines(run)];
  return {
    text: fitLines([`Upgrade ${title}, ${summaryOf(run.plan)}.`, ...said, asked(run)], 3_000),
    blocks: [
      section([`*Upgrade ${title}*`, ...said]),
      ...planBlocks(run.plan, run.requestedAt),
      ...decidedButtons(run),
      context([asked(run), `Run ${code(run.id)}`]),
    ],
  };
}

function outcomeOf(run: Run): string[] {
  const at = run.decidedAt === undefined ? "" : ` ${moment(run.decidedAt)}`;
  if (run.state === "rejected")
    return [`:no_entry: Rejected by ${mention(run.rejectedBy ?? "somebody")}${at}.`];
  if (run.state === "expired") {
    return [
      `:hourglass: Expired${at}: not decided in time. To ask again: ${startCommand(run.plan)}`,
      ...(run.approvals.length > 0 ? [`It had ${givenWords(run)}.`] : []),
    ];
  }
  if (run.state === "cancelled") {
    const end = run.endedAt === undefined ? "" : ` ${moment(run.endedAt)}`;
    return [`:no_entry_sign: Called off by ${mention(run.cancelledBy ?? "somebody")}${end}.`];
  }
  if (run.breakGlass) return [...glassLines(run), ...givenBefore(run)];
  if (run.state === "scheduled") return [`:calendar: ${approvedWords(run)}.`, ...scheduledLines(run)];
  return [`:white_check_mark: ${approvedWords(run)}.`, ...scheduledLines(run)];
}

/** Approvals that were there when the glass was broken. */
function givenBefore(run: Run): string[] {
  const by = approversWords(run);
  return by === undefined ? [] : [`Approved before by ${by}.`];
}

function approversOf(run: Run): string {
  return whoever({ groups: run.approverGroups, users: run.approverUsers });
}

function asked(run: Run): string {
  return `Asked by ${mention(run.requestedBy)} ${moment(run.requestedAt)}`;
}

function reasonLines({ reason, breakGlass }: Run): string[] {
  // What it was started for without approval is said already.
  if (reason === breakGlass?.reason) return [];
  const said = foreign(reason ?? "", reasonRoom);
  return said === "" ? [] : [`*Why:* ${said}`];
}

/** Asked for outside the hours of its environment. */
function laterLines({ startAt }: Run): string[] {
  return startAt === undefined ? [] : [`:calendar: Once approved, it starts ${moment(startAt)}.`];
}

function linesOf(lines: readonly string[]): KnownBlock[] {
  return lines.length > 0 ? [section(lines)] : [];
}

function changeLines(run: Run): string[] {
  if (run.planChanges.length === 0) return [];
  const shown = run.planChanges.map((change) => `• ${foreign(change, 200)}`);
  return ["*The plan changed since it was asked for:*", ...shown];
}

/** A plan with blockers cannot be approved; it can still be turned down. */
function buttons(run: Run): KnownBlock {
  const value = approvalValue(run);
  const approve = button({ action: approveAction, text: "Approve upgrade", value, style: "primary" });
  // Both ask why.
  const reject = button({ action: rejectAction, text: "Reject", value, style: "danger" });
  const glass = button({ action: breakGlassAction, text: "Start without approval", value });
  const start = run.mayBreakGlass ? [approve, reject, glass] : [approve, reject];
  const block: ActionsBlock = {
    type: "actions",
    // A new id for each plan: Slack keeps a button's state on the client by this id.
    block_id: `approval-${value}`.slice(0, 255),
    elements: run.plan.blockers.length > 0 ? [reject] : start,
  };
  return block;
}

/** What never ran can be asked for again; what has yet to begin can be called off. */
function decidedButtons(run: Run): KnownBlock[] {
  if (run.state === "scheduled")
    return [{ type: "actions", block_id: `card-${run.id}`, elements: [cancelButton(run)] }];
  const neverRan = run.state === "cancelled" && !wasStopped(run);
  if (run.state !== "rejected" && run.state !== "expired" && !neverRan) return [];
  const again = button({ action: againAction, text: "Request again", value: againValue(run) });
  return [{ type: "actions", block_id: `again-${run.id}`, elements: [again] }];
}

function cancelButton({ id }: Run) {
  return button({
    ...{ action: cancelAction, text: "Cancel", value: id, style: "danger" },
    confirm: {
      title: "Call this upgrade off?",
      text: "It does not begin, and nothing is changed. It can be asked for again.",
      yes: "Call it off",
    },
  });
}
