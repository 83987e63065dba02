import type { SlackClient } from "./client.js";
import type { RealClock } from "./rate-gate.js";

/** Who is meant: members of Slack user groups, and people by id. */
export interface Circle {
  readonly groups: readonly string[];
  readonly users: readonly string[];
}

export interface People {
  /**
   * Throws `SlackTrouble` when Slack does not tell: the caller refuses. `fresh` asks Slack again, for decisions:
   * membership may have ended a moment ago.
   */
  isMember(userId: string, circle: Circle, how: { readonly fresh: boolean }): Promise<boolean>;
}

/** `usergroups.users.list` may be called 20 times a minute in a workspace (Slack: tier 2). */
const keptFor = 60_000;

interface Kept {
  readonly members: Promise<readonly string[]>;
  readonly at: number;
}

export function createPeople(client: Pick<SlackClient, "userGroupMembers">, now: RealClock): People {
  const kept = new Map<string, Kept>();

  function membersOf(group: string, fresh: boolean): Promise<readonly string[]> {
    const known = kept.get(group);
    if (known && !fresh && now() - known.at < keptFor) return known.members;
    const asked: Kept = { members: client.userGroupMembers(group), at: now() };
    kept.set(group, asked);
    // A failure is not remembered, and no older answer is used in its place.
    asked.members.catch(() => {
      if (kept.get(group) === asked) kept.delete(group);
    });
    return asked.members;
  }

  return {
    async isMember(userId, circle, { fresh }) {
      if (circle.users.includes(userId)) return true;
      const answers = await Promise.allSettled(circle.groups.map((group) => membersOf(group, fresh)));
      if (answers.some((answer) => answer.status === "fulfilled" && answer.value.includes(userId)))
        return true;
      const failed = answers.find((answer) => answer.status === "rejected");
      if (failed) throw failed.reason;
      return false;
    },
  };
}
