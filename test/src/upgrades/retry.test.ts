import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { day, hour, minute } from "../../../src/core/instant.js";
import type { Run } from "../../../src/core/run.js";
import { type Runs, redisRuns } from "../../../src/redis/runs.js";
import { openUpgrades } from "../../../src/upgrades.js";
import { aRunningRun, someProgress, start, stoppedAt } from "../../builders.js";
import { aFleet } from "../../digest-stage.js";
import { startRedis, type TestRedis } from "../../redis.js";

let server: TestRedis;
let redis: Redis;
let runs: Runs;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  runs = redisRuns(redis);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

const never = () => {
  throw new Error("nobody is asked");
};

const glass = { by: "U0ONCALL", at: start, reason: "it is exploited" };
const brokenAndFailed = aRunningRun({
  ...{ state: "failed", breakGlass: glass, endedAt: start + hour },
  steps: [someProgress(["failed"])],
});

/** Another person tries it once more, an hour later. */
async function tryAgain(run: Run, mayBreakGlass: boolean) {
  await runs.create(run, [], start);
  const upgrades = openUpgrades({
    ...{ runs, fleet: aFleet(), clock: stoppedAt(start + 2 * hour + minute) },
    outsides: { in: never, of: never, scanning: never },
    locks: { all: never },
    digest: never,
    newRunId: never,
    changed: async () => {},
  });
  const retried = await upgrades.retry(run.id, 1, "U0OPERATOR", { breakGlass: mayBreakGlass });
  const kept = (await runs.load(run.id))?.run;
  const facts = (await runs.events(run.id)).map(({ type }) => type);
  return { outcome: retried?.outcome, breakGlass: kept?.breakGlass, facts };
}

describe("a run that was started without approval, and failed", () => {
  it.each<[string, Partial<Run>]>([
    ["that had all its approvals", {}],
    ["that needs none", { approvals: [], approvalsRequired: 0 }],
  ])(
    "and %s keeps all rules again, when somebody who may not break the glass tries it once more",
    async (_, over) => {
      expect(await tryAgain({ ...brokenAndFailed, ...over }, false)).toEqual({
        ...{ outcome: "running", breakGlass: undefined },
        facts: ["RetryRequested"],
      });
    },
  );

  const weeksAgo = { requestedAt: start - 21 * day, expiresAt: start - 20 * day };
  it.each<[string, Partial<Run>]>([
    ["nobody approved it", { approvals: [] }],
    [
      "its approvals are weeks old, whenever the glass was broken",
      { ...weeksAgo, approvals: [{ by: "U0APPROVER", at: start - 21 * day }], decidedAt: start + hour },
    ],
    [
      "nobody had to approve it, but that was weeks ago",
      { ...weeksAgo, approvals: [], approvalsRequired: 0, decidedAt: start + hour },
    ],
  ])("is not carried out where %s", async (_, over) => {
    expect(await tryAgain({ ...brokenAndFailed, ...over }, false)).toEqual({
      ...{ outcome: "not approved", breakGlass: glass },
      facts: [],
    });
  });

  it("is flagged again, when somebody who may break the glass does so", async () => {
    const again = { by: "U0OPERATOR", at: start + 2 * hour + minute, reason: glass.reason };
    expect(await tryAgain({ ...brokenAndFailed, approvals: [] }, true)).toEqual({
      ...{ outcome: "running", breakGlass: again },
      facts: ["RetryRequested", "GlassBroken"],
    });
  });
});
