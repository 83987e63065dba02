import pino from "pino";
import { type Clock, scaledClock } from "../src/clock.js";
import { day, type Instant } from "../src/core/instant.js";
import type { ScannedCluster } from "../src/core/scan/scanned.js";
import { type DigestOptions, openDigests } from "../src/digests.js";
import type { DigestSettings, Environment, Fleet } from "../src/fleet.js";
import type { Redis } from "../src/redis/connection.js";
import { redisDigests } from "../src/redis/digests.js";
import { redisScans } from "../src/redis/scans.js";
import { redisSnoozes } from "../src/redis/snoozes.js";
import { rules } from "./src/core/scan/builders.js";
import { aFound, aGroup, aScan } from "./src/slack/views/digest-facts.js";

/** Monday 2026-07-20 in Berlin, 08:00: an hour before the digest. */
export const monday: Instant = Date.UTC(2026, 6, 20, 6);
export const nine: Instant = Date.UTC(2026, 6, 20, 7);

export function anEnvironment(
  name = "prod",
  digest: Partial<DigestSettings> | null = {},
  over: Partial<Environment> = {},
): Environment {
  const people = { groups: ["S0OPS"], users: [] };
  return {
    name,
    channel: "C0PROD",
    production: true,
    operators: people,
    approvers: people,
    may: {
      ...{ plan: people, start: people, approve: people, force: people, cancel: people },
      ...{ snooze: people, lock: people, "break glass": { groups: [], users: [] } },
    },
    channels: [],
    approvals: {
      ...{ required: 1, oneFromEach: [], requesterMayApprove: false, expiresAfter: day },
      ...{ reasonRequired: false, mode: "slack" },
    },
    deputies: [],
    freezes: [],
    clusters: [{ name: `${name}-shop`, region: "us-west-2" }],
    severity: rules,
    rolls: {},
    ...(digest && {
      digest: {
        schedule: "0 9 * * *",
        timeZone: "Europe/Berlin",
        channel: "C0PROD",
        whenUpToDate: "line" as const,
        ...digest,
      },
    }),
    ...over,
  };
}

export const aFleet = (...environments: readonly Environment[]): Fleet => ({
  environments: environments.length > 0 ? environments : [anEnvironment()],
  audit: { keep: 400 * day },
});

/** A cluster of `environment` with these groups behind. */
export const behindIn = (environment: string, ...groups: readonly string[]): ScannedCluster =>
  aScan({
    ...{ environment, name: `${environment}-shop` },
    found: aFound({ groups: groups.map((name) => aGroup({ name })) }),
  });

/** A clock that is where it is put. */
export interface HandClock extends Clock {
  at: Instant;
}

export function handClock(at: Instant): HandClock {
  return {
    at,
    now() {
      return this.at;
    },
    realDelayUntil(moment) {
      return Math.max(0, moment - this.at);
    },
  };
}

/** A day of the world is so many seconds of ours. */
export const worldFrom = (worldOrigin: Instant, secondsADay = 2): Clock =>
  scaledClock({ realOrigin: Date.now(), worldOrigin, speed: 86_400 / secondsADay });

/** What there is to be found: tests change it. */
export interface Found {
  clusters: readonly ScannedCluster[];
  /** Looks so far. */
  scans: number;
  /** Called in the middle of a look. */
  during: (signal?: AbortSignal) => Promise<void> | void;
}

export function someWorld(...clusters: readonly ScannedCluster[]): Found {
  return { clusters, scans: 0, during: () => {} };
}

export function scanOf(found: Found, clock: Clock): DigestOptions["scan"] {
  return async (environments, signal, only) => {
    const names = environments.map(({ name }) => name);
    const clusters = found.clusters
      .filter(({ environment, name }) => names.includes(environment) && (!only || name === only))
      .map((cluster) => ({ ...cluster, scannedAt: clock.now() }));
    found.scans += 1;
    await found.during(signal);
    return { clusters, newest: [] };
  };
}

function storesOf(redis: Redis) {
  return {
    digests: redisDigests(redis),
    snoozes: redisSnoozes(redis),
    scans: redisScans(redis),
  };
}

/** The use cases on a Redis. `changed`: the series that were to be shown anew. */
export function casesOn(redis: Redis, wish: CasesWish) {
  const { clock, found = someWorld(), fleet = aFleet() } = wish;
  const stores = storesOf(redis);
  const changed: string[] = [];
  const cases = openDigests({
    ...stores,
    ...{ fleet, clock, log: pino({ enabled: false }) },
    scan: scanOf(found, clock),
    async changed(series) {
      changed.push(series);
      await wish.changed?.(series);
    },
  });
  return { cases, changed, ...stores };
}

interface CasesWish {
  readonly clock: Clock;
  readonly found?: Found;
  readonly fleet?: Fleet;
  readonly changed?: DigestOptions["changed"];
}
