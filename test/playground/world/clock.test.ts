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

  it("goes on where it is when its speed changes, and tells the bot the new one", () => {
    const clock = startClock({ speed: 100, worldOrigin: 5_000, realOrigin: Date.now() - 50 });
    onTestFinished(() => clock.stop());
    const before = clock.now();
    clock.setSpeed(2);
    const after = clock.now();
    // It may stand a few real milliseconds between the two looks, at the speed of before.
    expect(after).toBeGreaterThanOrEqual(before);
    expect(after - before).toBeLessThan(100 * 100);
    expect(clock.speed).toBe(2);
    const [realOrigin = 0, worldOrigin = 0, speed] = clock.variable.split(",").map(Number);
    expect(speed).toBe(2);
    expect(Number.isInteger(worldOrigin)).toBe(true);
    const bots = worldOrigin + (Date.now() - realOrigin) * 2;
    expect(Math.abs(bots - clock.now())).toBeLessThan(100);
  });

  it("rings what waits sooner once it is faster", async () => {
    const clock = startClock({ speed: 0.0001, worldOrigin: 0 });
    onTestFinished(() => clock.stop());
    // A year of real time at the speed of before: longer than any timer.
    const rung = pass(clock, 3_600);
    clock.setSpeed(1_000_000);
    await rung;
    expect(clock.now()).toBeGreaterThanOrEqual(3_600_000);
  });

  it("rings nothing early where the wait is longer than any timer", async () => {
    const clock = startClock({ speed: 0.0001, worldOrigin: 0 });
    onTestFinished(() => clock.stop());
    let rung = false;
    clock.after(3_600_000, () => {
      rung = true;
    });
    const fast = startClock({ speed: 1, worldOrigin: 0 });
    onTestFinished(() => fast.stop());
    await pass(fast, 0.1);
    expect(rung).toBe(false);
  });

  it("jumps: what is due on the way is called in order, at its own time, and what waits goes on", async () => {
    const clock = startClock({ speed: 0.001, worldOrigin: 0 });
    onTestFinished(() => clock.stop());
    const called: string[] = [];
    const note = (what: string) => called.push(`${what} ${Math.round(clock.now() / 1_000)}`);
    clock.after(3_600_000, () => note("late"));
    clock.after(86_400_000, () => note("never"));
    void (async () => {
      for (const part of ["first", "second", "third"]) {
        await pass(clock, 1_000);
        note(part);
      }
    })();
    await clock.jump(3_600_000);
    expect(called).toEqual(["first 1000", "second 2000", "third 3000", "late 3600"]);
    expect(clock.now()).toBeGreaterThanOrEqual(3_600_000);
    expect(clock.now()).toBeLessThan(3_600_000 + 1_000);
    const [realOrigin = 0, worldOrigin = 0, speed = 0] = clock.variable.split(",").map(Number);
    expect([worldOrigin, speed]).toEqual([3_600_000, 0.001]);
    expect(Math.abs(Date.now() - realOrigin)).toBeLessThan(5_000);
  });

  it("stands while it jumps, and runs on afterwards", async () => {
    const clock = startClock({ speed: 1_000, worldOrigin: 0 });
    onTestFinished(() => clock.stop());
    const looks: number[] = [];
    const look = () => {
      looks.push(clock.now());
      // To the millisecond: at this speed, time that ran meanwhile would show.
      if (looks.length < 1_000) clock.after(1_000, look);
    };
    clock.after(10_000_000, look);
    await clock.jump(20_000_000);
    const [first = 0] = looks;
    expect(looks).toEqual(Array.from({ length: 1_000 }, (_, at) => first + at * 1_000));
    await pass(clock, 1);
    expect(clock.now()).toBeGreaterThanOrEqual(20_001_000);
  });

  it("does not jump back, nor twice at once", async () => {
    const clock = startClock({ speed: 1, worldOrigin: 1_000_000 });
    onTestFinished(() => clock.stop());
    await clock.jump(5);
    expect(clock.now()).toBeGreaterThanOrEqual(1_000_000);
    clock.after(1_000, () => {});
    const jump = clock.jump(9_000_000);
    await expect(clock.jump(9_500_000)).rejects.toThrow("on its way forward");
    expect(() => clock.setSpeed(2)).toThrow("on its way forward");
    await jump;
  });

  it("goes on running where something fails on the way", async () => {
    const clock = startClock({ speed: 1_000, worldOrigin: 0 });
    onTestFinished(() => clock.stop());
    clock.after(1_000_000, () => {
      throw new Error("It failed.");
    });
    await expect(clock.jump(2_000_000)).rejects.toThrow("It failed.");
    await pass(clock, 1);
    expect(clock.now()).toBeGreaterThan(1_000_000);
  });

  it.each([
    ["a clock that is stepped", 0, 60, "advanced by hand"],
    ["a speed that is none", 60, 0, "cannot run at speed 0"],
    ["a speed backwards", 60, -1, "cannot run at speed -1"],
  ])("refuses another speed for %s", (_sentence, speed, next, words) => {
    const clock = startClock({ speed, worldOrigin: 0 });
    onTestFinished(() => clock.stop());
    expect(() => clock.setSpeed(next)).toThrow(words);
  });

  it("refuses to jump with a clock that is stepped", async () => {
    await expect(stepped().jump(2_000)).rejects.toThrow("advanced by hand");
  });
});
