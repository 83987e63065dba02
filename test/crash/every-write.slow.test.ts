import { beforeAll, describe, it } from "vitest";
import { crashAt } from "./crash-at.js";
import { kindsOf, lostAnswers, pointAtNth, storiesAt } from "./points.js";
import { blocked, workshop } from "./stories.js";

const patience = 400_000;

const suites = await Promise.all(
  Object.entries({ "eks-workshop": workshop, "pdb-blocks": blocked }).map(async ([name, story]) => {
    const kinds = kindsOf(await crashAt(undefined, { story }));
    const points = kinds.flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, index) => index + 1).flatMap((nth) => [
        pointAtNth("before", kind, nth),
        pointAtNth("after", kind, nth),
      ]),
    );
    return { name, everywhere: storiesAt(story, points), unseen: storiesAt(story, lostAnswers(points)) };
  }),
);
beforeAll(() => {
  for (const { everywhere, unseen } of suites) {
    everywhere.begin();
    unseen.begin();
  }
});

describe.each(suites)("$name:", ({ everywhere, unseen }) => {
  describe("a bot that dies, and another that starts at once: the same end, nothing lost, nothing twice", () => {
    it.each(everywhere.rows)("%s", { timeout: patience }, async (_, point) => everywhere.at(point));

    it("was stopped at most points", { timeout: patience }, everywhere.expectMostStopped);
  });

  describe("a bot that dies where it may not read the channel: at most one message twice", () => {
    it.each(unseen.rows)("%s", { timeout: patience }, async (_, point) => unseen.at(point));
  });
});
