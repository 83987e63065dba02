import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAudit } from "../../../src/audit.js";
import { redisAudit } from "../../../src/redis/audit.js";
import { openStore, type Store } from "../../../src/redis/store.js";
import { start, stoppedAt } from "../../builders.js";
import { redisKinds } from "../../redis.js";
import { root } from "../../sources.js";

/** The programs as they are installed, beside a bot with a Redis of its own. */
describe.runIf(redisKinds.includes("real Redis"))("beside a running bot, its record can be", () => {
  let directory: string;
  let file: string;
  let store: Store;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "programs-"));
    file = join(directory, "audit.jsonl");
    environment = { PATH: process.env.PATH, DATA_DIR: directory };
    const log = pino({ level: "silent" });
    const nothing = () => {};
    const how = { path: process.env.PATH ?? "", log, onLost: nothing, onError: nothing };
    store = await openStore({ dataDirectory: directory }, how);
    const audit = await openAudit({
      ...{ store: redisAudit(store.redis), clock: stoppedAt(start), log, keep: 86_400_000, file },
    });
    for (let each = 1; each <= 3_000; each += 1) {
      audit.record({ kind: "order", who: "U1", what: "lock", outcome: "done", more: { each } });
    }
    await audit.settled();
    await audit.close();
  });
  afterAll(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  const run = (program: string, ...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [`dist/src/${program}.js`, ...args], {
      ...{ cwd: root, env: environment, maxBuffer: 1 << 25 },
    });

  it("verified, with its file", async () => {
    const { stdout } = await run("audit-verify", "--file", file);
    expect(stdout.split("\n").map((line) => line.replace(/ head [0-9a-f]{64}$/, ""))).toEqual([
      `${file}: 3000 entries, 1…3000, chain intact,`,
      "Redis: 3000 entries, 1…3000, chain intact,",
      "Redis and the file have 3000 entries in common",
      "",
    ]);
  });

  it("found to be broken", async () => {
    const [oldest] = await store.redis.xrange("{eks-upgrade}:audit", "-", "+", "COUNT", 1);
    await store.redis.xdel("{eks-upgrade}:audit", oldest?.[0] ?? "");
    await expect(run("audit-verify")).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^Redis: entry 1 is missing\nRedis: 2999 entries, .* chain broken\n$/),
    });
  });

  it("printed as it stands in the file", async () => {
    const { stdout } = await run("audit-export");
    expect(stdout).toBe((await readFile(file, "utf8")).split("\n").slice(1).join("\n"));
  });

  it("printed to somebody who has soon seen enough", async () => {
    const child = spawn(process.execPath, ["dist/src/audit-export.js"], { cwd: root, env: environment });
    let complaints = "";
    child.stderr.on("data", (chunk) => {
      complaints += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, complaints }).toEqual({ code: 0, complaints: "" });
  });

  it("not looked at where the bot is not", async () => {
    const elsewhere = { ...environment, DATA_DIR: join(directory, "none") };
    const gone = promisify(execFile)(process.execPath, ["dist/src/audit-verify.js"], {
      cwd: root,
      env: elsewhere,
    });
    await expect(gone).rejects.toMatchObject({ code: 2, stdout: expect.stringMatching(/^Could not look: /) });
  });
});
