import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { scenarios } from "../../playground/scenarios/index.js";
import { inWords } from "../../playground/world/expectation.js";
import { soon } from "../soon.js";
import { root } from "../sources.js";
import { descendants, isAlive } from "./descendants.js";

/** Real milliseconds; the longest scenario takes about 15 s. */
const patience = 100_000;

async function demo(...options: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ["dist/playground/demo.js", ...options], { cwd: root });
  const timer = setTimeout(() => child.kill("SIGTERM"), patience);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(timer);
  return { code, output };
}

beforeAll(async () => {
  await promisify(execFile)(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"],
    {
      cwd: root,
    },
  );
}, patience);

describe("the demo, as people run it", () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s comes to its expected end and exits 0",
    { timeout: 1.5 * patience },
    async (name, { expected, acts = [] }) => {
      const { code, output } = await demo("--scenario", name, "--speed", "300");
      expect(code, output).toBe(0);
      const lastLines = output.trimEnd().split("\n").slice(-2);
      expect(lastLines).toEqual([
        `▶ Expected: ${inWords(expected)}.`,
        `  Seen in the world: ${inWords(expected)}.`,
      ]);
      for (const { story } of acts) expect(output).toContain(story);
    },
  );

  it("leaves nothing behind where its output is read no further", { timeout: patience }, async () => {
    const temporary = await mkdtemp(join(tmpdir(), "demo-"));
    onTestFinished(() => rm(temporary, { recursive: true }));
    const child = spawn(process.execPath, ["dist/playground/demo.js", "--speed", "60"], {
      cwd: root,
      env: { PATH: process.env.PATH, TMPDIR: temporary },
    });
    onTestFinished(() => void child.kill("SIGTERM"));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    await vi.waitFor(() => expect(output).toContain("Operator types"), { timeout: patience });
    const left = await descendants(child.pid ?? 0);
    expect(left.length).toBeGreaterThan(0);
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await once(child, "exit")).toEqual([130, null]);
    await soon(() => expect(left.filter(isAlive)).toEqual([]));
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ["an unknown scenario", ["--scenario", "nope"], 'There is no scenario "nope".'],
    ["a speed that is none", ["--speed", "fast"], "--speed fast: must be between 1 and 600."],
    ["an unknown option", ["--sped", "60"], "--sped"],
  ])("%s is refused in a sentence, and where help is", async (_sentence, options, words) => {
    const { code, output } = await demo(...options);
    expect(code).toBe(64);
    expect(output).toContain(words);
    expect(output).toMatch(/\nnpm run demo -- --help lists the options\.\n$/);
    expect(output).not.toContain("pdb-blocks");
  });
});
