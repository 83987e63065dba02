import { beforeEach, describe, expect, it } from "vitest";
import type { Channel, Person } from "../../../src/core/access/facts.js";
import { createPeople, type People } from "../../../src/slack/people.js";
import { SlackTrouble } from "../../../src/slack/trouble.js";

const clock = { now: 0 };
let asked: string[];
let answers: Record<string, readonly string[] | SlackTrouble>;
let people: People;

const person: Person = { team: "T0", deactivated: false, bot: false, guest: false, stranger: false };
const channel: Channel = { shared: false, archived: false };

beforeEach(() => {
  clock.now = 1_000_000;
  asked = [];
  answers = { S1: ["U1"] };
  people = createPeople(
    {
      async userGroupMembers(group) {
        asked.push(group);
        const answer = answers[group] ?? [];
        if (answer instanceof SlackTrouble) throw answer;
        return answer;
      },
      async person(user) {
        asked.push(user);
        return person;
      },
      async channel(id) {
        asked.push(id);
        return channel;
      },
    },
    () => clock.now,
  );
});

const trouble = new SlackTrouble("unreachable", "usergroups.users.list", "ETIMEDOUT", "");
const kept = { fresh: false, users: ["U1"] };
const fresh = { fresh: true, users: ["U1"] };

describe("an answer", () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ["of a group", "S1", () => people.members("S1", kept)],
    ["of a person", "U1", () => people.person("U1", { fresh: false })],
    ["of a channel", "C1", () => people.channel("C1")],
  ])("%s is kept for a minute", async (_, id, ask) => {
    await ask();
    clock.now += 59_999;
    await ask();
    expect(asked).toEqual([id]);
    clock.now += 1;
    await ask();
    expect(asked).toEqual([id, id]);
  });

  it("is passed over for a decision, and renewed by it", async () => {
    expect(await people.members("S1", kept)).toEqual(["U1"]);
    answers.S1 = [];
    expect(await people.members("S1", kept)).toEqual(["U1"]);
    expect(await people.members("S1", fresh)).toEqual([]);
    expect(await people.members("S1", kept)).toEqual([]);
    await people.person("U1", { fresh: false });
    await people.person("U1", { fresh: true });
    expect(asked).toEqual(["S1", "S1", "U1", "U1"]);
  });

  it("serves many who ask at the same time, for decisions too", async () => {
    await Promise.all(Array.from({ length: 3 }, () => people.members("S1", fresh)));
    expect(asked).toEqual(["S1"]);
  });

  it("that was asked for a while before the decision, and has not come, does not serve it", async () => {
    const slow = people.members("S1", kept);
    clock.now += 1_000;
    await people.members("S1", fresh);
    await slow;
    expect(asked).toEqual(["S1", "S1"]);
  });

  it("that somebody is not in a group does for a few seconds, whoever presses meanwhile", async () => {
    const nobody = { fresh: true, users: ["U9"] };
    await people.members("S1", nobody);
    clock.now += 4_999;
    await people.members("S1", nobody);
    expect(asked).toEqual(["S1"]);
    clock.now += 1;
    await people.members("S1", nobody);
    expect(asked).toEqual(["S1", "S1"]);
  });

  it("is not kept for ever of however many ids come: the oldest are forgotten", async () => {
    for (let id = 0; id <= 1_000; id++) await people.channel(`C${id}`);
    await people.channel("C1000");
    expect(asked).toHaveLength(1_001);
    await people.channel("C0");
    expect(asked).toHaveLength(1_002);
  });
});

describe("when Slack does not tell", () => {
  it("it is told to everybody who waits for it", async () => {
    answers.S1 = trouble;
    const both = await Promise.allSettled([people.members("S1", kept), people.members("S1", kept)]);
    expect(both).toMatchObject([{ reason: trouble }, { reason: trouble }]);
    expect(asked).toEqual(["S1"]);
  });

  it("no older answer is used in place of a fresh one", async () => {
    await people.members("S1", kept);
    answers.S1 = trouble;
    await expect(people.members("S1", fresh)).rejects.toBe(trouble);
    await expect(people.members("S1", kept)).rejects.toBe(trouble);
  });

  it("it is asked again the next time", async () => {
    answers.S1 = trouble;
    await expect(people.members("S1", kept)).rejects.toBe(trouble);
    answers.S1 = ["U1"];
    expect(await people.members("S1", kept)).toEqual(["U1"]);
  });
});

describe("very many people", () => {
  const ask = async (count: number) => {
    for (let each = 0; each < count; each++) await people.person(`U${asked.length}`, { fresh: false });
  };

  it("are so many when Slack was asked about thirty within a minute", async () => {
    await ask(29);
    expect(people.crowded()).toBe(false);
    await ask(1);
    expect(people.crowded()).toBe(true);
    clock.now += 60_000;
    expect(people.crowded()).toBe(false);
    await ask(29);
    expect(people.crowded()).toBe(false);
  });

  it("are not one who comes again and again", async () => {
    for (let each = 0; each < 100; each++) await people.person("U1", { fresh: false });
    expect(people.crowded()).toBe(false);
  });
});
