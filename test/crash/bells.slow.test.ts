import { beforeAll, describe, it } from "vitest";
import { crashAt } from "./crash-at.js";
import { kindsOf, pointAtNth, storiesAt } from "./points.js";
import { blocked, workshop } from "./stories.js";

const patience = 400_000;
const of = "bells";

/** BullMQ's own writes, nudges, leases and the rate gate's: hundreds a story, of about thirty kinds. */
const [inWorkshop = [], whileBlocked = []] = await Promise.all(
  [workshop, blocked].map(async (story) =>
    kindsOf(await crashAt({ of, stopAt: () => undefined }, { story })),
  ),
);

const suites = [
  {
    name: "eks-workshop",
    played: storiesAt(
      workshop,
      inWorkshop.flatMap(([kind, count]) => [
        pointAtNth("before", kind, 1, { of }),
        pointAtNth("after", kind, 1, { of }),
        ...(count > 2 ? [pointAtNth("after", kind, Math.ceil(count / 2), { of })] : []),
      ]),
    ),
  },
  {
    name: "pdb-blocks",
    played: storiesAt(
      blocked,
      whileBlocked.map(([kind, count]) => pointAtNth("before", kind, Math.ceil(count / 2), { of })),
    ),
  },
];
beforeAll(() => {
  for (const { played } of suites) played.begin();
});

describe.each(suites)(
  "$name: a bot that dies while it works on queues and leases, and another that starts at once: the same end",
  ({ played }) => {
    it.each(played.rows)("%s", { timeout: patience }, async (_, point) => played.at(point));

    it("was stopped at most points", { timeout: patience }, played.expectMostStopped);
  },
);
