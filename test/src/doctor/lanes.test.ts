import { describe, expect, it } from "vitest";
import { inLanes } from "../../../src/doctor/lanes.js";
import { soon } from "../../soon.js";

describe("inLanes", () => {
  it("begins so many at once, the others one by one as some end, and keeps their order", async () => {
    const begun: string[] = [];
    const ends = new Map<string, (failed?: Error) => void>();
    const lanes = inLanes(["a", "b", "c", "d"], 2, (item) => {
      begun.push(item);
      return new Promise<string>((resolve, reject) => {
        ends.set(item, (failed) => (failed ? reject(failed) : resolve(item.toUpperCase())));
      });
    });
    const settled = Promise.allSettled(lanes.map(({ result }) => result));
    expect(begun).toEqual(["a", "b"]);
    ends.get("b")?.(new Error("odd"));
    await soon(() => expect(begun).toEqual(["a", "b", "d"]));
    ends.get("a")?.();
    await soon(() => expect(begun).toEqual(["a", "b", "d", "c"]));
    for (const item of ["c", "d"]) ends.get(item)?.();
    const outcomes = (await settled).map((each) => (each.status === "fulfilled" ? each.value : "failed"));
    expect(outcomes).toEqual(["A", "failed", "C", "D"]);
    expect(lanes.map(({ item }) => item)).toEqual(["a", "b", "c", "d"]);
  });
});
