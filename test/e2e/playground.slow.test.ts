import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Snapshot } from "../../playground/page/protocol.js";
import { openPlayground } from "../../playground/playground.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { stream } from "../playground/page/visit.js";
import { soon } from "../soon.js";
import { root } from "../sources.js";
import { descendants, isAlive } from "./descendants.js";

/** Real milliseconds, for a machine that has other things to do. */
const patience = 60_000;

interface Running {
  readonly child: ChildProcess;
  output(): string;
  /** The value on the line that exports it. */
  exported(name: string): string;
  readonly page: string;
  readonly readyAfter: number;
}

let children: ChildProcess[] = [];
afterEach(async () => {
  // A playground that is killed could not end its bot.
  const alive = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  const ended = alive.map((child) => once(child, "exit"));
  for (const child of alive) child.kill("SIGTERM");
  await Promise.all(ended);
  children = [];
});

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ["dist/playground/main.js", ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, BOT_OUTPUT: process.env.BOT_OUTPUT, ...environment },
  });
  children.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  return { child, output: () => output };
}

async function ready(
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Running> {
  const startedAt = Date.now();
  const { child, output } = start(["--port", "0", ...args], environment);
  await vi.waitFor(() => expect(output()).toContain("Ctrl-C ends everything."), { timeout: patience });
  return {
    child,
    output,
    exported: (name) => new RegExp(`^export ${name}=(.*)$`, "m").exec(output())?.[1] ?? "",
    page: /The page: (\S+)/.exec(output())?.[1] ?? "",
    readyAfter: Date.now() - startedAt,
  };
}

async function refused(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const { child, output } = start(args);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output: output() };
}

async function sees(page: string, holds: (snapshot: Snapshot) => unknown): Promise<Snapshot> {
  let last: Snapshot | undefined;
  for await (const snapshot of stream(page, "operator", AbortSignal.timeout(patience))) {
    last = snapshot;
    if (holds(snapshot)) return snapshot;
  }
  throw new Error(`It never held. Last seen: ${JSON.stringify(last)}`);
}

const botRuns = (page: string) => sees(page, ({ bot }) => bot.state === "running");

beforeAll(async () => {
  const build = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"];
  await promisify(execFile)(process.execPath, build, { cwd: root });
}, patience);

describe("the playground, as people run it", () => {
  it("is ready within five seconds, and tells aws and kubectl where it is", async () => {
    const { exported, page, readyAfter } = await ready([]);
    expect(readyAfter).toBeLessThan(5_000);
    expect(await (await fetch(page)).text()).toContain("/app.js");
    expect((await (await fetch(`${page}/app.js`)).text()).length).toBeGreaterThan(100_000);
    expect((await (await fetch(`${page}/app.css`)).text()).length).toBeGreaterThan(1_000);
    expect(exported("AWS_ENDPOINT_URL")).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) expect(exported(name)).toBe("us-west-2");
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) expect(exported(name)).not.toBe("");
    const config = JSON.parse(readFileSync(exported("KUBECONFIG"), "utf8"));
    expect(config["current-context"]).toBe("eks-workshop");
    expect(config.users[0].user.token).toMatch(/^\w+$/);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "leaves nothing behind after %s, also where it comes twice",
    { timeout: 2 * patience },
    async (signal) => {
      const { child, page, exported } = await ready(["--speed", "300"]);
      await botRuns(page);
      const left = await descendants(child.pid ?? 0);
      expect(left.length).toBeGreaterThan(0);
      const ended = once(child, "exit");
      child.kill(signal);
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      await soon(() => expect(left.filter(isAlive)).toEqual([]));
      expect(existsSync(dirname(exported("KUBECONFIG")))).toBe(false);
    },
  );

  it("ends with nothing left behind where nobody reads its output", { timeout: patience }, async () => {
    const temporary = await mkdtemp(join(tmpdir(), "playground-"));
    onTestFinished(() => rm(temporary, { recursive: true }));
    const { child } = start(["--port", "0"], { TMPDIR: temporary });
    child.stdout?.destroy();
    await vi.waitFor(() => expect(readdirSync(temporary)).not.toEqual([]), {
      timeout: patience,
      interval: 5,
    });
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("leaves no directory behind where it is ended before it is ready", { timeout: patience }, async () => {
    const temporary = await mkdtemp(join(tmpdir(), "playground-"));
    onTestFinished(() => rm(temporary, { recursive: true }));
    const { child } = start(["--port", "0"], { TMPDIR: temporary });
    await vi.waitFor(() => expect(readdirSync(temporary)).not.toEqual([]), {
      timeout: patience,
      interval: 5,
    });
    const ended = once(child, "exit");
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("runs the world alone with --no-bot, and tells a bot how to live in it", {
    timeout: 2 * patience,
  }, async () => {
    const { child, page, output } = await ready(["--no-bot"]);
    const alone = await sees(page, () => true);
    expect(alone.bot).toEqual({ state: "elsewhere" });
    expect(alone.time.fixed).toContain("The bot runs elsewhere");
    expect(await descendants(child.pid ?? 0)).toEqual([]);
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      `${output()
        .split("\n")
        .filter((line) => line.startsWith("export "))
        .join("\n")}\nenv`,
    ]);
    const environment = Object.fromEntries(stdout.split("\n").map((line) => line.split(/=(.*)/s)));
    const bot = spawn(process.execPath, ["dist/src/main.js"], { cwd: root, env: environment });
    children.push(bot);
    const ended = once(bot, "exit");
    const text = "/eks-upgrade help";
    await vi.waitFor(
      async () => {
        const response = await fetch(`${page}/api/command`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ as: "U0OPERATOR", channel: "C0PROD", text }),
        });
        expect(await response.json()).toEqual({ ok: true });
      },
      { timeout: patience },
    );
    bot.kill("SIGTERM");
    await ended;
  });

  it("runs world and bot with somebody else's Slack", { timeout: 2 * patience }, async () => {
    // Another playground's Slack, as good as any.
    const other = await openPlayground({ scenario: eksWorkshop, speed: 60 });
    onTestFinished(() => other.close());
    const { apiUrl, botToken, appToken } = other.slack;
    const { page, output } = await ready(["--no-slack"], {
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: appToken,
    });
    expect(output()).toContain("FLEET_FILE is not set");
    await other.slack.waitFor(() => other.slack.socketMode.connections > 0, { timeoutMs: patience });
    const snapshot = await sees(page, () => true);
    expect([snapshot.people, snapshot.channels]).toEqual([[], []]);
    expect(snapshot.breakages.map(({ id }) => id)).not.toContain("stop Slack");
  });

  it.each([
    ["an unknown scenario", ["--scenario", "nope"], 'There is no scenario "nope".'],
    ["a speed that is none", ["--speed", "fast"], "--speed fast: must be between 1 and 600."],
    ["a port that is none", ["--port", "70000"], "--port 70000: must be between 0 and 65535."],
    ["an unknown option", ["--sped", "60"], "--sped"],
    ["nobody to talk to", ["--no-bot", "--no-slack"], "leave nobody to talk to"],
    ["no Slack at all", ["--no-slack"], "SLACK_API_URL"],
  ])("%s is refused in a sentence, and where help is", async (_sentence, options, words) => {
    const { code, output } = await refused(...options);
    expect(code).toBe(64);
    expect(output).toContain(words);
    expect(output).toMatch(/\nnpm run playground -- --help lists the options\.\n$/);
    expect(output).not.toContain("--scenario <name>");
  });

  it("names every variable that --no-slack misses", async () => {
    const { output } = await refused("--no-slack");
    for (const name of ["SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
      expect(output).toMatch(new RegExp(`^ {2}${name}  `, "m"));
  });

  it("says which port is taken, and leaves nothing behind", { timeout: patience }, async () => {
    const { page } = await ready([]);
    const { port } = new URL(page);
    expect(await refused("--port", port)).toEqual({
      code: 1,
      output: `✗ Port ${port} is in use: choose another with --port, or 0 for any.\n`,
    });
  });

  it("helps", async () => {
    const { code, output } = await refused("--help");
    expect([code, output]).toEqual([0, expect.stringContaining("--no-slack")]);
  });
});
