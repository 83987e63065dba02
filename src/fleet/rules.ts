import type { z } from "zod";
import type { Deputy } from "../core/access/rights.js";
import { soundsLikeProduction } from "./authority.js";
import { lockedOut } from "./enough.js";
import { neverOpen } from "./hours.js";
import type { Issue } from "./issue.js";
import { link } from "./link.js";
import { lockoutIssue } from "./lockout-words.js";
import { spanOf } from "./moments.js";
import { keys } from "./schema.js";

/** What the bot was told beside the file. */
export interface Beside {
  /** Whether it serves the page of signed links. */
  readonly servesLinks: boolean;
}

/**
 * What is wrong with several keys of an environment together. Each is read by itself, so that it is told whatever else is
 * wrong; where one of those that a rule needs is wrong, the rule says nothing.
 */
export function rulesBroken(data: unknown, beside: Beside): Issue[] {
  const { environments, ...top } = keysOf(data);
  if (!Array.isArray(environments)) return [];
  const people = partOf(link, top.link)?.people;
  return environments.flatMap((environment, i) => {
    const read = readParts(environment);
    return [
      ...ofProduction(read),
      ...ofApprovals(read, beside),
      ...ofGlass(read),
      ...ofPeople(read, people),
      ...ofDeputies(read),
      ...(read.windows ? neverOpen(read.windows) : []),
      ...ofFreezes(read),
    ].map(({ path, message }) => ({ path: ["environments", i, ...path], message }));
  });
}

function keysOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
}

function partOf<T extends z.ZodType>(schema: T, data: unknown): z.infer<T> | undefined {
  return schema.safeParse(data).data;
}

function readParts(environment: unknown) {
  const raw = keysOf(environment);
  const windows = partOf(keys.windows, raw.windows);
  return {
    name: partOf(keys.name, raw.name) ?? "",
    production: partOf(keys.production, raw.production),
    operators: partOf(keys.operators, raw.operators),
    approvers: partOf(keys.approvers, raw.approvers),
    may: partOf(keys.may, raw.may),
    approvals: partOf(keys.approvals, raw.approvals),
    deputies: partOf(keys.deputies, raw.deputies) ?? [],
    freezes: partOf(keys.freezes, raw.freezes) ?? [],
    windows,
    timeZone: windows?.timeZone ?? "UTC",
  };
}

type Parts = ReturnType<typeof readParts>;

/** Nobody alone changes production. */
function ofProduction(parts: Parts): Issue[] {
  const { name, production, approvals } = parts;
  if (!approvals || !isProduction(parts)) return [];
  const { required, requesterMayApprove } = approvals;
  const unless = production === undefined ? ", or production: false if it is none" : "";
  if (required === 0) {
    const message = `is 0, but ${name} is production, where somebody else must approve: write 1 or more${unless}`;
    return [{ path: ["approvals", "required"], message }];
  }
  if (required > 1 || !requesterMayApprove) return [];
  const message = `is true, so whoever asks could approve alone, but ${name} is production, where somebody else must approve: write false, or required: 2${unless}`;
  return [{ path: ["approvals", "requesterMayApprove"], message }];
}

function ofApprovals({ approvals, approvers }: Parts, { servesLinks }: Beside): Issue[] {
  if (!approvals) return [];
  const { required, oneFromEach, mode } = approvals;
  const issue = (key: readonly PropertyKey[], message: string): Issue => ({
    path: ["approvals", ...key],
    message,
  });
  const issues: Issue[] = [];
  if (mode === "slack+link" && !servesLinks) {
    issues.push(
      issue(["mode"], "needs PUBLIC_URL, where the bot serves the page of the link: set it, or write slack"),
    );
  }
  if (required === 0) {
    const idle = "is for approvals, and none are required: leave it out, or write required: 1";
    if (oneFromEach.length > 0) issues.push(issue(["oneFromEach"], idle));
    if (mode === "slack+link") issues.push(issue(["mode"], idle));
  } else if (approvers) {
    const stranger = (group: string) => !approvers.groups.includes(group);
    const words = "is no group of approvers, so nobody of it could approve: add it to approvers, too";
    issues.push(
      ...oneFromEach.flatMap((group, i) => (stranger(group) ? [issue(["oneFromEach", i], words)] : [])),
    );
  }
  return issues;
}

/** A Slack session alone would start what it must not be able to approve. */
function ofGlass({ may, approvals }: Parts): Issue[] {
  const { groups = [], users = [] } = may?.breakGlass ?? {};
  if (approvals?.mode !== "slack+link" || groups.length + users.length === 0) return [];
  const message =
    "starts upgrades by Slack alone, which approvals.mode slack+link is to prevent: leave breakGlass out, or write mode: slack";
  return [{ path: ["may", "breakGlass"], message }];
}

/** Who would be locked out, as far as the file alone can tell: who is in a group it cannot. */
function ofPeople(parts: Parts, people: Readonly<Record<string, string>> | undefined): Issue[] {
  const { operators, approvers, may, approvals } = parts;
  if (!operators || !approvers || !may || !approvals) return [];
  const known = {
    ...{ start: may.start ?? operators, approvers, approvals },
    ...(people && approvals.mode === "slack+link" && { letIn: new Set(Object.keys(people)) }),
  };
  const named = lockedOut(known, ({ groups, users }) => (groups.length > 0 ? undefined : new Set(users)));
  return named ? [lockoutIssue(named, { ...known, production: isProduction(parts) })] : [];
}

function isProduction({ name, production }: Parts): boolean {
  return production ?? soundsLikeProduction(name);
}

const notBegun = "must be later than from: it ends before it begins";

function ofDeputies({ deputies, approvers, timeZone }: Parts): Issue[] {
  const spans = deputies.map((each): Deputy => ({ ...each, ...spanOf(each, timeZone) }));
  return spans.flatMap((each, i) => {
    const issue = (key: keyof Deputy, message: string): Issue => ({ path: ["deputies", i, key], message });
    const issues: Issue[] = [];
    if (each.until <= each.from) issues.push(issue("until", notBegun));
    if (spans.slice(0, i).some((other) => meets(each, other))) {
      issues.push(issue("deputy", `${each.deputy} is deputy of ${each.of} at that time already`));
    }
    const named = approvers && approvers.groups.length === 0 ? approvers.users : [each.of];
    if (!named.includes(each.of)) {
      const message = "is none of approvers: a deputy approves in the place of one of them";
      issues.push(issue("of", message));
    }
    return issues;
  });
}

function meets(one: Deputy, other: Deputy): boolean {
  const same = one.of === other.of && one.deputy === other.deputy;
  return same && one.from < other.until && other.from < one.until;
}

function ofFreezes({ freezes, timeZone }: Parts): Issue[] {
  return freezes.flatMap((freeze, i) => {
    const { from, until } = spanOf(freeze, timeZone);
    return until <= from ? [{ path: ["freezes", i, "until"], message: notBegun }] : [];
  });
}
