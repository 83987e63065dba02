import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { heard } from "../heard.js";
import { keptLog, mayNotLeakOf } from "./collect.js";
import { findLeaks, leakWords } from "./find.js";
import { collectLogs } from "./setup.js";

const variable = "BOT_OUTPUT";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "leaks-test-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const plant = (name: string, text: string) => writeFileSync(join(directory, name), text);

describe("a secret in what was logged", () => {
  it.each([
    ["a bot's token", "xoxb-playground-bot", "a token of Slack's"],
    ["an app-level token", "xapp-playground-app", "a token of Slack's"],
    ["a cluster's token", '{"t":"k8s-aws-v1.aHR0cHM6Ly9"}', "a cluster's token"],
    ["where Slack takes answers", "https://hooks.slack.com/commands/T1/2/x", "an address where"],
    ["where the simulated Slack does", "POST http://127.0.0.1:4123/response/7", "an address where"],
    ["a presigned request", "/?X-Amz-Signature=0a1b2c", "a signed request"],
    ["a signed request", "AWS4-HMAC-SHA256 Credential=AKID", "a signed request"],
    ["a bearer's token", "Authorization: Bearer abcdefgh12", "a bearer's token"],
    ["an access key", "AKIAPLAYGROUND000000", "an access key"],
    ["one of the playground's", "it is playground-signing-secret", "a secret of the playground's"],
    ["one that has no shape", "it is open sesame", "a secret that the tests use"],
  ])("is found: %s", (_, secret, what) => {
    plant("tests-1.secrets", "open sesame\n");
    plant("bot-1.log", `fine\n{"msg":"also fine"}\n${secret}\n`);
    expect(findLeaks(directory)).toContainEqual({
      ...{ file: join(directory, "bot-1.log"), line: 3 },
      what: expect.stringContaining(what),
    });
  });

  it("is told with its place, and not repeated", () => {
    plant("tests-1.secrets", "open sesame\n");
    plant("bot-1.log", "open sesame\n".repeat(60));
    const words = leakWords(findLeaks(directory));
    expect(words).toContain(`${directory}/bot-1.log:1  a secret`);
    expect(words).toContain("and 10 more");
    expect(words).not.toContain("sesame");
  });

  it.each([
    ["nothing was logged", ""],
    [
      "a token was taken out",
      '{"token":"[redacted]","authorization":"Bearer [redacted]","u":"k8s-aws-v1.[redacted]"}',
    ],
    ["tokens are only spoken of", "SLACK_BOT_TOKEN must begin with xoxb- (Slack app page)"],
  ])("is not found where %s", (_, text) => {
    plant("tests-1.secrets", "\nopen sesame\n");
    plant("bot-1.log", text);
    expect(findLeaks(directory)).toEqual([]);
  });
});

describe("the end of a run", () => {
  /** A run of the tests in which this was logged: what its exit code was to be, and what was said. */
  function runThatLogged(text: string) {
    const { exitCode: before } = process;
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    vi.stubEnv(variable, undefined);
    const end = collectLogs();
    const own = process.env[variable] ?? "";
    writeFileSync(join(own, "bot-1.log"), text);
    end();
    const ended = { exitCode: process.exitCode, words: said.mock.calls.join(), kept: existsSync(own) };
    process.exitCode = before;
    said.mockRestore();
    rmSync(own, { recursive: true, force: true });
    return ended;
  }

  it("fails where a secret was logged", () => {
    const { exitCode, words, kept } = runThatLogged("xoxb-1");
    expect({ exitCode, kept }).toEqual({ exitCode: 1, kept: true });
    expect(words).toMatch(/Secrets were logged:\n.*bot-1\.log:1 {2}a token of Slack's/);
  });

  it("is none the worse where none was", () => {
    expect(runThatLogged("fine")).toEqual({ exitCode: process.exitCode, words: "", kept: false });
  });
});

/** Files of this very run that hold it. */
function filesHolding(text: string): string[] {
  const own = process.env[variable] ?? "";
  return readdirSync(own).filter((name) => readFileSync(join(own, name), "utf8").includes(text));
}

describe("this very run collects", () => {
  it("what a bot in a test's own process logs, at every level", () => {
    const mark = randomUUID();
    keptLog().trace({ mark }, "planted");
    expect(filesHolding(mark)).toEqual([expect.stringMatching(/^tests-\d+-.*\.log$/)]);
  });

  it("what is logged to be looked at by a test", () => {
    const mark = randomUUID();
    heard().log.info(mark);
    expect(filesHolding(mark)).toHaveLength(1);
  });

  it("what may not be in it", () => {
    const mark = randomUUID();
    mayNotLeakOf({
      environment: { SLACK_SIGNING_SECRET: mark, PATH: "no secret" },
      world: { sessions: new Map() },
    });
    const [file = ""] = filesHolding(mark);
    expect(file).toMatch(/\.secrets$/);
    expect(filesHolding("no secret")).toEqual([]);
  });
});
