import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { Run } from "../../src/core/run.js";
import { becomes, tells } from "./outcomes.js";
import { accepted, refused, tidy } from "./refusals.js";
import { rooms } from "./rooms.js";
import { clickOn } from "./rule-rows.js";
import { openScene, type Scene } from "./scene.js";
import { entries } from "./table.js";
import { ruleRows } from "./table-rules.js";
import { pressed } from "./tries.js";

/** What an environment asks of those who may: when, after what, with which reason, and with the yes of how many. */

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

const titled = ruleRows.map((row) => {
  const who = typeof row.by === "string" ? row.by : row.by.id;
  const end = row.refused ? `is refused (${row.refused.rule ?? "unrecorded"})` : "is done";
  return [`${row.rule}: ${row.tries} of ${row.room} by ${who} ${end}`, row] as const;
});

it.each(titled)("%s", async (_, row) => {
  const wanted = await row.prepare(scene);
  onTestFinished(() => tidy(scene, row.room, wanted));
  const how = row.refused ? undefined : "answered late";
  const user = typeof row.by === "string" ? scene.one(row.by, how) : row.by.id;
  const by = { user, channel: "C0GENERAL" };
  if (!row.refused) return accepted(wanted, { scene, ...by });
  const { rule, says } = row.refused;
  const told = await refused(scene, row, wanted, by, { rule: rule ?? "", unrecorded: rule === undefined });
  expect(told).toMatch(says);
});

it("has a refusal by every rule, and what is refused is done elsewhere, where no such rule is", () => {
  const refusals = ruleRows.filter((row) => row.refused);
  expect(new Set(refusals.map(({ rule }) => rule))).toEqual(new Set(ruleRows.map(({ rule }) => rule)));
  const names = entries.map(({ name }) => name);
  for (const { tries } of refusals) expect(names).toContain(tries);
});

it("workers begin what was approved, and nothing of what was refused", async () => {
  const approve = (run: Run) => ({ act: pressed("eks-upgrade:approve", clickOn(run)) });
  const updates = () =>
    scene.world.calls
      .filter(({ operation }) => operation === "UpdateNodegroupVersion")
      .map(({ input }) => input.nodegroupName);
  expect(updates()).toEqual([]);

  const others: Run[] = [];
  for (const [role, rule] of [
    ["bystander", "role"],
    ["guest", "person"],
    ["requester", "requester"],
    ["former deputy", "role"],
  ] as const) {
    const run = await scene.sow("waiting", "plain");
    others.push(run);
    const by = { user: scene.one(role), channel: rooms.plain.channel };
    await refused(scene, { way: "button" }, approve(run), by, { rule });
  }
  const run = await scene.sow("waiting", "plain");
  const done = () => becomes(scene, run.id, { state: "running" });
  const by = { scene, user: scene.one("both"), channel: rooms.plain.channel };
  await accepted({ ...approve(run), done }, by);

  await scene.work();
  await tells(scene, run.id, { type: "UpdateStarted" });
  expect(updates()).toEqual([run.plan.steps[0]?.nodeGroup]);
  for (const { id } of others)
    expect(await scene.run(id)).toMatchObject({ state: "awaiting approval", approvals: [] });
});
