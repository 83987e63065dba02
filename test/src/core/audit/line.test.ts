import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../../../../src/core/audit/entry.js";
import { presentable, readLine, readWritten } from "../../../../src/core/audit/line.js";

const hash = "a".repeat(64);
const entry: AuditEntry = { at: 7, kind: "order", who: "U1", what: "lock", outcome: "done" };
const line = { ...entry, seq: 1, prev: hash, hash };

describe("a line that was kept", () => {
  it.each<[what: string, text: string, readable: boolean]>([
    ["as it was", JSON.stringify(line), true],
    ["of a newer bot, with a key more", JSON.stringify({ ...line, device: "x" }), true],
    ["of a newer bot, of another kind", JSON.stringify({ ...line, kind: "dream" }), true],
    ["without a number", JSON.stringify({ ...line, seq: undefined }), false],
    ["with number 0", JSON.stringify({ ...line, seq: 0 }), false],
    ["with half a number", JSON.stringify({ ...line, seq: 1.5 }), false],
    ["with a hash that is none", JSON.stringify({ ...line, hash: "A".repeat(64) }), false],
    ["without an outcome", JSON.stringify({ ...line, outcome: undefined }), false],
    ["that is a list", "[]", false],
    ["that is nothing", "null", false],
    ["that is cut off", '{"at":7,"ki', false],
  ])("%s", (_, text, readable) => {
    expect(readLine(text)).toEqual(readable ? JSON.parse(text) : undefined);
  });

  it.each([
    ["of a log, under its key", { level: 30, time: 1, audit: line, msg: "audit" }, line],
    ["that was not chained", { ...entry, unchained: true }, "unchained"],
    ["of a log, that was not chained", { audit: { ...entry, unchained: true } }, "unchained"],
    ["of a log about something else", { level: 30, msg: "ready" }, undefined],
  ])("is found in a file: one %s", (_, written, found) => {
    expect(readWritten(JSON.stringify(written))).toEqual(found);
  });
});

describe("an entry", () => {
  const redact = (text: string) => text.replaceAll(/xoxb-\w+/g, "[redacted]");

  it("has no text longer than a screen, wherever it stands, and no half characters", () => {
    const long = `${"x".repeat(998)}😀${"x".repeat(5_000)}`;
    const told = {
      ...entry,
      why: long,
      on: "shop",
      more: { note: long, count: 3 },
      requestIds: Array(300).fill("id"),
    };
    const { why, more, requestIds, on } = presentable(told, redact);
    expect(why).toBe(`${"x".repeat(998)}…`);
    expect(more).toEqual({ note: why, count: 3 });
    expect(requestIds).toHaveLength(100);
    expect(on).toBe("shop");
  });

  it("has no secret in it, wherever it stood, also where only a part would be left of it", () => {
    const secret = "xoxb-123456";
    const told = {
      ...entry,
      why: `use ${secret}`,
      more: { [secret.slice(0, 3)]: secret, count: 123456 },
      requestIds: [secret],
    };
    expect(presentable(told, redact)).toEqual({
      ...entry,
      ...{ why: "use [redacted]", more: { xox: "[redacted]", count: 123456 }, requestIds: ["[redacted]"] },
    });
    const { why } = presentable({ ...entry, why: `${"x".repeat(994)}${secret}` }, redact);
    expect(why).not.toContain("xoxb");
  });

  it.each([
    ["ends of lines and tabs", "one\r\n\ttwo", "one two"],
    ["what jq writes in another way", "a\u007fb", "a b"],
    ["what no terminal should get", "\u001b[31mred\u0000\u009b", " [31mred "],
    ["halves of characters", "\ud83d and \ude00, not 😀", "  and  , not 😀"],
  ])("has one space for %s", (_, why, kept) => {
    expect(presentable({ ...entry, why, more: { why } }, redact)).toMatchObject({
      why: kept,
      more: { why: kept },
    });
  });

  it("loses a secret after an end of a line, too", () => {
    const bearer = (text: string) => text.replaceAll(/Bearer\s+\w+/g, "[redacted]");
    expect(presentable({ ...entry, why: "Bearer\nabcdefgh1" }, bearer).why).toBe("[redacted]");
  });

  it("stays as it is where it is short", () => {
    expect(presentable(entry, redact)).toEqual(entry);
  });
});
