import { cluster, group } from "../../playground/scenarios/fleet-parts.js";
import { retailStore } from "../../playground/scenarios/retail-store.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { brokenServer, type Fault, lostRequest, rateLimited } from "../../playground/slack/faults.js";
import type { Call } from "../../playground/slack/types.js";
import { groups, ids, parts, type Silence, silences, silentChannel } from "./cast.js";

/** Environments by the rule that each is there to show, and what is in them. Their names occur nowhere else. */

export const region = "us-west-2";

interface Room {
  readonly environment: string;
  readonly channel: string;
  readonly cluster: string;
  /** Keys of the environment in fleet.yaml. */
  readonly rules?: object;
}

const approvals = { required: 1, requesterMayApprove: false, expiresAfter: "24h" };
const silent = { groups: [groups.silent] };

export const rooms = {
  /** Nothing but who may do what. */
  plain: { environment: "marble", channel: "C0PROD", cluster: "harbour" },
  /** Nobody knows who is in its groups. */
  unsure: {
    ...{ environment: "velvet", channel: "C0TEST", cluster: "whisper" },
    rules: { operators: silent, approvers: silent, may: { breakGlass: silent }, deputies: [] },
  },
  frozen: {
    ...{ environment: "amber", channel: "C0FROZEN", cluster: "glacier" },
    rules: { freezes: [{ from: "2026-07-18", until: "2026-07-24", reason: "The anniversary sale" }] },
  },
  locked: { environment: "cobalt", channel: "C0LOCKED", cluster: "vault" },
  ordered: {
    ...{ environment: "ochre", channel: "C0ORDERED", cluster: "ladder" },
    rules: { after: { environment: "marble", soak: "24h" } },
  },
  strict: {
    ...{ environment: "indigo", channel: "C0STRICT", cluster: "abbey" },
    rules: {
      approvers: { ...parts.approvers, groups: [groups.approvers, groups.security] },
      approvals: { ...approvals, required: 2, oneFromEach: [groups.security], reasonRequired: true },
    },
  },
  linked: {
    ...{ environment: "basalt", channel: "C0LINKED", cluster: "quarry" },
    rules: {
      approvals: { ...approvals, mode: "slack+link" },
      may: { ...parts.may, snooze: parts.operators, breakGlass: {} },
    },
  },
  narrow: {
    ...{ environment: "saffron", channel: "C0NARROW", cluster: "strait" },
    rules: { channels: ["C0GENERAL"] },
  },
  /** Its channel is shared with others after the bot has started. */
  exposed: { environment: "umber", channel: "C0EXPOSED", cluster: "reef" },
} as const satisfies Readonly<Record<string, Room>>;
export type RoomName = keyof typeof rooms;

/** Beside "harbour": what is locked. */
export const annex = "annex";
/** Was there once, and is locked. */
export const attic = "attic";

/** Who may snooze sees nothing but "marble": what is looked at for them takes less time. */
const { snooze: _, ...may } = parts.may;
const usual = { ...parts, may, approvals };

export const everyRoom = Object.keys(rooms) as readonly RoomName[];

/** JSON is YAML. */
export function fleetFile(names: readonly RoomName[]): string {
  const environments = names
    .map((name): Room => rooms[name])
    .map(({ environment, channel, cluster: name, rules }) => ({
      ...{
        name: environment,
        channel,
        ...usual,
        ...(environment === "marble" && { may: parts.may }),
        ...rules,
      },
      clusters: (environment === "marble" ? [name, annex] : [name]).map((each) => ({ name: each, region })),
    }));
  return JSON.stringify({ environments }, undefined, 2);
}

const sizes: Readonly<Record<string, number>> = { harbour: 18, strait: 8, quarry: 8 };

/** Names of the node groups of a cluster that can be upgraded. */
export function groupsOf(cluster: string): readonly string[] {
  return Array.from({ length: sizes[cluster] ?? 2 }, (_, index) => `${cluster}-${index + 1}`);
}

export function world(names: readonly RoomName[]): Scenario {
  const old = { version: "1.34", release: "1.34.4-20260224", amiType: "AL2023_x86_64_STANDARD" };
  const made = (name: string) => {
    const nodeGroups = groupsOf(name).map((each) => group({ name, region }, { name: each, ...old }, 1));
    return cluster({ name, region, version: "1.34", nodeGroups });
  };
  return {
    ...retailStore(),
    ...{ name: "access", story: "" },
    clusters: [...names.map((name) => rooms[name].cluster), annex].map(made),
    expected: {
      ...{
        end: "done",
        cluster: "harbour",
        nodeGroup: "harbour-1",
        release: old.release,
        nodes: 1,
        updates: 0,
      },
    },
  };
}

const faults: Readonly<Record<Silence, Fault>> = {
  "a server error": brokenServer,
  "a cut connection": lostRequest,
  "a missing scope": {
    ...{ when: "instead" },
    answer: {
      status: 200,
      body: { ok: false, error: "missing_scope", needed: "users:read", provided: "chat:write" },
    },
  },
  "a rate limit": rateLimited(30),
};

/** What Slack does not tell of people and channels that are there for that. */
export function silence({ method, arguments: asked }: Call): Fault | undefined {
  const how = silences.find(
    (each) =>
      (method === "users.info" && ids(each).includes(String(asked.user))) ||
      (method === "conversations.info" && asked.channel === silentChannel(each)),
  );
  return how && faults[how];
}

/** Who is in a group is told nobody. */
export function groupSilence({ method, arguments: asked }: Call): Fault | undefined {
  return method === "usergroups.users.list" && asked.usergroup === groups.silent ? brokenServer : undefined;
}

/** What nobody who has no part in an environment may learn. */
export const secrets = new RegExp(
  [
    ...Object.values(rooms).flatMap(({ environment, cluster: name }) => [environment, name]),
    annex,
    attic,
    "S0[A-Z]",
    "asg-",
  ].join("|"),
);
