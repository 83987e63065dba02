import { beforeAll, describe, expect, it } from "vitest";
import { crashAt, turnstile } from "./crash-at.js";
import type { Played } from "./play.js";
import type { Side } from "./wires.js";

/** Most of a story's time is waiting for Slack's limits, so many fit on two cores. */
const atOnce = 8;
const patience = 400_000;

const uncut = await crashAt();

interface Row {
  readonly side: Side;
  readonly write: number;
  readonly history: boolean;
}

const everyWrite: readonly Row[] = uncut.writes.flatMap((_, index) =>
  (["before", "after"] as const).map((side) => ({ side, write: index + 1, history: true })),
);
/** Only there can a message come twice. */
const lostAnswers: readonly Row[] = uncut.writes.flatMap((name, index) =>
  name.startsWith("chat.postMessage") ? [{ side: "after", write: index + 1, history: false }] : [],
);

/** Two stories differ a little in what comes n-th: the name tells what it was in the one that nobody stopped. */
const named = (rows: readonly Row[]): [string, Row][] =>
  rows.map((row) => [`${row.side} write ${row.write}, ${uncut.writes[row.write - 1]}`, row]);

const played = new Map<Row, Promise<Played>>();
beforeAll(() => {
  const pass = turnstile(atOnce);
  for (const row of [...everyWrite, ...lostAnswers]) {
    const { side, write, history } = row;
    const story = pass(() =>
      crashAt((_, number) => (number === write ? side : undefined), {
        history,
        doublesAllowed: history ? 0 : 1,
      }),
    );
    // Whoever awaits it learns of it.
    story.catch(() => {});
    played.set(row, story);
  }
});

describe("a bot that dies, and another that starts at once: the same end, nothing lost, nothing twice", () => {
  it.each(named(everyWrite))("%s", { timeout: patience }, async (_, row) => {
    await played.get(row);
  });

  it("was stopped at nearly every point: two stories have nearly as many writes", async () => {
    const all = await Promise.allSettled(everyWrite.map((row) => played.get(row)));
    const missed = all.filter((each) => each.status === "fulfilled" && each.value?.stopped === false);
    expect(missed.length).toBeLessThan(everyWrite.length / 5);
  });
});

describe("a bot that dies where it may not read the channel: at most one message twice", () => {
  it.each(named(lostAnswers))("%s", { timeout: patience }, async (_, row) => {
    await played.get(row);
  });
});
