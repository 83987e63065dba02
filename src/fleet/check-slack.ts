import { ConfigError } from "../config.js";
import type { At, Fleet } from "../fleet.js";
import type { ChannelSeen, GroupSeen, SlackInspection } from "../slack/inspection.js";
import { isSlackTrouble } from "../slack/trouble.js";
import { type InCircle, lockedOut, rulesOf } from "./enough.js";
import type { Issue } from "./issue.js";
import { lockoutIssue } from "./lockout-words.js";
import { channelsIn, groupsIn } from "./named.js";
import { inOrder } from "./places.js";

/** What Slack said of all its user groups; undefined where it did not. */
export type GroupsSeen = ReadonlyMap<string, GroupSeen> | undefined;
/** What Slack said of channels; those that it told nothing of are left out. */
export type ChannelsSeen = ReadonlyMap<string, ChannelSeen | "unknown">;

/** What is wrong with the file by what Slack says: each with its line. What Slack does not say is no problem here. */
export function fleetProblems(fleet: Fleet, groups: GroupsSeen, channels: ChannelsSeen, at: At): string[] {
  const issues = [
    ...(groups ? [...ofGroups(fleet, groups), ...ofPeople(fleet, groups)] : []),
    ...ofChannels(fleet, channels),
  ];
  return inOrder(issues, at);
}

function ofGroups(fleet: Fleet, groups: ReadonlyMap<string, GroupSeen>): Issue[] {
  return groupsIn(fleet).flatMap(({ id, path }) => {
    const seen = groups.get(id);
    if (!seen) {
      const where = "People → User groups → the group → ⋮ → Copy group ID";
      return [
        { path, message: `is ${id}, a user group that Slack does not know: correct the id (${where})` },
      ];
    }
    if (!seen.disabled) return [];
    return [{ path, message: `is @${seen.handle}, which is disabled: enable it in Slack, or name another` }];
  });
}

function ofPeople(fleet: Fleet, groups: ReadonlyMap<string, GroupSeen>): Issue[] {
  const inCircle: InCircle = ({ groups: ids, users }) => {
    const each = ids.map((id) => groups.get(id));
    const known = each.flatMap((seen) => (seen?.members && !seen.disabled ? [seen.members] : []));
    return known.length === ids.length ? new Set([...users, ...known.flat()]) : undefined;
  };
  return fleet.environments.flatMap((environment, i) => {
    const rules = rulesOf(environment, fleet);
    const found = lockedOut(rules, inCircle);
    if (!found) return [];
    const issue = lockoutIssue(found, { ...rules, production: environment.production });
    const from = issue.path[0] === "may" && environment.may.start === environment.operators;
    return [{ ...issue, path: ["environments", i, ...(from ? ["operators"] : issue.path)] }];
  });
}

function ofChannels(fleet: Fleet, channels: ChannelsSeen): Issue[] {
  return channelsIn(fleet).flatMap(({ id, path }) => {
    const seen = channels.get(id);
    const message = seen && channelFault(seen);
    return message ? [{ path, message }] : [];
  });
}

function channelFault(seen: ChannelSeen | "unknown"): string | undefined {
  if (seen === "unknown") {
    return "is no channel that the bot sees: if it is private, invite the bot there (/invite), else correct the id (channel details, at the bottom)";
  }
  if (seen.archived) return `is #${seen.name}, which is archived: restore it in Slack, or name another`;
  if (!seen.shared) return undefined;
  return `is #${seen.name}, which is shared with another organisation: name a channel of your own`;
}

interface InSlack {
  readonly fleet: Fleet;
  readonly at: At;
  readonly slack: Pick<SlackInspection, "groups" | "channel">;
  readonly log: { warn(fields: object, message: string): void };
}

/**
 * Looks up in Slack what the file names: one call for all user groups, and one for each channel. What Slack does not
 * tell, for whatever reason, is logged and let be: orders that rest on it are refused one by one.
 *
 * @throws ConfigError with every problem, each with its line
 */
export async function checkFleetInSlack({ fleet, at, slack, log }: InSlack): Promise<void> {
  let away = false;
  async function ask<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    // Nobody shall wait for one answer after another that does not come.
    if (away) return undefined;
    try {
      return await call();
    } catch (error) {
      if (!isSlackTrouble(error)) throw error;
      away = isSlackTrouble(error, "unreachable", "rate limited");
      const { method, code, next } = error;
      log.warn({ what, method, code, next }, "Slack does not tell whether fleet.yaml is right");
      return undefined;
    }
  }

  const groups = groupsIn(fleet).length > 0 ? await ask("user groups", () => slack.groups()) : undefined;
  const channels = new Map<string, ChannelSeen | "unknown">();
  for (const id of new Set(channelsIn(fleet).map((named) => named.id))) {
    const seen = await ask(`channel ${id}`, () => slack.channel(id).catch(orUnknown));
    if (seen) channels.set(id, seen);
  }
  const problems = fleetProblems(fleet, groups, channels, at);
  if (problems.length > 0) throw new ConfigError(problems);
}

function orUnknown(error: unknown): "unknown" {
  if (isSlackTrouble(error) && error.code === "channel_not_found") return "unknown";
  throw error;
}
