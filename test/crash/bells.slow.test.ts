import { crashAt } from "./crash-at.js";
import { expectSameEnds, kindsOf, pointAtNth, storiesAt } from "./points.js";
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

expectSameEnds(suites, patience, "dies while it works on queues and leases");
