import { afterEach, beforeEach, expect, it } from "vitest";
import { pdbBlocks } from "../../playground/scenarios/pdb-blocks.js";
import { rules } from "../../playground/scenarios/rules.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { hour, minute } from "../../src/core/instant.js";
import { approve } from "./acting.js";
import { justBefore, monday, officeHours, openRuledStage, opens, type RuledStage } from "./ruling.js";

/** prod goes only to what test has run for half an hour. */

const scheduleAction = "eks-upgrade:schedule";
/** World seconds per real second. */
const fast = 200;

/** Of the two clusters of test one is upgraded without trouble, and in the other a budget lets no pod go. */
const inOrder: Scenario = {
  ...rules,
  clusters: [...rules.clusters, ...pdbBlocks.clusters.map((each) => ({ ...each, name: "stuck-test" }))],
  environments: [
    { name: "test", channel: "test", clusters: ["shop-test", "stuck-test"] },
    { name: "prod", clusters: ["shop-prod"] },
  ],
};
const after = { environment: "test", soak: "30m" };

let stage: RuledStage;
beforeEach(async () => {
  stage = await openRuledStage({
    scenario: inOrder,
    at: monday - hour,
    rules: { test: { approvals: { required: 0 } }, prod: { after, windows: officeHours } },
  });
});
afterEach(() => stage.close());

const users = () => stage.playground.slack.users;
const runOf = async (cluster: string) => {
  const runs = await Promise.all((await stage.runs.recent(10)).map((id) => stage.runs.load(id)));
  return runs.find((stored) => stored?.run.plan.cluster === cluster)?.run;
};

/** In test nobody has to approve it. */
async function testRunsIt(): Promise<void> {
  expect(await stage.told("start shop-test")).toContain("test asks for no approval.");
  expect(stage.reads(await stage.message("No approval was needed"))).not.toContain("[");
  await stage.run(fast);
  await stage.untilRun(({ state }) => state === "succeeded");
}

async function prodIsScheduled(): Promise<void> {
  await stage.told("start shop-prod/default");
  const [offer] = stage.playground.slack.workspace.ephemerals(users().operator).slice(-1);
  await stage.pressed(scheduleAction, users().operator, offer);
  const card = await stage.card();
  expect(stage.reads(card)).toMatch(
    /test has run 1\.34\.9-20260714 for 3\d min, at least 30 min as asked: shop-test/,
  );
  await stage.playground.slack.as(users().approver).click(card, approve);
  await stage.untilRun(({ state }) => state === "scheduled");
}

it("prod is refused until test has run it for so long, and the card says what was seen there", async () => {
  expect(await stage.told("start shop-prod/default")).toContain("test has not run it");
  await testRunsIt();
  await stage.moveTo(stage.clock.now() + 10 * minute);
  expect(await stage.told("start shop-prod/default")).toMatch(
    /: it has for 1\d min \(shop-test\/default since/,
  );
  expect(await runOf("shop-prod")).toBeUndefined();
  await stage.moveTo(stage.clock.now() + 25 * minute);
  expect(await stage.told("plan shop-prod/default")).toContain(
    "at least 30 min as asked: shop-test/default.",
  );
  await prodIsScheduled();
  await stage.moveTo(justBefore(opens, fast), fast);
  await stage.untilRun(({ state }) => state === "succeeded");
});

it("what fails in test between the approval and the first write refuses it before anything is written", async () => {
  await testRunsIt();
  await stage.moveTo(stage.clock.now() + 31 * minute);
  await prodIsScheduled();
  const { id } = await stage.latest();
  await stage.run(fast);
  await stage.told("start stuck-test");
  await stage.untilRun(({ plan, state }) => plan.cluster === "stuck-test" && state === "failed");
  expect(stage.clock.now()).toBeLessThan(opens);
  await stage.moveTo(justBefore(opens, fast), fast);
  const ended = await stage.message("Nothing was changed.");
  expect(stage.reads(ended)).toMatch(
    /test has run it for 30 min without a failed upgrade: run \S+ \(stuck-test/,
  );
  expect((await stage.runs.load(id))?.run).toMatchObject({ state: "failed", failure: { code: "NotSoaked" } });
  const { updates } = stage.playground.world.clusters.get("shop-prod") ?? {};
  expect(updates).toEqual([]);
});
