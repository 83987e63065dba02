import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../../src/core/audit/canonical.js";

describe("canonical JSON", () => {
  it.each<[what: string, value: unknown, text: string]>([
    ["keys in their order, however they came", { b: 1, a: { d: 2, c: 3 } }, '{"a":{"c":3,"d":2},"b":1}'],
    ["capitals first, as their bytes are", { b: 1, B: 2 }, '{"B":2,"b":1}'],
    ["no key that is undefined", { a: undefined, b: null }, '{"b":null}'],
    ["a list as it is", { a: [2, 1, "x"] }, '{"a":[2,1,"x"]}'],
    ["what JSON escapes", { a: 'say "hi"\n\u0007' }, '{"a":"say \\"hi\\"\\n\\u0007"}'],
    ["letters of all scripts as they are", { a: "Zürich 東京" }, '{"a":"Zürich 東京"}'],
    ["half a character, so that it can be read again", { a: "\ud83d" }, '{"a":"\\ud83d"}'],
    ["no number that JSON has not", { a: Number.NaN }, '{"a":null}'],
  ])("writes %s", (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it("stays the same when it is read and written again", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});
