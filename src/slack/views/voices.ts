import type { Approval } from "../../core/approval.js";
import { lackingOf, needsNobody } from "../../core/quorum.js";
import type { Run } from "../../core/run.js";
import { listed, mention, mentionGroup, moment, plural } from "../text.js";

/** Who has approved, in whose place, and who is still needed. */

/** "@b (deputy of @c)" */
function voiceWords({ by, deputyOf }: Pick<Approval, "by" | "deputyOf">): string {
  return deputyOf === undefined ? mention(by) : `${mention(by)} (deputy of ${mention(deputyOf)})`;
}

/** Of people and of groups: more would not be read. */
const shown = 10;

/** Undefined: nobody yet. */
export function approversWords({ approvals }: Pick<Run, "approvals">): string | undefined {
  return approvals.length === 0 ? undefined : some(approvals.map(voiceWords));
}

function some(all: readonly string[]): string {
  const rest = all.length - shown;
  return listed(rest > 0 ? [...all.slice(0, shown), `${rest} more`] : all, "and");
}

/** "2 of 3 approvals: @a and @b (deputy of @c). Still needed: 1 more, one of @sre." None where one of anybody will do. */
export function countLines(run: Run): string[] {
  const { more, groups } = lackingOf(run);
  if (run.approvals.length + more < 2 && groups.length === 0) return [];
  const among = groups.map((group) => `one of ${mentionGroup(group)}`);
  const still = [...(more > 0 ? [`${more} more`] : []), ...(among.length > 0 ? [some(among)] : [])];
  return [`${givenWords(run)}. Still needed: ${still.join(", ")}.`];
}

/** "1 of 2 approvals: @a" */
export function givenWords(run: Run): string {
  const given = run.approvals.length;
  const by = approversWords(run);
  const count = `${given} of ${plural(given + lackingOf(run).more, "approval")}`;
  return by === undefined ? count : `${count}: ${by}`;
}

/** "Approved by @a 10:00", of a run that may begin. */
export function approvedWords(run: Run): string {
  const at = run.decidedAt === undefined ? "" : ` ${moment(run.decidedAt)}`;
  const by = approversWords(run);
  return by === undefined ? "No approval was needed" : `Approved by ${by}${at}`;
}

/** "approved by @a", "started by @x without approval". */
export function yesWords(run: Run): string {
  const voices = approversWords(run);
  const nobody = needsNobody(run) ? "no approval needed" : undefined;
  const approved = voices === undefined ? nobody : `approved by ${voices}`;
  if (!run.breakGlass) return approved ?? "approved by nobody yet";
  const by = mention(run.breakGlass.by);
  return approved ? `${approved}, started at once by ${by}` : `started by ${by} without approval`;
}
