import { expect, it } from "vitest";
import { autoscalerInterferes } from "../../playground/scenarios/autoscaler-interferes.js";
import { moveDesired, perform } from "../../playground/world/acts.js";
import { minute } from "../../src/core/instant.js";
import type { Carried } from "../faults/carried.js";
import { once } from "./dies-at.js";
import type { DiesAt } from "./mortal.js";
import { rollOut } from "./roll-carried.js";
import { type RollStory, storyOf } from "./roll-stories.js";

const { acts: _acts, ...quiet } = autoscalerInterferes;
const story: RollStory = { ...storyOf("self-managed"), scenario: quiet };
const asked = () => once("after", "resize");

const groupOf = ({ world }: Carried) => {
  const group = world.autoScalingGroups.get(story.end.nodeGroup);
  if (!group) throw new Error("The scenario has no workers.");
  return group;
};
const moves = ({ events }: Carried) => events.filter(({ type }) => type === "SizesMoved");

/** Six old ones go first. */
const surplus = 6;

it.each([
  ["before the group is asked to add the surge", once("before", "resize")],
  ["when the group was asked to add the surge", asked()],
  ["before the first extra node is given back", once("before", "terminate", surplus + 1)],
  ["when the first extra node was given back", once("after", "terminate", surplus + 1)],
  ["when the last extra node was given back", once("after", "terminate", 2 * surplus)],
])(
  "a process dies %s, and somebody raises desired by three before the next one begins: theirs stay, ours go",
  async (_when, diesAt) => {
    const { deaths } = await rollOut(
      { ...story, raises: 1 },
      {
        diesAt,
        outage: minute,
        meanwhile: ({ world, ...rest }) => moveDesired(world, groupOf({ world, ...rest }), 3),
      },
    );
    expect(deaths).toBe(1);
  },
  60_000,
);

/** A pod more finds its place on one of the new nodes: Cluster Autoscaler leaves that one. */
async function useOne({ world, cluster, clock }: Carried): Promise<void> {
  await clock.advance(5 * minute);
  perform(world, cluster, { kind: "scale", namespace: "ui", deployment: "ui", replicas: 4 });
}

it.each([
  { taken: 5, meanwhile: useOne, again: 2 },
  { taken: 6, meanwhile: () => undefined, again: 3 },
])(
  "a process dies when the group was asked to add the surge, and Cluster Autoscaler takes $taken of the new nodes before the next one begins: it took ours, zones without a new one get one, and all of ours go",
  async ({ taken, meanwhile, again }) => {
    const { deaths, carried } = await rollOut(
      { ...story, again },
      { diesAt: asked(), outage: 75 * minute, meanwhile },
    );
    expect(deaths).toBe(1);
    expect(moves(carried)).toMatchObject([{ from: 12, to: 12 - taken }]);
    expect(carried.run.steps[0]?.roll).toMatchObject({ theirs: 0 });
    expect(groupOf(carried)).toMatchObject({ desired: 6, max: 16 });
  },
  60_000,
);

/** At its first save that tells of others who moved the sizes. */
function onceToldOfOthers(): DiesAt {
  const save = once("after", "told of others");
  return (write, about) =>
    save(write === "save" && about.includes("SizesMoved") ? "told of others" : write, about);
}

it.each<[when: string, diesAt: () => DiesAt, again: number]>([
  ["the group was asked to add the surge", asked, 3],
  ["it has told that somebody raised desired by three", onceToldOfOthers, 0],
])(
  "a process dies when %s, and Cluster Autoscaler takes nodes of both before the next one begins: what was wanted before stays",
  async (_when, diesAt, again) => {
    const { deaths, carried } = await rollOut(
      { ...story, scenario: autoscalerInterferes, raises: 1, taken: 3, again },
      { diesAt: diesAt(), outage: 75 * minute },
    );
    expect(deaths).toBe(1);
    expect(groupOf(carried)).toMatchObject({ desired: 6, max: 16 });
  },
  60_000,
);
