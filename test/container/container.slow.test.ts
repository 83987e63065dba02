import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../playground/free-port.js";
import { openPlayground, type Playground } from "../../playground/playground.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { soon } from "../soon.js";
import { read, root } from "../sources.js";
import { type Image, runStages } from "./stages.js";

/** No engine is needed: the stages of the Dockerfile run as a script, and what they leave is started as the image would be. */
describe("what the Dockerfile builds", () => {
  let into: string;
  let image: Image;
  let playground: Playground;

  beforeAll(async () => {
    into = await mkdtemp(join(tmpdir(), "image-"));
    image = await runStages(read("Dockerfile"), root, into);
    playground = await openPlayground({ scenario: eksWorkshop, speed: 60 });
  }, 240_000);
  afterAll(async () => {
    await playground?.close();
    await rm(into, { recursive: true, force: true });
  });

  const run = (environment: Readonly<Record<string, string>>) => {
    const [, ...rest] = image.command;
    return spawn(process.execPath, rest, {
      cwd: image.workdir,
      env: { ...playground.environment, ...image.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
  };

  it("has no playground, no tests and no development dependencies", async () => {
    expect((await readdir(image.workdir)).toSorted()).toEqual(["dist", "node_modules", "package.json"]);
    expect((await readdir(join(image.workdir, "dist"))).toSorted()).toEqual(["commands", "jobs", "src"]);
    const gone = ["typescript", "vitest", "react", "esbuild", "js-redis-server"];
    expect(gone.filter((name) => existsSync(join(image.workdir, "node_modules", name)))).toEqual([]);
  });

  it("says what it needs where it is given nothing, and ends with 78", async () => {
    const bare = spawn(process.execPath, image.command.slice(1), { cwd: image.workdir, env: {} });
    let said = "";
    bare.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const code = await new Promise((resolve) => bare.once("close", resolve));
    expect(code).toBe(78);
    expect(said).toContain("SLACK_BOT_TOKEN");
  });

  it("becomes healthy by its own check, and ends on SIGTERM with 0", async () => {
    const port = String(await freePort());
    const bot = run({ HEALTH_PORT: port });
    const ended = new Promise((resolve) => bot.once("exit", resolve));
    const [, ...check] = image.healthcheck;
    const healthy = () =>
      promisify(execFile)(process.execPath, check, { env: { ...image.environment, HEALTH_PORT: port } });
    try {
      await expect(healthy()).rejects.toThrow();
      await soon(healthy);
      await playground.slack.waitFor(() => playground.slack.socketMode.connections > 0, {
        what: "the bot's connection",
      });
      bot.kill("SIGTERM");
      expect(await ended).toBe(0);
    } finally {
      bot.kill("SIGKILL");
    }
  });
});
