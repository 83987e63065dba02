import { expect, it } from "vitest";
import { autoscalerInterferes } from "../../playground/scenarios/autoscaler-interferes.js";
import { moveDesired } from "../../playground/world/acts.js";
import { once } from "./dies-at.js";
import { rollOut } from "./roll-carried.js";
import { type RollStory, storyOf } from "./roll-stories.js";

const { acts: _acts, ...quiet } = autoscalerInterferes;
const story: RollStory = { ...storyOf("self-managed"), scenario: quiet, raises: 1 };

/** Six old ones go first. */
const surplus = 6;

it.each([
  ["before the group is asked to add the surge", once("before", "resize")],
  ["when the group was asked to add the surge", once("after", "resize")],
  ["before the first extra node is given back", once("before", "terminate", surplus + 1)],
  ["when the first extra node was given back", once("after", "terminate", surplus + 1)],
  ["when the last extra node was given back", once("after", "terminate", 2 * surplus)],
])(
  "a process dies %s, and somebody raises desired by three before the next one begins: theirs stay, ours go",
  async (_when, diesAt) => {
    const { deaths } = await rollOut(story, {
      diesAt,
      outage: 60_000,
      meanwhile({ world }) {
        const group = world.autoScalingGroups.get(story.end.nodeGroup);
        if (group) moveDesired(world, group, 3);
      },
    });
    expect(deaths).toBe(1);
  },
  60_000,
);
