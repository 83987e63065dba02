import type { Channel, Person } from "../core/access/facts.js";
import type { Members } from "../core/access/rights.js";
import type { SlackClient } from "./client.js";
import { keepAnswers } from "./kept-answers.js";
import type { RealClock } from "./rate-gate.js";

/** Who is meant: members of Slack user groups, and people by id. */
export type Circle = Members;

/**
 * Who people are, and where they are. Answers are a minute old at most; `fresh` asks Slack again, for decisions: things may
 * have changed a moment ago. Every method throws `SlackTrouble` when Slack does not tell: the caller refuses.
 */
export interface People {
  person(user: string, how: { readonly fresh: boolean }): Promise<Person>;
  /**
   * The members of a user group. `users`: whose membership is of interest. That none of them was in it a few seconds ago
   * is fresh enough: whoever presses a button again and again must not use up what Slack lets everybody ask.
   */
  members(
    group: string,
    how: { readonly fresh: boolean; readonly users: readonly string[] },
  ): Promise<readonly string[]>;
  channel(id: string): Promise<Channel>;
  /** Slack was asked about so many people within the last minute that it may soon tell of nobody. */
  crowded(): boolean;
}

/** Real milliseconds. */
const refusalKept = 5_000;
const minute = 60_000;
/** By each bot: three of them may share what Slack tells a workspace. */
const manyPeople = 30;

/**
 * A minute's calls to a workspace (Slack: tiers): 20 of `usergroups.users.list`, 100 of `users.info`, 50 of
 * `conversations.info`.
 */
export function createPeople(
  client: Pick<SlackClient, "userGroupMembers" | "person" | "channel">,
  now: RealClock,
): People {
  /** When Slack was asked about the last of them. */
  const times: number[] = [];
  const ask = (user: string) => {
    times.push(now());
    if (times.length > manyPeople) times.shift();
    return client.person(user);
  };
  const people = keepAnswers(ask, now);
  const channels = keepAnswers(client.channel, now);
  const groups = keepAnswers(client.userGroupMembers, now);
  return {
    person: (user, { fresh }) => people(user, fresh ? "fresh" : "kept"),
    channel: (id) => channels(id, "kept"),
    crowded: () => times.length === manyPeople && now() - (times[0] ?? 0) < minute,
    async members(group, { fresh, users }) {
      if (!fresh) return groups(group, "kept");
      const lately = await groups.lately(group, refusalKept);
      if (lately && !users.some((user) => lately.includes(user))) return lately;
      return groups(group, "fresh");
    },
  };
}
