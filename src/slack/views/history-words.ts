import type { AuditLine } from "../../core/audit/entry.js";
import type { Gathered } from "../../core/audit/gather.js";
import { code, foreign, mention, moment, plural } from "../text.js";

/** What entries of the audit say to people. Whatever stands in them may be somebody else's text. */

type Words = (line: AuditLine) => string;

const upgrade = ({ on = "a cluster", run }: AuditLine): string =>
  `the upgrade of *${foreign(on, 120)}*${run === undefined ? "" : ` (${code(run, 60)})`}`;
const said = ({ why }: AuditLine): string => (why ? `: ${foreign(why, 150)}` : "");
const detail = (line: AuditLine, name: string): string => foreign(String(line.more?.[name] ?? ""), 100);
const when = (line: AuditLine, name: string): string => {
  const at = line.more?.[name];
  return typeof at === "number" ? ` ${moment(at)}` : "";
};

function approved(line: AuditLine): string {
  const { deputyOf, byLink } = line.more ?? {};
  const deputy = typeof deputyOf === "string" ? ` as deputy of ${mention(deputyOf)}` : "";
  return `approved ${upgrade(line)}${deputy}${byLink === true ? ", by link" : ""}`;
}

/** After who it was: "@ana approved …". */
const deeds: Readonly<Record<string, Words>> = {
  RunRequested: (line) => `asked for ${upgrade(line)}${said(line)}`,
  ApprovalGiven: approved,
  RunApproved: approved,
  RunRejected: (line) => `rejected ${upgrade(line)}${said(line)}`,
  GlassBroken: (line) => `broke the glass for ${upgrade(line)}${said(line)}`,
  RunCancelled: (line) => `called off ${upgrade(line)}`,
  UpdateAdopted: (line) => `had the bot follow ${upgrade(line)}`,
  RetryRequested: (line) => `tried ${upgrade(line)} once more`,
  RunPaused: (line) => `paused ${upgrade(line)}`,
  RunResumed: (line) => `resumed ${upgrade(line)}`,
  StopRequested: (line) => `stopped ${upgrade(line)}`,
  StopTooLate: (line) => `came too late to call off ${upgrade(line)}`,
  Answered: (line) =>
    `answered “${detail(line, "choice")}” in ${upgrade(line)}, about ${detail(line, "about")}`,
  ForceConfirmed: (line) =>
    `confirmed that pods may be deleted in ${upgrade(line)}: ${detail(line, "about")}`,
  NodeSkipped: (line) => `put off ${foreign(line.on ?? "a node", 120)}${ofRun(line)}`,
  RunReleased: (line) => `had ${upgrade(line)} go on outside its window`,
  lock: (line) => `locked *${foreign(line.on ?? "", 120)}*: ${detail(line, "reason")}`,
  unlock: (line) => `unlocked *${foreign(line.on ?? "", 120)}*`,
  snooze: (line) =>
    `snoozed ${foreign(line.on ?? "", 120)} for ${plural(Number(detail(line, "days")), "day")}`,
  wake: (line) => `woke ${foreign(line.on ?? "", 120)}`,
};

/** Where nobody did it. */
const happenings: Readonly<Record<string, Words>> = {
  ApprovalWaived: (line) => `No approval was needed for ${upgrade(line)}`,
  PlanChanged: (line) => `The plan changed of ${upgrade(line)}${said(line)}`,
  RunScheduled: (line) => `Put off: ${upgrade(line)}, until${when(line, "startAt")}`,
  RunDue: (line) => `Its time came: ${upgrade(line)}`,
  RunHeld: (line) => `Held (${detail(line, "why")}): ${upgrade(line)}${said(line)}`,
  RunReleased: (line) => `Goes on: ${upgrade(line)}`,
  RunExpired: (line) => `Nobody decided in time about ${upgrade(line)}`,
  PodsDeleted: (line) =>
    `Deleted on ${foreign(line.on ?? "a node", 120)}${ofRun(line)}: pods ${detail(line, "pods")}`,
  NotPutBack: (line) => `Could not be put back in ${upgrade(line)}${said(line)}`,
  RunSucceeded: (line) => `Done: ${upgrade(line)}`,
  RunFailed: (line) => `Failed: ${upgrade(line)}${said(line)}`,
  "configuration loaded": (line) => `The bot started, with the environments ${detail(line, "environments")}`,
};

function ofRun({ run }: AuditLine): string {
  return run === undefined ? "" : ` in ${code(run, 60)}`;
}

const smallWords = { kubernetes: "write to Kubernetes", aws: "write to AWS", events: "event" } as const;

/** "40 writes to Kubernetes by calm-heron-42, 2 of them failed" */
function manyWords({ line, small, count, failed }: Gathered): string {
  const one = smallWords[small ?? "events"];
  const many = plural(count, one, one.replace(/^\w+/, "$&s"));
  const by = small === "events" ? "of" : "by";
  const whose =
    line.run === undefined
      ? ` on ${foreign(line.cluster ?? line.on ?? "", 120)}`
      : ` ${by} ${code(line.run, 60)}`;
  return `${many}${whose}${failed > 0 ? `, ${failed} of them failed` : ""}`;
}

/** Who is no person of Slack's. */
const strangers: Readonly<Record<string, string>> = {
  bot: "The bot",
  nobody: "Somebody who is not from Slack",
};

function oneWords(line: AuditLine): string {
  const { who, what, kind, outcome, rule } = line;
  const person = own(strangers, who) ?? mention(who);
  if (kind === "refusal") {
    const why = [rule, line.why].filter((part) => part !== undefined).join(": ");
    const { count } = line.more ?? {};
    const often = typeof count === "number" ? `, ${plural(count, "more time")}` : "";
    const where = line.on === undefined ? ofRun(line) : "";
    const as = line.more?.signedInAs === undefined ? "" : `, signed in as ${detail(line, "signedInAs")},`;
    return `:no_entry: ${person}${as} was refused *${foreign(doneTo(line), 150)}*${where}${often} (${foreign(why, 150)})`;
  }
  const failed = outcome === "failed" ? ` (failed${line.why ? `: ${foreign(line.why, 100)}` : ""})` : "";
  const deed = who === "bot" ? undefined : own(deeds, what);
  if (deed) return `${person} ${deed(line)}${failed}`;
  const happening = own(happenings, what);
  if (happening) return happening(line);
  return `${person}: ${code(doneTo(line), 150)}${ofRun(line)}${failed}`;
}

/** What stands in an entry may be called as something that every object has. */
function own<Value>(known: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

/** "start eks-workshop/default": what refusals tell with what they were about does not tell it twice. */
function doneTo({ what, on }: AuditLine): string {
  return on === undefined || what.includes(on) ? what : `${what} ${on}`;
}

/** A line, with its time where its reader is. */
export function historyLine(item: Gathered): string {
  const { line, small, count } = item;
  const words = small && (count > 1 || small === "events") ? manyWords(item) : oneWords(line);
  return `${moment(line.at)}  ${line.breakGlass ? ":rotating_light: " : ""}${words}`;
}
