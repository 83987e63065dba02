import { expect, it } from "vitest";
import { createRateGate, type GatedMethod, type RateGate } from "../../../src/slack/rate-gate.js";

/** Calls that are let through when asked for again and again, as soon as the gate says. */
async function takenWithin(
  ms: number,
  gate: RateGate,
  clock: { now: number },
  method: GatedMethod,
): Promise<number> {
  const end = clock.now + ms;
  for (let taken = 0; ; ) {
    const wait = await gate.take(method, "C1");
    if (wait === 0) taken += 1;
    clock.now += wait;
    if (clock.now > end) return taken;
  }
}

it.each([
  ["a channel gets one post a second", "chat.postMessage", 61],
  ["a workspace gets forty edits a minute, and five to begin with", "chat.update", 45],
] as const)("%s", async (_, method, expected) => {
  const clock = { now: 1_000_000 };
  expect(
    await takenWithin(
      60_000,
      createRateGate(() => clock.now),
      clock,
      method,
    ),
  ).toBe(expected);
});

it("keeps channels apart for posts, and together for edits", async () => {
  const gate = createRateGate(() => 0);
  expect(await gate.take("chat.postMessage", "C1")).toBe(0);
  expect(await gate.take("chat.postMessage", "C1")).toBe(1_000);
  expect(await gate.take("chat.postMessage", "C2")).toBe(0);
  for (const channel of ["C1", "C2", "C3", "C4", "C5"])
    expect(await gate.take("chat.update", channel)).toBe(0);
  expect(await gate.take("chat.update", "C6")).toBe(1_500);
});

it("does not give more after a clock was set back", async () => {
  const clock = { now: 10_000 };
  const gate = createRateGate(() => clock.now);
  await gate.take("chat.postMessage", "C1");
  clock.now = 5_000;
  expect(await gate.take("chat.postMessage", "C1")).toBe(1_000);
});
