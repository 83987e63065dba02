import { expect, it, onTestFinished } from "vitest";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { nodeNeverJoins } from "../../../playground/scenarios/node-never-joins.js";
import { pdbBlocks } from "../../../playground/scenarios/pdb-blocks.js";
import type { Scenario } from "../../../playground/scenarios/types.js";
import { startClock, type WorldClock } from "../../../playground/world/clock.js";
import { requestUpdate } from "../../../playground/world/request-update.js";
import { createWorld } from "../../../playground/world/world.js";
import { minute, origin } from "./stage.js";

const day = 24 * 60 * minute;

/** What is recorded in a day that begins with an update of the scenario's managed groups, to the second. */
async function dayOf(scenario: Scenario, speed: number, forward: (clock: WorldClock) => Promise<void>) {
  const clock = startClock({ speed, worldOrigin: origin });
  const world = createWorld({ scenario, clock });
  onTestFinished(() => world.stop());
  for (const cluster of world.clusters.values())
    for (const nodegroupName of cluster.nodeGroups.keys())
      requestUpdate(world, { clusterName: cluster.name, nodegroupName });
  await forward(clock);
  expect(Math.floor((clock.now() - origin) / minute)).toBe(24 * 60);
  return world.history.map(({ at, type, subject, what }) => [
    Math.round((at - origin) / 1_000),
    type,
    subject,
    what,
  ]);
}

it.each([
  ["an update that succeeds", eksWorkshop],
  ["one that a budget ends", pdbBlocks],
  ["one that nodes end which never join", nodeNeverJoins],
])(
  "a world that jumps a day forward has had the day of one that was stepped: %s",
  async (_sentence, scenario) => {
    const stepped = await dayOf(scenario, 0, (clock) => clock.advance(day));
    const started = Date.now();
    const jumped = await dayOf(scenario, 0.0001, (clock) => clock.jump(origin + day));
    // A second or so; longer on a busy machine.
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(jumped).toEqual(stepped);
    expect(jumped.length).toBeGreaterThan(10);
    expect(jumped.map(([at]) => at)).toEqual(jumped.map(([at]) => Number(at)).sort((a, b) => a - b));
  },
);
