import { expect } from "vitest";
import type { Run } from "../../src/core/run.js";
import { soon } from "../soon.js";
import type { Scene } from "./scene.js";

/** What it looks like when something was done. */

/** The run comes to be like that. */
export function becomes(scene: Scene, id: string, like: object): Promise<void> {
  return soon(async () => expect(await scene.run(id)).toMatchObject(like));
}

/** The run's log holds this. */
export function tells(scene: Scene, id: string, fact: object): Promise<void> {
  return soon(async () => expect(await scene.runs.events(id)).toContainEqual(expect.objectContaining(fact)));
}

/** There is a new run about this node group that this person asked for. */
export function isAsked(scene: Scene, group: string, by: string, like: object = {}): Promise<Run> {
  return soon(async () => {
    for (const id of await scene.runs.open()) {
      const run = await scene.run(id);
      if (run.requestedBy !== by || run.plan.steps[0]?.nodeGroup !== group) continue;
      expect(run).toMatchObject({ state: "awaiting approval", ...like });
      return run;
    }
    throw new Error(`Nobody has asked for ${group}.`);
  });
}
