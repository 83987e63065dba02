import { beforeAll, describe, it } from "vitest";
import { crashAt } from "./crash-at.js";
import { kindsOf, lostAnswers, pointAtNth, storiesAt } from "./points.js";
import { blockedThenForced, blockedThenRetried, mayMissTheBlock } from "./stories.js";

const patience = 400_000;
/** The first is the story of the run that failed: every-write.slow.test.ts. */
const chapter = 1;
const stories = {
  "Retry, once there is room": blockedThenRetried,
  "Retry with force, with an approval of its own": blockedThenForced,
};

const suites = await Promise.all(
  Object.entries(stories).map(async ([name, told]) => {
    const story = mayMissTheBlock(told);
    const kinds = kindsOf(await crashAt(undefined, { story }), chapter);
    // The first of each kind: an upgrade under force lasts an hour, and most of its saves say that nothing is new.
    const points = kinds.map(([kind]) => pointAtNth("after", kind, 1, { chapter }));
    // A forced run has no messages of its own kind: what is posted twice is the same everywhere.
    const unseen = story.runs.length === 1 ? lostAnswers(points) : [];
    return { name, played: storiesAt(story, [...points, ...unseen]) };
  }),
);
beforeAll(() => {
  for (const { played } of suites) played.begin();
});

describe.each(suites)("after a drain that failed, $name:", ({ played }) => {
  it.each(played.rows)("a bot that dies %s: the same end", { timeout: patience }, async (_, point) =>
    played.at(point),
  );

  it("was stopped at most points", { timeout: patience }, played.expectMostStopped);
});
