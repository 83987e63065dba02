import { describe, expect, it } from "vitest";
import { attempt } from "../../../src/doctor/attempt.js";
import { ok } from "../../../src/doctor/finding.js";

describe("an attempt", () => {
  it("that nobody answers is given up, and told", async () => {
    const never = () => new Promise<never>(() => {});
    const { findings, got } = await attempt(never, { title: "it", found: () => ok("there") }, 20);
    const next = "Try again; if it stays, look at the way there: DNS, proxy, firewall.";
    expect(findings).toEqual([{ mark: "failed", what: "it: no answer within 0.02 s", next }]);
    expect(got).toBeUndefined();
  });

  it("that goes wrong in a way nobody foresaw is told in the error's own words", async () => {
    const wrong = () => Promise.reject(new Error("odd"));
    const { findings } = await attempt(wrong, { title: "it", found: () => ok("there") });
    expect(findings).toEqual([{ mark: "failed", what: "it: odd", next: "" }]);
  });

  it("is told by what was found", async () => {
    const found = (answer: number) => [ok(`${answer}`), ok("more")];
    const { findings, got } = await attempt(() => Promise.resolve(7), { title: "it", found });
    expect(findings.map(({ what }) => what)).toEqual(["it: 7", "it: more"]);
    expect(got).toBe(7);
  });
});
