import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Copy, DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { connectRedis } from "../../src/redis/connection.js";
import { whyUnfit } from "../../src/redis/fitness.js";
import { bestRedis, startRedis } from "../redis.js";
import { read, root } from "../sources.js";

const dockerfile = read("Dockerfile");
const instructions = DockerfileParser.parse(dockerfile).getInstructions();
const last = instructions.slice(instructions.findLastIndex((each) => each.getKeyword() === "FROM"));
const given = (keyword: string) =>
  last.filter((each) => each.getKeyword() === keyword).map((each) => each.getArgumentsContent() ?? "");

describe("the Dockerfile", () => {
  it("has nothing that a linter warns of", () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it("ends as a user that is not root, with a command that gets the signals itself", () => {
    expect(given("USER")).toEqual(["node"]);
    expect(JSON.parse(given("CMD")[0] ?? "")).toEqual(["node", "dist/src/main.js"]);
  });

  it.each([
    ["nothing, and is well, where no health is served", "", 0],
    ["the port where health is served, and is not well where nobody answers", "1", 1],
  ])("asks %s", (_, port, status) => {
    const [program, ...check] = JSON.parse(given("HEALTHCHECK")[0]?.replace(/^.*?CMD\s/s, "") ?? "");
    expect(program).toBe("node");
    expect(spawnSync(process.execPath, check, { env: { HEALTH_PORT: port } }).status).toBe(status);
  });

  it("takes only files that are there and that .dockerignore lets through", () => {
    const copied = instructions
      .filter((each) => each.getKeyword() === "COPY")
      .filter((each) => !(each instanceof Copy && each.getFromFlag()))
      .flatMap((each) => (each.getArgumentsContent() ?? "").split(/\s+/).slice(0, -1));
    expect(copied.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    const allowed = [...read(".dockerignore").matchAll(/^!(.+)$/gm)].map((match) => match[1]);
    expect(copied.toSorted()).toEqual(allowed.toSorted());
  });
});

const compose = z
  .object({
    services: z.object({
      bot: z.object({
        environment: z.record(z.string(), z.string().nullable()),
        volumes: z.array(z.string()),
      }),
      valkey: z.object({ command: z.string() }),
    }),
  })
  .parse(parse(read("compose.yaml")));

describe("compose.yaml", () => {
  it("gives the bot what the README asks for", () => {
    const rows = [...read("README.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    const named = Object.keys(compose.services.bot.environment).filter((name) => !name.startsWith("AWS_"));
    expect(named.filter((name) => !rows.includes(name))).toEqual([]);
    expect(compose.services.bot.volumes).toEqual(["./fleet.yaml:/app/fleet.yaml:ro"]);
  });

  it.skipIf(bestRedis !== "real Redis")("sets a server that can hold runs, on disk", async () => {
    const [program, ...settings] = compose.services.valkey.command.split(" ");
    expect(program).toBe("valkey-server");
    const directory = settings.indexOf("--dir");
    const server = await startRedis("real Redis", settings.toSpliced(directory, 2));
    const redis = connectRedis({ url: server.url }, "worker", () => {});
    try {
      expect(await whyUnfit(redis)).toBeUndefined();
      const set = [await redis.config("GET", "appendonly"), await redis.config("GET", "appendfsync")];
      expect(set.map((answer) => JSON.stringify(answer))).toEqual([
        expect.stringContaining("yes"),
        expect.stringContaining("always"),
      ]);
    } finally {
      redis.disconnect();
      await server.close();
    }
  });
});
