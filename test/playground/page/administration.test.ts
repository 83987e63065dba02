import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Act, Snapshot } from "../../../playground/page/protocol.js";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { rules } from "../../../playground/scenarios/rules.js";
import { type Visit, visit } from "./visit.js";

const approver = "U0APPROVER";
const bystander = "U0BYSTANDER";

let playground: Playground;
let page: Visit;
beforeAll(async () => {
  playground = await openPlayground({ scenario: rules, speed: 60 });
  page = await visit(playground, { slack: true });
});
afterAll(async () => {
  await page.close();
  await playground.close();
});

const memberOf = ({ members }: Snapshot, id: string) => members.find((member) => member.id === id);
const placeOf = ({ places }: Snapshot, id: string) => places.find((place) => place.id === id);
const inGroups = (id: string) => (snapshot: Snapshot) =>
  memberOf(snapshot, id)
    ?.groups.filter(({ isIn }) => isIn)
    .map(({ handle }) => handle);

describe("an administrator on the page", () => {
  it.each<[string, Act, (snapshot: Snapshot) => unknown, string]>([
    [
      "takes an approver out of the group",
      { act: "group", user: approver, group: "S0APPROVERS", isIn: false },
      (snapshot) => inGroups(approver)(snapshot)?.length === 0,
      "Somebody takes Approver out of the user group @approvers.",
    ],
    [
      "puts them back",
      { act: "group", user: approver, group: "S0APPROVERS", isIn: true },
      (snapshot) => inGroups(approver)(snapshot)?.[0] === "@approvers",
      "Somebody puts Approver into the user group @approvers.",
    ],
    [
      "puts a bystander into one",
      { act: "group", user: bystander, group: "S0OPS", isIn: true },
      (snapshot) => inGroups(bystander)(snapshot)?.[0] === "@operators",
      "Somebody puts Bystander into the user group @operators.",
    ],
    [
      "deactivates a person",
      { act: "deactivate", user: approver, on: true },
      (snapshot) => memberOf(snapshot, approver)?.deactivated,
      "Somebody deactivates Approver.",
    ],
    [
      "activates them again",
      { act: "deactivate", user: approver, on: false },
      (snapshot) => memberOf(snapshot, approver)?.deactivated === false,
      "Somebody activates Approver.",
    ],
    [
      "archives a channel",
      { act: "archive", channel: "C0PROD", on: true },
      (snapshot) => placeOf(snapshot, "C0PROD")?.archived,
      "Somebody archives #prod-upgrades.",
    ],
    [
      "shares one",
      { act: "share", channel: "C0TEST", on: true },
      (snapshot) => placeOf(snapshot, "C0TEST")?.shared,
      "Somebody shares #test-upgrades with another organisation.",
    ],
    [
      "shares it no more",
      { act: "share", channel: "C0TEST", on: false },
      (snapshot) => placeOf(snapshot, "C0TEST")?.shared === false,
      "Somebody no longer shares #test-upgrades with another organisation.",
    ],
  ])("%s", async (_sentence, act, holds, story) => {
    expect(await page.act(act)).toEqual({ ok: true });
    const { history } = await page.sees("operator", holds);
    expect(history[0]?.what).toBe(story);
  });

  it.each<[string, Act, string]>([
    ["a user group", { act: "group", user: approver, group: "S0NONE", isIn: true }, "no user group S0NONE"],
    ["a person", { act: "deactivate", user: "U0NOBODY", on: true }, "There is no user U0NOBODY."],
    ["a channel", { act: "archive", channel: "C0NONE", on: true }, "There is no channel C0NONE."],
  ])("is told where there is no such thing as %s", async (_sentence, act, why) => {
    expect(await page.act(act)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });
});

describe("who and what there is", () => {
  it("people of every kind, those who are no members like others apart", async () => {
    const { people } = await page.looks("stranger");
    expect(people.filter(({ isOdd }) => !isOdd).map(({ role }) => role)).toEqual([
      "operator",
      "approver",
      "secondApprover",
      "bystander",
    ]);
    expect(people.filter(({ isOdd }) => isOdd).map(({ role }) => role)).toEqual([
      "guest",
      "visitor",
      "otherBot",
      "leaver",
      "stranger",
    ]);
  });

  it("channels of every kind, with what is special about them", async () => {
    const { channels } = await page.looks("bystander");
    expect(channels.filter(({ isMain }) => !isMain).map(({ name, note }) => [name, note])).toEqual([
      ["elsewhere", "without the bot"],
      ["general", undefined],
      ["with-partner", "shared with another organisation"],
      ["old-upgrades", "archived"],
      ["a-few-people", "private, without the bot"],
      ["EKS Upgrade", undefined],
    ]);
  });
});
