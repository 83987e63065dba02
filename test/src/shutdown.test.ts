import { describe, expect, it } from "vitest";
import { closeAll } from "../../src/shutdown.js";
import { keptLog } from "../leaks/collect.js";

const log = keptLog();

describe("closing all parts", () => {
  it.each<[string, () => unknown, string[]]>([
    ["that close", async () => {}, []],
    ["one of which is not there", () => undefined, []],
    ["one of which fails", () => Promise.reject(new Error("no")), []],
    [
      "one of which fails at once",
      () => {
        throw new Error("no");
      },
      [],
    ],
    ["one of which hangs", () => new Promise(() => {}), ["other"]],
  ])("%s: goes on, and tells which hang", async (_, other, hanging) => {
    const closed: string[] = [];
    const endings = { first: () => closed.push("first"), other, last: () => closed.push("last") };
    expect(await closeAll(endings, 50, log)).toEqual(hanging);
    expect(closed).toEqual(["first", "last"]);
  });
});
