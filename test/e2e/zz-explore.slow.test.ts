import { it } from "vitest";
import { selfManagedTwoBudgets } from "../../playground/scenarios/self-managed-two-budgets.js";
import { capacityMissing } from "../../playground/scenarios/capacity-missing.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import { crashLooping } from "../../playground/scenarios/crash-looping.js";
import { ownWorkers, allRolled } from "../../playground/scenarios/own-workers.js";
import { openRolling, type Rolling } from "./rolling.js";
import { expectation } from "../../playground/world/expectation.js";
import { perform } from "../../playground/world/acts.js";
import { findCluster } from "../../playground/world/lookup.js";

const strict = { ...ownWorkers({ services: { orders: { replicas: 2, budgets: [{ name: "orders", maxUnavailable: 0 }] }, ui: { replicas: 3, budgets: [{ name: "ui", minAvailable: 3 }] } } }), name: "strict", story: "", expected: allRolled };
const say = (title: string, ...rest: unknown[]) => process.stdout.write(`\n######## ${title}\n${rest.join("\n----\n")}\n`);
const stopped = { ...allRolled, end: "stopped" } as never;

async function play(scenario: Parameters<typeof openRolling>[0], body: (r: Rolling) => Promise<void>, speed = 300) {
  const r = await openRolling(scenario, speed);
  try { await body(r); } catch (e) { say("FAILED", (e as Error).message, ...r.words()); throw e; } finally { await r.close(); }
}

it("skip then force", () => play(selfManagedTwoBudgets, async (r) => {
  await r.start();
  const seen = new Set<string>();
  for (let i = 0; i < 30; i++) {
    const run = await r.run();
    if (run.state !== "running") break;
    const b = run.steps[0]?.blockers?.find((x) => x.told);
    if (!b) { await new Promise((x) => setTimeout(x, 150)); continue; }
    const key = `${b.id} ${b.since}`;
    const skippedAll = Object.values(run.steps[0]?.roll?.drains ?? {}).length;
    if (seen.has(key)) { await new Promise((x) => setTimeout(x, 150)); i--; if (seen.size > 40) break; continue; }
    seen.add(key);
    await new Promise((x) => setTimeout(x, 300));
    if (seen.size <= 3) { say(`skip ${key}`, skippedAll); await r.press("answer-skip-node"); }
    else { say(`force ${key}`); await r.press("answer-force"); await new Promise((x) => setTimeout(x, 300)); await r.press("confirm-force", r.stage.playground.slack.users.approver); }
  }
  const end = await r.over();
  say("skip+force", end.state, ...r.words(), expectation(r.stage.playground.world, allRolled).why);
}));

it("surge to the end", () => play(strict, async (r) => {
  await r.start();
  const seen = new Set<string>();
  for (;;) {
    const run = await r.run();
    if (run.state !== "running") break;
    const b = run.steps[0]?.blockers?.find((x) => x.told);
    if (b && !seen.has(`${b.id} ${b.since}`)) { seen.add(`${b.id} ${b.since}`); await new Promise((x) => setTimeout(x, 1500)); const m = r.words().length; try { await r.press("answer-surge-owner"); say("pressed", b.id, m);} catch (e) { say("no press", (e as Error).message); } }
    await new Promise((x) => setTimeout(x, 200));
  }
  const end = await r.over();
  say("surge", end.state, r.replicas("ui"), r.replicas("orders"), [...seen].join(), ...r.words().slice(3), expectation(r.stage.playground.world, allRolled).why);
}));

it("restart + stop", () => play(strict, async (r) => {
  await r.start();
  await r.has("DrainBlocked");
  await r.press("answer-restart-owner");
  await r.has("OwnerRestarted");
  await r.has("NodeGone");
  say("restarted", JSON.stringify((await r.stage.events()).filter((e) => e.type === "OwnerRestarted")), ...r.words().slice(3));
  await r.has("DrainBlocked", (e) => e.at > 0);
  await r.press("answer-stop");
  const end = await r.over();
  say("stopped", end.state, ...r.words().slice(1), expectation(r.stage.playground.world, stopped).why, JSON.stringify(r.group()), JSON.stringify((await r.run()).steps[0]?.phases));
  say("retry", await r.types(`retry ${(await r.run()).id}`));
  say("repair", await r.types(`repair eks-workshop`));
  say("resume", await r.types(`resume ${(await r.run()).id}`));
  say("list", await r.types(`list`));
}));
it("capacity", () => play(capacityMissing, async (r) => {
  await r.start();
  await r.has("QuestionAsked");
  await r.message("answer-wait");
  say("capacity", ...r.words().slice(1));
  const world = r.stage.playground.world;
  perform(world, findCluster(world, "eks-workshop"), { kind: "capacity" });
  await r.press("answer-wait");
  const end = await r.over();
  say("capacity end", end.state, ...r.words().slice(1), expectation(world, allRolled).why, JSON.stringify((await r.run()).steps[0]?.roll?.ledger));
}));
it("capacity stop", () => play(capacityMissing, async (r) => {
  await r.start();
  await r.has("QuestionAsked");
  await r.press("answer-stop");
  const end = await r.over();
  say("capacity stop", end.state, ...r.words().slice(1), expectation(r.stage.playground.world, stopped).why, JSON.stringify(r.group()));
}));
it("crash looping", () => play(crashLooping, async (r) => {
  await r.start();
  await r.has("DrainBlocked");
  await r.message("answer-wait");
  say("crash", ...r.words().slice(1));
}));
