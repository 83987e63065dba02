import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { day, hour, minute } from "../../../src/core/instant.js";
import { targetsOf } from "../../../src/core/plan.js";
import type { Run } from "../../../src/core/run.js";
import type { Environment } from "../../../src/fleet.js";
import { keyPrefix } from "../../../src/redis/connection.js";
import { type Runs, redisRuns } from "../../../src/redis/runs.js";
import { due, goOn } from "../../../src/upgrades/due.js";
import type { UpgradesOptions } from "../../../src/upgrades/types.js";
import { aRun, aRunningRun, start, stoppedAt } from "../../builders.js";
import { aFleet, anEnvironment } from "../../digest-stage.js";
import { startRedis, type TestRedis } from "../../redis.js";

let server: TestRedis;
let redis: Redis;
let runs: Runs;
let changed: Run[];

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  runs = redisRuns(redis);
});
beforeEach(async () => {
  changed = [];
  await redis.flushall();
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

const never = () => {
  throw new Error("nobody is asked");
};

/** `start` is a Monday; the window is open on Tuesdays from 10:00. */
const onTuesdays: Partial<Environment> = {
  windows: { timeZone: "UTC", open: [{ days: ["tue"], from: 600, to: 960 }], noStartWithin: 0 },
};

function at(now: number, environment: Partial<Environment> = onTuesdays, name = "prod"): UpgradesOptions {
  return {
    runs,
    fleet: aFleet(anEnvironment(name, {}, environment)),
    clock: stoppedAt(now),
    outsides: { in: never, of: never, scanning: never },
    locks: { all: never },
    digest: never,
    newRunId: never,
    changed: async (run) => void changed.push(run),
  };
}

const tuesday = start + day;
const approvals = [{ by: "U0APPROVER", at: start }];
const scheduled = aRun({
  state: "scheduled",
  approvals,
  decidedAt: start,
  startAt: tuesday,
  approvedFor: tuesday,
});
const claim = (run: Run) => `${keyPrefix}:claim:${targetsOf(run.plan)[0]}`;

async function kept(id = scheduled.id) {
  const stored = await runs.load(id);
  if (!stored) throw new Error("It is gone.");
  const events = await runs.events(id);
  return { ...stored, facts: events.map(({ type }) => type) };
}

describe("at its time", () => {
  it("a scheduled run begins, and has its target from then on", async () => {
    await runs.create(scheduled, [], start);
    expect(await redis.get(claim(scheduled))).toBeNull();
    await due(at(tuesday - 1), scheduled.id);
    expect((await kept()).run).toEqual(scheduled);

    await due(at(tuesday), scheduled.id);
    const { run, facts } = await kept();
    expect(run).toEqual({ ...scheduled, state: "running", releasedAt: tuesday });
    expect(facts).toEqual(["RunDue"]);
    expect(await redis.get(claim(scheduled))).toBe(scheduled.id);
    expect(changed).toEqual([run]);
  });

  it("it waits for another run that has its target, and says so once", async () => {
    await runs.create(scheduled, [], start);
    await redis.set(claim(scheduled), "bold-fox-11");
    await due(at(tuesday), scheduled.id);
    await due(at(tuesday + minute), scheduled.id);
    const waiting = await kept();
    expect(waiting.run).toMatchObject({
      state: "scheduled",
      wait: { for: "another upgrade of the same node group to end" },
    });
    expect(waiting.facts).toEqual([]);
    expect(changed).toHaveLength(1);

    await redis.del(claim(scheduled));
    await due(at(tuesday + 2 * minute), scheduled.id);
    const { run } = await kept();
    expect(run.state).toBe("running");
    expect(run).not.toHaveProperty("wait");
  });

  it("it is scheduled anew when a freeze has come up since", async () => {
    await runs.create(scheduled, [], start);
    const freezes = [{ from: start, until: tuesday + 2 * hour, reason: "launch" }];
    await due(at(tuesday, { ...onTuesdays, freezes }), scheduled.id);
    const { run, facts } = await kept();
    expect(run).toEqual({ ...scheduled, startAt: tuesday + 2 * hour });
    expect(facts).toEqual(["RunScheduled"]);
  });

  it("it does not begin without the rules of its environment, and says so once", async () => {
    await runs.create(scheduled, [], start);
    await due(at(tuesday, onTuesdays, "test"), scheduled.id);
    await due(at(tuesday + minute, onTuesdays, "test"), scheduled.id);
    const { run, revision } = await kept();
    expect(run).toMatchObject({ state: "scheduled", trouble: { code: "EnvironmentGone" } });
    expect(revision).toBe(2);
    await due(at(tuesday + 2 * minute), scheduled.id);
    expect((await kept()).run).toEqual({ ...scheduled, state: "running", releasedAt: tuesday + minute });
  });

  it("one that was called off at the same moment does not begin", async () => {
    await runs.create(scheduled, [], start);
    const cancelled: Run = { ...scheduled, state: "cancelled", cancelledBy: "U0OPERATOR", endedAt: tuesday };
    let quicker = true;
    const beaten: Runs = {
      ...runs,
      async save(change) {
        if (quicker) {
          quicker = false;
          await runs.save({ run: cancelled, facts: [], revision: 1, at: tuesday });
        }
        return runs.save(change);
      },
    };
    await due({ ...at(tuesday), runs: beaten }, scheduled.id);
    expect((await kept()).run).toEqual(cancelled);
  });

  it("a request that nobody decided ends, and not before", async () => {
    const asked = aRun();
    await runs.create(asked, [], start);
    await due(at(asked.expiresAt - 1), asked.id);
    expect((await kept()).run.state).toBe("awaiting approval");
    await due(at(asked.expiresAt), asked.id);
    expect((await kept()).run.state).toBe("expired");
  });

  it.each<[string, Run]>([
    ["what runs", aRunningRun()],
    ["what is over", aRun({ state: "rejected" })],
  ])("%s is left alone", async (_, run) => {
    await runs.create(run, [], start);
    await due(at(run.expiresAt + day), run.id);
    expect((await kept()).revision).toBe(1);
  });

  it("of a run that is not there nothing is made", async () => {
    await due(at(tuesday), "no-such-run");
    expect(await runs.recent(10)).toEqual([]);
  });
});

describe("a person has it go on", () => {
  it("and that is saved", async () => {
    const held = aRunningRun({ held: { why: "window", since: start } });
    await runs.create(held, [], start);
    expect(await goOn(at(start + hour), held.id, "U0APPROVER")).toMatchObject({ outcome: "done" });
    const { run, facts } = await kept();
    expect(run).toEqual(
      aRunningRun({
        releasedAt: start + hour,
        approvedFor: start + hour,
        goOn: { by: "U0APPROVER", at: start + hour },
      }),
    );
    expect(facts).toEqual(["RunReleased"]);
    expect(changed).toEqual([run]);
  });

  it("or learns why not", async () => {
    await runs.create(scheduled, [], start);
    expect(await goOn(at(start), scheduled.id, "U0APPROVER")).toMatchObject({
      ...{ outcome: "refused", refusal: "not held" },
    });
    expect(await goOn(at(start), "no-such-run", "U0APPROVER")).toBeUndefined();
  });
});
