import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { day, hour, type Instant } from "../../src/core/instant.js";
import { behindIn, nine, worldFrom } from "../digest-stage.js";
import { redisKinds } from "../redis.js";
import { openStage, type Stage } from "./digest-workers.js";

/** A busy machine may be late by less than a day. */
const secondsADay = 6;

describe.each(redisKinds)("three workers on %s", (kind) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage(kind);
    stage.found.clusters = [behindIn("prod", "default")];
  });
  afterEach(() => stage.close());

  /** The times that were made, in their order, until that one was. */
  async function madeUntil(last: Instant): Promise<Instant[]> {
    const times: Instant[] = [];
    await vi.waitFor(
      async () => {
        const [record] = await stage.records();
        const done = record?.doneFor;
        if (done !== undefined && done !== times.at(-1)) times.push(done);
        expect(done).toBeGreaterThanOrEqual(last);
      },
      { timeout: 120_000, interval: 50 },
    );
    return times;
  }

  it("make each time's digest exactly once", async () => {
    const clock = worldFrom(nine - hour * 12, secondsADay);
    for (let i = 0; i < 3; i++) stage.work({ clock });
    const days = [0, 1, 2, 3, 4];
    expect(await madeUntil(nine + 4 * day)).toEqual(days.map((n) => nine + n * day));
    expect(stage.found.scans).toBe(5);
    expect(stage.slack.messages).toHaveLength(1);
  });

  // The one in JavaScript ends only when all its clients have: those that were killed here do not.
  if (kind !== "real Redis") return;
  it("do so while they are killed and started, and stopped and started, again and again", async () => {
    const clock = worldFrom(nine - hour * 12, secondsADay);
    const workers = Array.from({ length: 3 }, () => stage.work({ clock, sweepEvery: 500 }));
    let turn = 0;
    const changing = setInterval(() => {
      const at = turn % 3;
      if (turn % 2 === 0) workers[at]?.die();
      else void workers[at]?.stop();
      workers[at] = stage.work({ clock, sweepEvery: 500 });
      turn += 1;
    }, 700);
    const days = [0, 1, 2, 3, 4];
    const made = await madeUntil(nine + 4 * day).finally(() => clearInterval(changing));
    expect(made).toEqual(days.map((n) => nine + n * day));
    expect((await stage.records())[0]).toMatchObject({ shown: { number: 1 } });
    expect(stage.slack.messages).toHaveLength(1);
  });
});
