import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Role, silences, silentChannel } from "./cast.js";
import type { EntryPoint, Wanted } from "./entries.js";
import { doer, guarded, named, nobodys, onlooker, restricted } from "./expected.js";
import { accepted, hidesEverything, refused, saysWhomToAsk, sounds, tidy } from "./refusals.js";
import { groupSilence, type RoomName, rooms } from "./rooms.js";
import { openScene, type Scene } from "./scene.js";
import { entries } from "./table.js";

/** Every rule that anybody may break at every way in, against a running bot over the wire. */

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

const somewhere = "C0GENERAL";
const isMute = (entry: EntryPoint) => entry.mute === true || entry.way === "menu";

const unfit = [
  ["shared with another organisation", "C0SHARED", "channel"],
  ["that is archived", "C0ARCHIVED", "channel"],
  ["that the bot does not see", "G0PRIVATE", "unsure"],
  ...silences.map(
    (how) => [`of which Slack does not tell, for ${how}`, silentChannel(how), "unsure"] as const,
  ),
] as const;

/** For one test. */
async function wantedIn(entry: EntryPoint, room: RoomName): Promise<Wanted> {
  const wanted = await entry.prepare(scene, room);
  onTestFinished(() => tidy(scene, room, wanted));
  return wanted;
}

// First, while Slack was asked about few people: of many at once, whoever has no part in anything is told no more than that.
describe("an approval", () => {
  const entry = entries.find(({ name }) => name === "button approve") ?? fail();
  function fail(): never {
    throw new Error("There is no such entry.");
  }

  it.each<Role>(["approver", "both", "deputy"])("of %s counts", async (role) => {
    const wanted = await wantedIn(entry, "plain");
    await accepted(wanted, { scene, user: scene.one(role), channel: rooms.plain.channel });
  });

  it.each<Role>(["operator", "former deputy", "who may break the glass"])("of %s does not", async (role) => {
    const wanted = await wantedIn(entry, "plain");
    const by = { user: scene.one(role), channel: rooms.plain.channel };
    saysWhomToAsk(await refused(scene, entry, wanted, by, { rule: "role" }));
  });
});

describe("unsure: while Slack does not tell who is in a user group, nobody may", () => {
  let tell: () => void;
  beforeAll(() => {
    tell = scene.slack.faults.add(groupSilence);
  });
  afterAll(() => tell());

  it.each(named(restricted))("%s", async (_, entry) => {
    const wanted = await wantedIn(entry, "unsure");
    const by = { user: scene.one("bystander"), channel: somewhere };
    // A menu asks with every letter, and has no place for an answer.
    const quiet = entry.way === "menu";
    const told = await refused(scene, entry, wanted, by, { rule: "unsure", unrecorded: quiet });
    if (!quiet) expect(told).toMatch(sounds.unsure);
    if (!entry.public) hidesEverything(told, wanted.act.wrote);
  });
});

describe.each(named(guarded))("%s", (_, entry) => {
  let wanted: Wanted;
  beforeAll(async () => {
    wanted = await entry.prepare(scene, entry.room);
  });
  afterAll(() => tidy(scene, entry.room, wanted));

  /** At the door nobody learns anything. */
  async function turnedAway(user: string, channel: string, rule: string, says: RegExp): Promise<void> {
    const mute = isMute(entry);
    const told = await refused(scene, entry, wanted, { user, channel }, { rule, mute });
    if (!mute) expect(told).toMatch(says);
    if (entry.way !== "link") hidesEverything(told, wanted.act.wrote);
  }

  it.each(nobodys)("%s: %s", async (role, rule) => {
    const says = rule === "workspace" ? sounds.workspace : sounds.person;
    await turnedAway(scene.one(role), somewhere, rule, says);
  });

  it.each(entry.inChannel ? unfit : [])("a channel %s", async (__, channel, rule) => {
    await turnedAway(scene.one("both"), channel, rule, sounds[rule]);
  });

  it.each(silences)("unsure: a person of whom Slack does not tell, for %s", async (how) => {
    await turnedAway(scene.one(how), somewhere, "unsure", sounds.unsure);
  });

  if (entry.way !== "link") {
    it("rate: not more often than anybody may", async () => {
      const by = { user: await scene.hasty(), channel: somewhere };
      const mute = isMute(entry) || ["Home opened", "/eks-upgrade alone"].includes(entry.name);
      const told = await refused(scene, entry, wanted, by, { rule: "rate", mute });
      if (!mute) expect(told).toMatch(sounds.rate);
    });
  }

  if (Array.isArray(entry.who)) {
    it("role: whoever may do something else is told who may do this", async () => {
      const { unrecorded = false, hides, blunt } = entry;
      const by = { user: scene.one(onlooker(entry)), channel: somewhere };
      const told = await refused(scene, entry, wanted, by, { rule: "role", unrecorded });
      if (blunt && hides) expect(told).toMatch(hides);
      else if (entry.way !== "link") saysWhomToAsk(told);
    });
  }
});

it.each(named(entries.filter(({ who }) => who === "everybody")))("%s is for everybody", async (_, entry) => {
  for (const role of ["bystander", ...nobodys.map(([each]) => each)] as const) {
    const wanted = await wantedIn(entry, entry.room);
    await accepted(wanted, { scene, user: scene.one(role), channel: somewhere });
  }
});

describe("where fleet.yaml says in which channels orders are given", () => {
  const orders = restricted.filter(({ inChannel, who }) => inChannel && Array.isArray(who));
  // Of the form nobody knows yet for which environment it is.
  const placed = named(orders.filter(({ name }) => name !== "/eks-upgrade alone"));

  it.each(placed)("%s is not given in another one", async (_, entry) => {
    const wanted = await wantedIn(entry, "narrow");
    const by = { user: scene.one(doer(entry, "narrow")), channel: "C0TEST" };
    const told = await refused(scene, entry, wanted, by, { rule: "channel" });
    expect(told).toMatch(
      /Orders for saffron are not given in this channel\. Go to <#C0NARROW> or <#C0GENERAL>/,
    );
  });

  it.each(placed)("%s in a direct message", async (_, entry) => {
    const wanted = await wantedIn(entry, "narrow");
    const user = scene.one(doer(entry, "narrow"));
    const by = { user, channel: scene.slack.direct(user) };
    if (entry.name === "/eks-upgrade plan") return accepted(wanted, { scene, ...by });
    const told = await refused(scene, entry, wanted, by, { rule: "channel" });
    expect(told).toMatch(/In a direct message upgrades of saffron can be planned, and no more/);
  });

  it.each(placed)("%s is given in one of them", async (_, entry) => {
    const wanted = await wantedIn(entry, "narrow");
    const user = scene.one(doer(entry, "narrow"), entry.answersLate && "answered late");
    await accepted(wanted, { scene, user, channel: "C0NARROW" });
  });
});

describe("where others read along in the environment's own channel", () => {
  const decisive: ReadonlySet<string> = new Set(["start", "force", "approve", "break glass"]);
  const orders = restricted.filter(({ who, room }) => Array.isArray(who) && room === "plain");
  const begins = ({ who }: EntryPoint) => Array.isArray(who) && who.some((right) => decisive.has(right));
  const unplaced = ["menu", "Home opened"];
  const all = orders.filter(({ name, way }) => name !== "/eks-upgrade alone" && !unplaced.includes(way));

  it.each(named(all.filter(begins)))("%s is refused: it would be told there", async (_, entry) => {
    const wanted = await wantedIn(entry, "exposed");
    const told = await refused(
      scene,
      entry,
      wanted,
      { user: scene.one(doer(entry, "exposed")), channel: somewhere },
      { rule: "channel" },
    );
    expect(told).toContain(
      "The channel of umber is shared with another organisation: fleet.yaml has to name another",
    );
  });

  it.each(named(all.filter((entry) => !begins(entry) && !entry.name.includes("lock"))))(
    "%s is done",
    async (_, entry) => {
      const wanted = await wantedIn(entry, "exposed");
      const user = scene.one(doer(entry, "exposed"), entry.answersLate && "answered late");
      await accepted(wanted, { scene, user, channel: somewhere });
    },
  );
});
