import pino from "pino";
import type { Tools } from "../../commands/tools.js";
import type { Recorded } from "../../src/audit.js";
import { openAuthority } from "../../src/authority.js";
import { realClock } from "../../src/clock.js";
import type { Channel, Person } from "../../src/core/access/facts.js";
import type { Environment } from "../../src/fleet.js";
import { ownOrderRate } from "../../src/redis/order-rate.js";
import type { People } from "../../src/slack/people.js";
import { SlackTrouble } from "../../src/slack/trouble.js";
import { aFleet } from "../digest-stage.js";

export const team = "T0";

/** A Slack without a wire: everybody is a member, and every channel fit, unless it says otherwise. */
export interface SlackFacts {
  groups: Record<string, readonly string[]>;
  people: Record<string, Partial<Person>>;
  channels: Record<string, Partial<Channel>>;
  /** It tells nothing any more. */
  away: boolean;
}

export const someSlack = (groups: SlackFacts["groups"]): SlackFacts => ({
  ...{ groups, people: {}, channels: {}, away: false },
});

function peopleOf(slack: SlackFacts): People {
  const told = <Answer>(answer: Answer): Answer => {
    if (slack.away) throw new SlackTrouble("unreachable", "users.info", "ETIMEDOUT", "");
    return answer;
  };
  const member: Person = { team, deactivated: false, bot: false, guest: false, stranger: false };
  return {
    person: async (user) => told({ ...member, ...slack.people[user] }),
    members: async (group) => told(slack.groups[group] ?? []),
    channel: async (id) => told({ shared: false, archived: false, ...slack.channels[id] }),
    crowded: () => false,
  };
}

const never = () => Promise.reject(new Error("nobody asked for it"));

interface Wish extends Partial<Omit<Tools, "fleet" | "upgrades" | "digests">> {
  readonly slack: SlackFacts;
  readonly environments: readonly Environment[];
  readonly upgrades?: Partial<Tools["upgrades"]>;
  readonly digests?: Partial<Tools["digests"]>;
}

/** What commands work with: the real authority on that Slack, and nothing else that a test does not bring. */
export function someTools({ slack, environments, upgrades, digests, ...over }: Wish) {
  const recorded: Recorded[] = [];
  const audit = { record: (entry: Recorded) => void recorded.push(entry), follow: () => {}, settled: never };
  const fleet = aFleet(...environments);
  const clock = over.clock ?? realClock;
  const tools: Tools = {
    ...{ fleet, audit, clock, log: pino({ enabled: false }), linkTo: never },
    clusters: {
      async of(environment) {
        return { clusters: environment.clusters.map((each) => ({ environment, ...each })), problems: [] };
      },
    },
    authority: openAuthority({ fleet, people: peopleOf(slack), audit, team, now: clock.now }),
    upgrades: {
      ...{ plan: never, request: never, decide: never, due: never, breakGlass: never, goOn: never },
      ...{ cancel: never, pause: never, resume: never, answer: never, confirmForce: never },
      ...{ leftovers: never, repair: never, retry: never, watch: never, find: never },
      ...{ open: never, recent: never, leftAlone: never, nodeGroups: never },
      ...upgrades,
    },
    digests: {
      ...{ arrange: never, fire: never, make: never, find: never, check: never, last: never },
      ...{ snooze: never, wake: never, snoozes: never, unshown: never },
      ...digests,
    },
    trail: { recent: never },
    locks: { lock: never, unlock: never, all: never },
    orderRate: ownOrderRate(() => 0),
    ...over,
  };
  return { tools, recorded };
}
