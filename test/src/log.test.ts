import type { Logger } from "pino";
import { describe, expect, it } from "vitest";
import { Trouble } from "../../src/core/problems.js";
import { auditKey, openLog } from "../../src/log.js";
import { SlackTrouble } from "../../src/slack/trouble.js";
import { heard } from "../heard.js";

/** What one logged object comes to. */
function logged(object: Record<string, unknown>): Record<string, unknown> {
  const { log, lines } = heard();
  log.error(object, "failed");
  return lines()[0] ?? {};
}

const secret = "arn:aws:iam::111122223333:role/secret";

/** As ioredis makes it: the command's arguments hang on the error. */
const replyError = Object.assign(new Error("OOM command not allowed"), {
  name: "ReplyError",
  command: { name: "eval", args: [secret] },
});
const awsError = Object.assign(new Error(`User ${secret} is not authorized`), {
  name: "AccessDeniedException",
  code: "AccessDenied",
  $metadata: { httpStatusCode: 403 },
  $response: { body: secret },
});

describe("an error in the log", () => {
  it.each<[string, unknown, unknown]>([
    [
      "of Redis: its words, not the record that it was about",
      replyError,
      { type: "ReplyError", message: "OOM command not allowed" },
    ],
    [
      "of an adapter: its own words, and of the cause what kind it is",
      new Trouble("denied", "describe cluster a", "AccessDeniedException", "Allow it.", { cause: awsError }),
      {
        type: "Trouble",
        message: "Could not describe cluster a: AccessDeniedException (denied)",
        code: "AccessDeniedException",
        kind: "denied",
        cause: { type: "AccessDeniedException", code: "AccessDenied" },
      },
    ],
    [
      "of Slack: its own words, and of the cause what kind it is",
      new SlackTrouble("denied", "chat.update", "invalid_auth", "", { cause: new TypeError(secret) }),
      { type: "SlackTrouble", code: "invalid_auth", kind: "denied", cause: { type: "TypeError" } },
    ],
    [
      "with others in it: nothing of them",
      new AggregateError([new Error(secret)], "all failed"),
      { type: "AggregateError", message: "all failed" },
    ],
    ["that is a sentence: the sentence", "no answer", "no answer"],
    ["that is anything else: what it is", { token: secret }, { type: "object" }],
  ])("%s", (_, error, expected) => {
    for (const key of ["error", "err"]) {
      const line = logged({ run: "calm-otter-12", [key]: error });
      expect(line).toMatchObject({ run: "calm-otter-12", msg: "failed", [key]: expected });
      expect(JSON.stringify(line)).not.toContain("111122223333");
    }
  });

  it("has its stack, and no keys but these", () => {
    const line = logged({ error: replyError });
    expect(Object.keys(line.error as object).toSorted()).toEqual(["message", "stack", "type"]);
    expect((line.error as { stack: string }).stack).toContain("log.test.ts");
  });
});

describe("a line of the log", () => {
  const line = (log: (log: Logger) => void, secrets: readonly string[] = []) => {
    const lines: string[] = [];
    log(openLog("trace", { write: (text: string) => void lines.push(text) }, secrets));
    return lines.join("");
  };

  it.each<[string, (log: Logger) => void]>([
    ["in its message", (log) => log.info("the password is open sesame")],
    ["in any field", (log) => log.warn({ deep: { list: ["open sesame"] } }, "odd")],
    ["in an error", (log) => log.error({ error: new Error("not open sesame") }, "failed")],
    ["of a part of the bot", (log) => log.child({ part: "slack", key: "open sesame" }).debug("said")],
  ])("has no secret %s", (_, write) => {
    const text = line(write, ["open sesame"]);
    expect(text).toContain("[redacted]");
    expect(text).not.toContain("sesame");
  });

  it("is one line of JSON, whatever it says", () => {
    const text = line((log) => log.info({ why: "authorization:" }, "see X-Amz-Signature="));
    expect(text).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(text)).toMatchObject({
      level: 30,
      why: "authorization:",
      msg: "see X-Amz-Signature=",
    });
  });

  it("has an entry of the audit as it was kept, and of the rest no secret", () => {
    const audit = { why: "authorization: [redac…", hash: "open sesame" };
    const text = line((log) => log.info({ [auditKey]: audit, other: "open sesame" }), ["open sesame"]);
    expect(JSON.parse(text)).toMatchObject({ audit, other: "[redacted]" });
  });

  it("has nothing that looks like one, known or not", () => {
    const { token } = JSON.parse(line((log) => log.info({ token: "xoxb-1-2-3" }))) as { token: string };
    expect(token).toBe("[redacted]");
  });
});
