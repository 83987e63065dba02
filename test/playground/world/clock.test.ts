import { describe, expect, it, onTestFinished } from "vitest";
import { startClock } from "../../../playground/world/clock.js";
import { pass, passUntil } from "../../../playground/world/time.js";

const stepped = () => startClock({ speed: 0, worldOrigin: 1_000 });

describe("a clock that is stepped", () => {
  it("calls back in order of time, and in order of asking at the same time", async () => {
    const clock = stepped();
    const called: string[] = [];
    clock.after(2_000, () => called.push(`late ${clock.now()}`));
    clock.after(1_000, () => called.push(`first ${clock.now()}`));
    clock.after(1_000, () => called.push(`second ${clock.now()}`));
    await clock.advance(1_999);
    expect(called).toEqual(["first 2000", "second 2000"]);
    await clock.advance(1);
    expect(called).toEqual(["first 2000", "second 2000", "late 3000"]);
  });

  it("lets what waits go on, and wait again, within one step", async () => {
    const clock = stepped();
    const moments: number[] = [];
    void (async () => {
      for (let count = 0; count < 3; count++) {
        await pass(clock, 10);
        moments.push(clock.now());
      }
    })();
    await clock.advance(25_000);
    expect(moments).toEqual([11_000, 21_000]);
  });

  it("does not call what was called off", async () => {
    const clock = stepped();
    let called = false;
    const callOff = clock.after(1_000, () => {
      called = true;
    });
    callOff();
    await clock.advance(2_000);
    expect(called).toBe(false);
  });
});

describe("waiting for a condition", () => {
  it.each([
    ["that comes true in time", 12, true, 16_000],
    ["that comes true too late", 40, false, 31_000],
  ])("%s", async (_sentence, seconds, outcome, end) => {
    const clock = stepped();
    let true_ = false;
    clock.after(seconds * 1000, () => {
      true_ = true;
    });
    const ended = passUntil(clock, () => true_, clock.now() + 30_000).then((held) => [held, clock.now()]);
    await clock.advance(60_000);
    expect(await ended).toEqual([outcome, end]);
  });
});

describe("a clock that runs", () => {
  it("runs as many times faster as it is told, and tells the bot so", async () => {
    const clock = startClock({ speed: 1_000, worldOrigin: 5_000, realOrigin: Date.now() });
    onTestFinished(() => clock.stop());
    const started = Date.now();
    await pass(clock, 100);
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(clock.now()).toBeGreaterThanOrEqual(105_000);
    expect(clock.variable).toMatch(/^\d+,5000,1000$/);
  });

  it("cannot be stepped", async () => {
    const clock = startClock({ speed: 1, worldOrigin: 0 });
    onTestFinished(() => clock.stop());
    await expect(clock.advance(1)).rejects.toThrow("speed 0");
  });
});
