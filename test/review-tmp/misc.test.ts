import pino from "pino";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { openStage, said } from "../e2e/stage.js";
import { connectRedis } from "../../src/redis/connection.js";
import { openStore } from "../../src/redis/store.js";
import { redisRuns } from "../../src/redis/runs.js";
import { sweep } from "../../jobs/sweep.js";
import { realClock } from "../../src/clock.js";
import { startRedis } from "../redis.js";
import { aRun, aPlan, aStep } from "../builders.js";
import { openUpgrades } from "../../src/upgrades.js";
import { Trouble } from "../../src/core/problems.js";

it("node group deleted between approval and start", { timeout: 60_000 }, async () => {
  const stage = await openStage({ speed: 600 });
  const { slack, aws } = stage.playground;
  const bot = await stage.startBot({ ROLE: "bot" });
  await stage.types("start eks-workshop");
  await slack.as(slack.users.approver).click(await stage.card(), "eks-upgrade:approve");
  await slack.waitFor(() => stage.playground.world.calls.length > 0, { timeoutMs: 5000 });
  for (let i = 0; i < 100 && !(await stage.events()).some((e) => e.type === "RunApproved"); i++) await new Promise((r) => setTimeout(r, 100));
  const gone = { status: 404, headers: { "x-amzn-errortype": "ResourceNotFoundException", "content-type": "application/json" }, body: JSON.stringify({ message: "No node group found for name: default." }) };
  aws.faults = (c) => (["DescribeNodegroup", "UpdateNodegroupVersion", "ListUpdates"].includes(c.operation) ? (gone as never) : undefined);
  await stage.startBot({ ROLE: "worker" });
  await new Promise((r) => setTimeout(r, 12_000)); // 2 h of the world
  const [id] = await stage.runs.recent(1);
  const stored = await stage.runs.load(id ?? "");
  console.log("GONE:", stored?.run.state, JSON.stringify(stored?.run.trouble), "revision", stored?.revision, (await stage.events()).map((e) => e.type).join());
  await stage.close();
});

it("poison record", async () => {
  const server = await startRedis();
  const redis = connectRedis({ url: server.url }, "worker", () => {});
  const runs = redisRuns(redis);
  for (let i = 0; i < 6; i++) {
    const run = aRun({ id: `run-${i}`, state: "running", plan: aPlan({ steps: [aStep({ nodeGroup: `g${i}` })] }) });
    await runs.create({ ...run, schema: (i === 2 ? 2 : 1) as 1 }, [], 0);
  }
  const rung: string[] = [];
  const bell = { ring: async (id: string) => void rung.push(id) };
  await sweep({ runs, bells: { upgrade: bell, announce: bell, expire: bell, close: async () => {} }, clock: realClock }).catch((e) => console.log("SWEEP", e.message));
  console.log("RUNG", rung, "of", await runs.open());
  redis.disconnect(); await server.close();
});

it("reject lost to a first-of-two approval", async () => {
  const server = await startRedis();
  const redis = connectRedis({ url: server.url }, "worker", () => {});
  const runs = redisRuns(redis);
  const run = aRun({ id: "calm-heron-1", approvalsRequired: 2, expiresAt: Date.now() + 1e7 });
  await runs.create(run, [], 0);
  // B's reject loads; meanwhile A's first approval is saved.
  let once = true;
  const racing = { ...runs, async load(id: string) {
    const stored = await runs.load(id);
    if (once && stored) { once = false; await runs.save({ run: { ...stored.run, approvals: [{ by: "UA", at: 1 }] }, facts: [{ type: "ApprovalGiven", by: "UA" }], revision: stored.revision, at: 1 }); }
    return stored; } };
  const up = openUpgrades({ runs: racing, outside: {} as never, clock: realClock, digest: (t) => t, newRunId: () => "x", changed: async () => {} });
  const d = await up.decide("calm-heron-1", "reject", "UB", run.plan.hash, { required: 2, requesterMayApprove: false, expiresAfter: 1, approverGroups: [], approverUsers: [] });
  console.log("REJECT:", JSON.stringify({ ...d, run: undefined }), "state now", (await runs.load("calm-heron-1"))?.run.state);
  const { refusedClick } = await import("../../src/slack/views/status.js");
  if (d.outcome === "refused" && d.refusal !== "claimed") console.log("TOLD:", refusedClick(d.refusal, d.run).text);
  redis.disconnect(); await server.close();
});

it("wrong password", { timeout: 30_000 }, async () => {
  const server = await startRedis("real Redis", []);
  const admin = new Redis(server.url); await admin.config("SET", "requirepass", "sesame"); admin.disconnect();
  const url = server.url.replace("redis://", "redis://:hunter2@");
  await openStore({ url }, "", (e) => console.log("onError", e.message)).catch((e) => console.log("WRONGPASS:", e.name, e.message));
  await openStore({ url: server.url }, "", (e) => console.log("onError", e.message)).then((s) => s.close(), (e) => console.log("NOAUTH:", e.name, e.message));
  await server.close();
});

it("logs", async () => {
  const server = await startRedis();
  const redis = connectRedis({ url: server.url }, "worker", () => {});
  let out = "";
  const log = pino({ base: null, serializers: { error: pino.stdSerializers.err } }, { write: (s: string) => { out += s; } });
  const admin = new Redis(server.url); await admin.config("SET", "maxmemory", "1"); 
  const runs = redisRuns(redis);
  await runs.create(aRun(), [{ type: "RunRequested", by: "U", planHash: "h" }], 0).catch((error) => log.error({ error }, "command failed"));
  console.log("REPLYERROR:", out.length, out.slice(0, 200), "...", /"args"/.test(out), /requestedBy/.test(out));
  out = "";
  const aws = Object.assign(new Error("User: arn:aws:sts::123456789012:assumed-role/bot is not authorized"), { name: "AccessDeniedException", $metadata: { httpStatusCode: 403 } });
  log.error({ error: new Trouble("denied", "describe", "AccessDeniedException", "", { cause: aws }) }, "x");
  console.log("TROUBLE:", out.includes("123456789012"), out.slice(0, 300));
  await admin.config("SET", "maxmemory", "0"); admin.disconnect();
  redis.disconnect(); await server.close();
});
