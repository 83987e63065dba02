import { expect } from "vitest";
import type { AccessRule } from "../../src/authority.js";
import type { EntryPoint, Wanted } from "./entries.js";
import { type RoomName, secrets } from "./rooms.js";
import { recorded, type Scene } from "./scene.js";
import { type Trying, tries } from "./tries.js";

/** What each rule sounds like to whoever is refused by it. */
export const sounds: Readonly<Record<Exclude<AccessRule, "role">, RegExp>> = {
  workspace: /You belong to another workspace/,
  person: /no orders from guests|no orders from bots|account is deactivated/,
  channel: /shared with another organisation|is archived|are not given in this channel|In a direct message/,
  requester: /You asked for it yourself|You stand for the one who asked for it/,
  unsure: /does not tell me|Slack did not answer|I cannot see this channel/,
  rate: /more than 30 orders within a minute/,
};

export interface Expected {
  readonly rule: string;
  /** Nothing is said. */
  readonly mute?: boolean;
  readonly unrecorded?: boolean;
}

/** Somebody tries, nothing comes of it, and that is kept. Resolves with what they are told. */
export async function refused(
  scene: Scene,
  entry: Pick<EntryPoint, "way">,
  { act }: Pick<Wanted, "act">,
  by: Omit<Trying, "scene">,
  { rule, mute, unrecorded }: Expected,
): Promise<string> {
  await scene.audit();
  const before = await scene.state();
  const trying = { scene, ...by };
  const told = mute ? ((await act(trying, () => {})) ?? "") : await tries(act, trying);
  if (!unrecorded)
    await recorded(scene, { kind: "refusal", outcome: "refused", who: by.user, rule, entry: entry.way });
  expect(await scene.state(), "what an order may change").toEqual(before);
  return told;
}

/** Somebody tries, and it is done. */
export async function accepted({ act, done }: Wanted, by: Trying): Promise<void> {
  let heard = "nothing so far";
  const told = tries(act, by).then((words) => {
    heard = words;
    return words;
  });
  // Who is told nothing, is shown it: where that is waited for, it fails there.
  told.catch(() => {});
  await done(by, () => told).catch((error: unknown) => {
    throw new Error(`${String(error)}\nThey were told: ${heard}`);
  });
}

/** So that others find everything as it was. */
export async function tidy(scene: Scene, room: RoomName, { group, tidy }: Wanted): Promise<void> {
  await tidy?.();
  if (group) await scene.giveBack(room, group);
}

/** Beside what they wrote themselves there is nothing in it about any environment. */
export function hidesEverything(told: string, wrote = ""): void {
  const names = wrote.split(/[\s/]+/).filter((word) => word !== "");
  const rest = names.reduce((text, name) => text.replaceAll(name, "…"), told);
  expect(rest).not.toMatch(secrets);
}

/** It says the rule, and whom to ask. */
export function saysWhomToAsk(told: string): void {
  expect(told).toMatch(/Only (the|those) .* may /);
  expect(told).toMatch(/Ask <(!subteam\^S0|@U0)/);
}
