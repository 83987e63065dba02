import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../../src/core/audit/canonical.js";
import { beginning, chain, chainAll, linkOf } from "../../../../src/core/audit/chain.js";
import type { AuditEntry, AuditLine } from "../../../../src/core/audit/entry.js";
import { checkChain, verifyChain } from "../../../../src/core/audit/verify.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ at: 7, kind: "order", who: "U1", what: "lock", outcome: "done" },
  ...more,
});
const lines = chainAll(
  beginning,
  Array.from({ length: 6 }, (_, index) => entry({ at: index })),
  sha256,
);
const at = (seq: number) => lines[seq - 1] ?? expect.fail(`no ${seq}`);

describe("a chain", () => {
  it("ties an entry to the one before it, by a hash that others can compute, too", () => {
    const line = chain({ seq: 4, hash: "a".repeat(64) }, entry({ on: "shop" }), sha256);
    const said = `{"at":7,"kind":"order","on":"shop","outcome":"done","prev":"${"a".repeat(64)}","seq":5,"what":"lock","who":"U1"}`;
    expect(line).toEqual({ ...entry({ on: "shop" }), seq: 5, prev: "a".repeat(64), hash: sha256(said) });
  });

  it("is intact as it was made, and when it was written and read", () => {
    const again = lines.map((line) => JSON.parse(canonicalJson(line)) as AuditLine);
    expect(verifyChain(again, { sha256, head: at(6) })).toEqual({
      ...{ count: 6, first: 1, faults: [] },
      last: { seq: 6, hash: at(6).hash },
    });
  });

  it.each<[what: string, lines: readonly AuditLine[], head: AuditLine | undefined, faults: string[]]>([
    ["nothing, where nothing was kept", [], undefined, []],
    ["that all of it is missing", [], at(6), ["entries 1–6 are missing at the end"]],
    ["that one was changed", [at(1), { ...at(2), who: "U9" }, at(3)], at(3), ["entry 2 was changed"]],
    ["that a key was added", [{ ...at(1), breakGlass: true }], at(1), ["entry 1 was changed"]],
    [
      "that one got another number",
      [at(1), { ...at(2), seq: 3 }],
      undefined,
      ["entry 2 is missing", "entry 3 was changed"],
    ],
    [
      "that one does not follow, though its own hash is right",
      [at(1), chain({ seq: 1, hash: "b".repeat(64) }, entry(), sha256)],
      undefined,
      ["entry 2 does not follow 1"],
    ],
    [
      "that another one stands at the beginning",
      [chain({ seq: 0, hash: "b".repeat(64) }, entry(), sha256)],
      undefined,
      ["entry 1 does not begin the chain"],
    ],
    ["that some are missing", [at(1), at(4), at(5)], at(5), ["entries 2–3 are missing"]],
    ["that one is there twice", [at(1), at(1), at(2)], at(2), ["entry 1 stands there twice"]],
    ["that the last are missing", [at(1), at(2)], at(4), ["entries 3–4 are missing at the end"]],
    ["that there are more than were kept", lines, at(4), ["entries 5–6 are more than were kept"]],
    [
      "that the last is another one",
      [at(1), chain(at(1), entry({ who: "U9" }), sha256)],
      at(2),
      ["entry 2, the last, is not the one that was kept"],
    ],
  ])("says %s", (_, kept, head, faults) => {
    expect(verifyChain(kept, { sha256, ...(head && { head }) }).faults).toEqual(faults);
  });

  it("begins after what was removed for its age, and nowhere else", () => {
    expect(verifyChain(lines.slice(3), { sha256, after: at(3) })).toMatchObject({ first: 4, faults: [] });
    const wrong = { seq: 3, hash: "c".repeat(64) };
    expect(verifyChain(lines.slice(3), { sha256, after: wrong }).faults).toEqual([
      "entry 4 does not follow 3",
    ]);
    expect(verifyChain(lines.slice(4), { sha256, after: at(3) }).faults).toEqual(["entry 4 is missing"]);
    expect(verifyChain([], { sha256, after: at(6), head: at(6) }).faults, "of all of them").toEqual([
      "all entries are missing: the last one, 6, is never removed for its age",
    ]);
    expect(verifyChain([], { sha256, after: at(4), head: at(6) }).faults).toEqual([
      "entries 5–6 are missing at the end",
    ]);
  });

  it("may begin anywhere where it is a piece", () => {
    const check = checkChain("anywhere");
    for (const line of lines.slice(2)) check.take(linkOf(line, sha256));
    expect(check.report()).toMatchObject({ count: 4, first: 3, faults: [] });
  });

  it("tells the first faults, and not thousands", () => {
    const many = chainAll(
      beginning,
      Array.from({ length: 200 }, () => entry()),
      sha256,
    );
    const { faults } = verifyChain(
      many.map((line) => ({ ...line, who: "U9" })),
      { sha256 },
    );
    expect(faults).toHaveLength(20);
    expect(faults[0]).toBe("entry 1 was changed");
  });

  it("shows every change of a value, wherever it is", () => {
    const change = fc.record({
      seq: fc.integer({ min: 1, max: 6 }),
      key: fc.constantFrom("at", "who", "what", "on", "prev", "seq", "more"),
      value: fc.oneof(fc.string(), fc.integer()),
    });
    fc.assert(
      fc.property(change, ({ seq, key, value }) => {
        fc.pre(Reflect.get(at(seq), key) !== value);
        const kept = lines.map((line) => (line.seq === seq ? { ...line, [key]: value } : line));
        expect(verifyChain(kept, { sha256, head: at(6) }).faults).not.toEqual([]);
      }),
    );
  });
});
