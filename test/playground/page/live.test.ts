import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Snapshot } from "../../../playground/page/protocol.js";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { stream, type Visit, visit } from "./visit.js";

let playground: Playground;
let page: Visit;

beforeAll(async () => {
  playground = await openPlayground({ scenario: eksWorkshop, speed: 1 });
  page = await visit(playground, { slack: true });
});
afterAll(async () => {
  await page.close();
  await playground.close();
});

const texts = ({ channels }: Snapshot) =>
  channels.flatMap(({ messages }) => messages.map(({ text }) => text));

describe("the live page", () => {
  it.each([
    ["a person's id", "U0APPROVER", "U0APPROVER"],
    ["a role", "bystander", "U0BYSTANDER"],
    ["nobody", "", "U0OPERATOR"],
    ["somebody unknown", "U0NOBODY", "U0OPERATOR"],
  ])("takes %s for who looks", async (_sentence, who, as) => {
    expect((await page.looks(who)).as).toBe(as);
  });

  it.each<[string, (playground: Playground) => void, (snapshot: Snapshot) => unknown]>([
    [
      "a message",
      ({ slack }) => slack.workspace.post("C0PROD", "U0BOT", { text: "Hello, all." }),
      (snapshot) => texts(snapshot).includes("Hello, all."),
    ],
    [
      "a word of the world's record",
      ({ world }) => world.record("act", "eks-workshop", "Somebody acts."),
      ({ history }) => history[0]?.what === "Somebody acts.",
    ],
    [
      "a node",
      ({ world }) => {
        const kubernetes = world.clusters.get("eks-workshop")?.kubernetes;
        kubernetes?.changeNode(kubernetes.nodeNames()[0] ?? "", { unschedulable: true });
      },
      ({ clusters }) => clusters[0]?.nodeGroups[0]?.nodes.some(({ state }) => state === "cordoned"),
    ],
    [
      "what is broken",
      () => void page.conductor.setBroken("stop Slack", true),
      ({ breakages }) => breakages.some(({ on }) => on),
    ],
  ])("tells of %s without being asked again", async (_sentence, change, holds) => {
    expect(holds(await page.looks("operator"))).toBeFalsy();
    const told = page.sees("operator", holds);
    change(playground);
    await told;
  });

  it("tells of many changes at once, five times a second at most", async () => {
    const end = new AbortController();
    const pushes: number[] = [];
    let posted = 0;
    const last = () => `Change ${posted}`;
    const post = () => {
      posted += 1;
      playground.slack.workspace.post("C0PROD", "U0BOT", { text: last() });
    };
    const timer = setInterval(post, 5);
    for await (const snapshot of stream(page.url, "operator", end.signal)) {
      pushes.push(Date.now());
      if (posted >= 200) clearInterval(timer);
      if (posted >= 200 && texts(snapshot).includes(last())) break;
    }
    const lasted = (pushes.at(-1) ?? 0) - (pushes[0] ?? 0);
    // The first one comes at once.
    expect(pushes.length - 1).toBeLessThanOrEqual(Math.ceil(lasted / 200) + 1);
    expect(pushes.length).toBeGreaterThan(2);
  });
});
