import { beforeAll, describe, expect, it } from "vitest";
import { crashAt, turnstile } from "./crash-at.js";
import { kindOf, type Played, type StopPoint } from "./play.js";
import type { Story } from "./stories.js";
import type { Side } from "./wires.js";

/** Most of a story's time is waiting for Slack's limits, so many fit on two cores. */
const many = turnstile(8);

/** A roll of our own keeps a core busy. */
export const few = turnstile(4);

/** Where a bot dies, in a story of its own. */
export interface Point extends StopPoint {
  readonly title: string;
  /** Whether the bot may look for what it posted. Where not, one message may come twice. */
  readonly history: boolean;
}

/** How many writes of each kind there are in a story that nobody stopped. */
export function kindsOf({ writes }: Played, chapter = 0): [kind: string, count: number][] {
  const counts = new Map<string, number>();
  for (const kind of (writes[chapter] ?? []).map(kindOf)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts];
}

/** At the n-th of all writes of a kind. */
export function pointAtNth(
  side: Side,
  kind: string,
  nth: number,
  where: Omit<StopPoint, "stopAt"> = {},
): Point {
  return {
    ...where,
    title: `${side} ${kind}, number ${nth}`,
    history: true,
    stopAt: (write, each) => (kindOf(write) === kind && each === nth ? side : undefined),
  };
}

/** Where answers of posts are lost to a bot that may not read the channel: only there can a message come twice. */
export function lostAnswers(points: readonly Point[]): Point[] {
  return points
    .filter(({ title }) => /^after .*chat\.postMessage/.test(title))
    .map((point) => ({ ...point, history: false }));
}

/** As many stories at a time as fit. They begin when `begin` is called; each is awaited where its point is tested. */
export function storiesAt(story: Story, points: readonly Point[], pass = many) {
  const played = new Map<Point, Promise<Played>>();
  return {
    rows: points.map((point): [string, Point] => [point.title, point]),
    begin() {
      for (const point of points) {
        const { history } = point;
        const each = pass(() => crashAt(point, { story, history, doublesAllowed: history ? 0 : 1 }));
        // Whoever awaits it learns of it.
        each.catch(() => {});
        played.set(point, each);
      }
    },
    async at(point: Point): Promise<void> {
      await played.get(point);
    },
    /** Two stories have nearly, but not quite, as many writes. */
    async expectMostStopped(): Promise<void> {
      const all = await Promise.allSettled(played.values());
      const missed = all.filter((each) => each.status === "fulfilled" && !each.value.stopped);
      // On a busy machine looks are rarer, and what two of them save apart here is saved together there.
      expect(missed.length, "points that no story came to").toBeLessThan(0.6 * points.length);
    },
  };
}

/** What is played, and what it is called. */
export interface Suite {
  readonly name: string;
  readonly played: ReturnType<typeof storiesAt>;
}

/** Tests all of them. `dies`: "dies while it rolls a node group". `patience`: real milliseconds for each point. */
export function expectSameEnds(suites: readonly Suite[], patience: number, dies = "dies"): void {
  beforeAll(() => {
    for (const { played } of suites) played.begin();
  });

  describe.each([...suites])(
    `$name: a bot that ${dies}, and another that starts at once: the same end`,
    ({ played }) => {
      it.each(played.rows)("%s", { timeout: patience }, async (_, point) => played.at(point));

      it("was stopped at most points", { timeout: patience }, played.expectMostStopped);
    },
  );
}
