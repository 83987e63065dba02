import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { day, hour } from "../../src/core/instant.js";
import { aFleet, anEnvironment, behindIn, handClock, nine, worldFrom } from "../digest-stage.js";
import { soon } from "../soon.js";
import { trouble } from "../src/slack/memory-slack.js";
import { openStage, type Stage } from "./digest-workers.js";

const key = "us-west-2/prod-shop/default";

describe("the messages of a series", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
    stage.found.clusters = [behindIn("prod", "default")];
  });
  afterEach(() => stage.close());

  const shows = (...slots: readonly string[]) => soon(() => expect(stage.slack.picture).toEqual(slots));
  const says = (slot: string, text: string | RegExp) =>
    soon(() => expect(JSON.stringify(stage.slack.of(slot))).toMatch(text));

  it("are edited while there is nothing new, and joined by another when there is", async () => {
    const clock = worldFrom(nine - hour, 1);
    stage.work({ clock, sweepEvery: 200 });
    await shows("digest/1");
    await soon(async () => expect((await stage.records())[0]?.doneFor).toBeGreaterThan(nine));
    expect(stage.slack.picture).toEqual(["digest/1"]);
    stage.found.clusters = [behindIn("prod", "default", "more")];
    await shows("digest/1", "digest/2");
    await says("digest/2", "more");
  });

  it("say at once that somebody snoozed a row", async () => {
    const clock = worldFrom(nine - hour, 60);
    stage.work({ clock });
    await shows("digest/1");
    const cases = stage.ask({ clock });
    await cases.snooze([key], 7, "U0EVE");
    await says("digest/1", "U0EVE");
  });

  it("are left as they are when they say it all already", async () => {
    const clock = handClock(nine);
    const cases = stage.ask({ clock });
    await cases.arrange(() => {});
    const worker = stage.work({ clock, sweepEvery: 50 });
    clock.at = nine + day;
    await shows("digest/1");
    await worker.stop();
    stage.slack.calls.length = 0;
    stage.work({ clock, sweepEvery: 50 });
    stage.work({ clock, fleet: aFleet(anEnvironment("prod")), sweepEvery: 50 });
    await cases.snooze(["us-west-2/another/default"], 1, "U0EVE");
    const { painted } = await soon(async () => {
      const [stored] = await stage.stored();
      expect(stored?.painted?.snoozes).toBe(1);
      return { painted: stored?.painted };
    });
    expect(painted?.until).toBeUndefined();
    expect(stage.slack.calls).toEqual([]);
  });

  it("that the channel does not take are known as such, until it does", async () => {
    stage.slack.before = () => {
      throw trouble("unwelcome", "not_in_channel");
    };
    const clock = worldFrom(nine - hour);
    const worker = stage.work({ clock });
    const cases = stage.ask({ clock });
    await soon(async () =>
      expect(await cases.unshown()).toMatchObject([{ why: { code: "not_in_channel" } }]),
    );
    await worker.stop();
    stage.slack.before = () => {};
    stage.work({ clock });
    await shows("digest/1");
    await soon(async () => expect(await cases.unshown()).toEqual([]));
  });
});
