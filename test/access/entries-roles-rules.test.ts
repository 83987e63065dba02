import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { EntryPoint, Wanted } from "./entries.js";
import { doer, guarded, named, restricted } from "./expected.js";
import { accepted, hidesEverything, refused, saysWhomToAsk, sounds, tidy } from "./refusals.js";
import { openScene, type Scene } from "./scene.js";
import { entries } from "./table.js";

/**
 * Every way in, against a running bot over the wire: it does what it says for whoever may, and nothing for a bystander and a
 * guest. What else there is to refuse is in the slow tests beside this one.
 */

let scene: Scene;
beforeAll(async () => {
  scene = await openScene(["plain", "linked"]);
});
afterAll(() => scene.close());

const somewhere = "C0GENERAL";

/** The same for all three. */
const known = new Map<string, Wanted>();
async function wantedOf(entry: EntryPoint): Promise<Wanted> {
  const wanted = known.get(entry.name) ?? (await entry.prepare(scene, entry.room));
  known.set(entry.name, wanted);
  return wanted;
}

// First, while Slack was asked about few people: of many at once, whoever has no part in anything is told no more than that.
describe("role: a bystander learns nothing, and nothing is done, by", () => {
  it.each(named(restricted))("%s", async (_, entry) => {
    const wanted = await wantedOf(entry);
    const by = { user: scene.one("bystander"), channel: wanted.run?.channel ?? somewhere };
    const { unrecorded = false } = entry;
    const told = await refused(scene, entry, wanted, by, { rule: "role", unrecorded });
    // A page cannot call anybody.
    if (entry.public && entry.way !== "link") saysWhomToAsk(told);
    if (!entry.hides) return;
    expect(told).toMatch(entry.hides);
    hidesEverything(told, wanted.act.wrote);
  });
});

describe("person: a guest gets nowhere, whatever fleet.yaml lets them do, by", () => {
  it.each(named(guarded))("%s", async (_, entry) => {
    const wanted = await wantedOf(entry);
    const by = { user: scene.one("guest"), channel: somewhere };
    const mute = entry.mute === true || entry.way === "menu";
    const told = await refused(scene, entry, wanted, by, { rule: "person", mute });
    if (!mute) expect(told).toMatch(sounds.person);
    hidesEverything(told, wanted.act.wrote);
  });
});

describe("whoever may gets what it says, by", () => {
  it.each(named(entries))("%s", async (_, entry) => {
    const wanted = await wantedOf(entry);
    onTestFinished(() => tidy(scene, entry.room, wanted));
    const user = scene.one(doer(entry, entry.room), entry.answersLate && "answered late");
    await accepted(wanted, { scene, user, channel: somewhere });
  });
});
