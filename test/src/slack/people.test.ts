import { beforeEach, describe, expect, it } from "vitest";
import { createPeople, type People } from "../../../src/slack/people.js";
import { SlackTrouble } from "../../../src/slack/trouble.js";

const clock = { now: 0 };
let asked: string[];
let answers: Record<string, readonly string[] | SlackTrouble>;
let people: People;

beforeEach(() => {
  clock.now = 1_000_000;
  asked = [];
  answers = { S1: ["U1"], S2: ["U2"] };
  const client = {
    async userGroupMembers(group: string) {
      asked.push(group);
      const answer = answers[group] ?? [];
      if (answer instanceof SlackTrouble) throw answer;
      return answer;
    },
  };
  people = createPeople(client, () => clock.now);
});

const trouble = new SlackTrouble("unreachable", "usergroups.users.list", "ETIMEDOUT", "");
const both = { groups: ["S1", "S2"], users: [] };

it.each([
  ["a member of a group", "U1", both, true],
  ["a member of another of the groups", "U2", both, true],
  ["somebody else", "U3", both, false],
  ["a person named by id", "U3", { groups: [], users: ["U3"] }, true],
  ["anybody, where nobody is named", "U1", { groups: [], users: [] }, false],
])("knows %s", async (_, user, circle, expected) => {
  expect(await people.isMember(user, circle, { fresh: false })).toBe(expected);
});

describe("the cache", () => {
  const circle = { groups: ["S1"], users: [] };

  it("asks Slack once a minute", async () => {
    await people.isMember("U1", circle, { fresh: false });
    clock.now += 59_999;
    await people.isMember("U9", circle, { fresh: false });
    expect(asked).toEqual(["S1"]);
    clock.now += 1;
    await people.isMember("U1", circle, { fresh: false });
    expect(asked).toEqual(["S1", "S1"]);
  });

  it("is passed over for a decision, and renewed by it", async () => {
    expect(await people.isMember("U1", circle, { fresh: false })).toBe(true);
    answers.S1 = [];
    expect(await people.isMember("U1", circle, { fresh: true })).toBe(false);
    expect(await people.isMember("U1", circle, { fresh: false })).toBe(false);
  });

  it("asks once for many who ask at the same time", async () => {
    await Promise.all(["U1", "U2", "U3"].map((user) => people.isMember(user, circle, { fresh: false })));
    expect(asked).toEqual(["S1"]);
  });

  it("does not ask for people named by id", async () => {
    await people.isMember("U5", { groups: ["S1"], users: ["U5"] }, { fresh: true });
    expect(asked).toEqual([]);
  });
});

describe("when Slack does not tell", () => {
  it("fails rather than says no or yes", async () => {
    answers.S1 = trouble;
    await expect(people.isMember("U1", both, { fresh: false })).rejects.toBe(trouble);
  });

  it("still knows a member of a group that could be read", async () => {
    answers.S1 = trouble;
    expect(await people.isMember("U2", both, { fresh: false })).toBe(true);
  });

  it("uses no older answer in place of a fresh one", async () => {
    await people.isMember("U1", both, { fresh: false });
    answers.S1 = trouble;
    await expect(people.isMember("U1", both, { fresh: true })).rejects.toBe(trouble);
    await expect(people.isMember("U1", both, { fresh: false })).rejects.toBe(trouble);
  });

  it("asks again the next time", async () => {
    answers.S1 = trouble;
    await expect(people.isMember("U1", both, { fresh: false })).rejects.toBe(trouble);
    answers.S1 = ["U1"];
    expect(await people.isMember("U1", both, { fresh: false })).toBe(true);
  });
});
