import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { hour } from "../../src/core/instant.js";
import { keyPrefix } from "../../src/redis/connection.js";
import { behindIn, nine, worldFrom } from "../digest-stage.js";
import { openStage, type Stage } from "./digest-workers.js";

const within = { timeout: 60_000, interval: 50 };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  stage.found.clusters = [behindIn("prod", "default")];
});
afterEach(() => stage.close());

const text = () => JSON.stringify(stage.slack.of("digest/1"));

it.each([
  ["by itself", 60_000, async () => {}],
  [
    "though the queues are wiped",
    500,
    async () => {
      for (const key of await stage.redis.keys(`${keyPrefix}:digest:*`)) await stage.redis.del(key);
    },
  ],
])("a snooze that has ended is not shown any more, %s", async (_, sweepEvery, meanwhile) => {
  // A day is a minute: nothing else is due meanwhile.
  const clock = worldFrom(nine - hour, 60);
  stage.work({ clock, sweepEvery });
  await vi.waitFor(() => expect(stage.slack.picture).toEqual(["digest/1"]), within);
  const cases = stage.ask({ clock });
  await cases.snooze(["us-west-2/prod-shop/default"], 0.2, "U0EVE");
  const [snooze] = await cases.snoozes();
  await vi.waitFor(() => expect(text()).toContain("U0EVE"), within);
  await vi.waitFor(async () => expect((await stage.stored())[0]?.painted?.until).toBe(snooze?.until), within);
  await meanwhile();
  await vi.waitFor(() => expect(text()).not.toContain("U0EVE"), within);
  expect(clock.now()).toBeGreaterThanOrEqual(snooze?.until ?? Number.POSITIVE_INFINITY);
});
