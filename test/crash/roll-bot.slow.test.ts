import { crashAt } from "./crash-at.js";
import { expectSameEnds, few, kindsOf, pointAtNth, type Suite, storiesAt } from "./points.js";
import { interfered, ownWorkers, restarted, stopped } from "./stories.js";

const patience = 600_000;

const stories = {
  "self-managed": ownWorkers,
  "self-managed-two-budgets, restarted": restarted,
  "self-managed-two-budgets, stopped": stopped,
  "autoscaler-interferes": interfered,
};

/** Every write of a roll is in roll-every-write.slow.test.ts; here one of each kind meets a whole bot, and its wires. */
const told = new Set<string>();
/** What becomes of the group's sizes when others move them as well is tried in their story again. */
const again = /DesiredCapacity|decrement|MaxSize/;
/** What a managed node group has too is in every-write.slow.test.ts. */
const elsewhere = /^(slot|chat)|^record (created|announced|without|RunRequested|RunApproved|RunSucceeded)/;
const suites: Suite[] = [];
for (const [name, story] of Object.entries(stories)) {
  const kinds = kindsOf(await crashAt(undefined, { story }));
  const isTold = (kind: string) => told.has(kind) && !(story === interfered && again.test(kind));
  // What another story has tried already is not tried again.
  const fresh = kinds.filter(([kind]) => !isTold(kind) && !elsewhere.test(kind));
  for (const [kind] of fresh) told.add(kind);
  const points = fresh.flatMap(([kind, count]) => {
    const outside = !kind.startsWith("record");
    return outside
      ? [pointAtNth("before", kind, Math.ceil(count / 2)), pointAtNth("after", kind, Math.ceil(count / 2))]
      : [pointAtNth("after", kind, 1)];
  });
  suites.push({ name, played: storiesAt(story, points, few) });
}

expectSameEnds(suites, patience, "dies while it rolls a node group");
