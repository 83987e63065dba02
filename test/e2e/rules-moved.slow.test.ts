import { readFile, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { allRolled } from "../../playground/scenarios/own-workers.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { expectation } from "../../playground/world/expectation.js";
import { minute } from "../../src/core/instant.js";
import { approve } from "./acting.js";
import { expectStandsStill } from "./parked.js";
import { openRuledStage, type RuledStage } from "./ruling.js";

/** What becomes of an upgrade under way when fleet.yaml gives its cluster to another environment. */

const goOnAction = "eks-upgrade:go-on";
/** Of the live message alone. */
const cancelAction = "eks-upgrade:cancel";
/** World seconds per real second. */
const fast = 200;

const scenario: Scenario = {
  ...selfManaged,
  environments: [
    { name: "prod", clusters: [] },
    { name: "test", clusters: ["eks-workshop"] },
  ],
};
const may = { lock: { groups: ["S0OPS"], users: ["U0APPROVER"] } };
const cluster = [{ name: "eks-workshop", region: scenario.region }];
const others = (name: string) => [{ name, region: scenario.region }];
const before = { prod: { may, clusters: others("eks-shop") }, test: { may, clusters: cluster } };
const moved = { prod: { may, clusters: cluster }, test: { may, clusters: others("eks-demo") } };

let stage: RuledStage;
afterEach(() => stage.close());

const users = () => stage.playground.slack.users;
const types = async () => (await stage.events()).map(({ type }) => type);

async function rolling(): Promise<void> {
  stage = await openRuledStage({ scenario, rules: before });
  await stage.told("start eks-workshop/workers");
  await stage.playground.slack.as(users().approver).click(await stage.card(), approve);
  await stage.untilRun(({ state }) => state === "running");
  await stage.run(fast);
  await stage.has("NodeGone");
}

async function endsWell(): Promise<void> {
  await stage.untilRun(({ state }) => state === "succeeded");
  expect(expectation(stage.playground.world, allRolled)).toMatchObject({ met: true });
}

describe("a roll whose cluster is moved", () => {
  it("waits under a lock there, and outside the hours there, until those there have it go on", async () => {
    await rolling();
    await stage.setRules(moved);
    await stage.restart();
    const { id } = await stage.latest();
    expect(await stage.told("lock prod database migration")).toContain(
      `Waits at its next safe point: ${id} (eks-workshop/workers)`,
    );
    await stage.untilRun(({ wait }) => wait?.for === "its lock to be taken off");
    await expectStandsStill(stage, 20 * minute);
    const live = await stage.message("Held by a lock");
    await stage.shows(live, "/eks-upgrade unlock prod");

    const freezes = [{ from: "2026-10-19", until: "2026-10-20", reason: "the sale" }];
    await stage.setRules({ ...moved, prod: { ...moved.prod, freezes } });
    await stage.restart();
    expect(await stage.told("unlock prod", users().approver)).toContain(`Told to go on now: ${id}`);
    await stage.untilRun(({ wait }) => wait?.for === "the freeze to end");
    await stage.shows(live, "A freeze of prod, where eks-workshop belongs by now, has begun");
    await stage.shows(live, "unless an approver of prod presses Go on now");
    await expectStandsStill(stage, 10 * minute);
    expect(await stage.pressed(goOnAction, users().approver, live)).toContain("goes on");
    await endsWell();
    expect((await types()).filter((type) => type === "RunHeld")).toHaveLength(2);
  });

  it("says that its environment is gone, beside the lock that holds it, and goes on when both are over", async () => {
    await rolling();
    await stage.setRules(moved);
    const { environments, ...rest } = JSON.parse(await readFile(stage.fleetFile, "utf8"));
    const left = environments.filter(({ name }: { name: string }) => name !== "test");
    await writeFile(stage.fleetFile, JSON.stringify({ ...rest, environments: left }));
    await stage.restart();
    const live = await stage.message(`"${cancelAction}"`);
    await stage.shows(live, "Could not reach environment test (EnvironmentUnknown)");
    const { id } = await stage.latest();
    expect(await stage.told("lock prod database migration")).toContain(id);
    await stage.untilRun(({ held }) => held?.why === "lock");
    await stage.shows(live, "Held by a lock");
    await stage.shows(live, "Could not reach environment test");

    // What was begun comes to a safe point now.
    await stage.setRules(moved);
    await stage.restart();
    await stage.untilRun(({ wait }) => wait?.for === "its lock to be taken off");
    await expectStandsStill(stage, 10 * minute);
    await stage.told("unlock prod");
    await endsWell();
  });
});
