import { describe, expect, it } from "vitest";
import { minute } from "../../../src/core/instant.js";
import { type Lock, lockProblem, locksOver, scopeName } from "../../../src/core/locks.js";
import { start } from "../../builders.js";

const lock = (environment: string, cluster?: string, at = start): Lock => ({
  environment,
  ...(cluster !== undefined && { cluster }),
  ...{ by: "U0ANA", at, reason: "database migration" },
});

describe("locks over prod/shop are", () => {
  it.each<[string, Lock[], string[]]>([
    ["none where there is none", [], []],
    ["the one on prod", [lock("prod")], ["prod"]],
    ["the one on the cluster", [lock("prod", "shop")], ["prod/shop"]],
    ["not one on another cluster", [lock("prod", "blog")], []],
    ["not one on another environment", [lock("test"), lock("test", "shop")], []],
    [
      "all of them, the oldest first",
      [lock("prod", "shop", start + minute), lock("prod")],
      ["prod", "prod/shop"],
    ],
  ])("%s", (_, locks, over) => {
    expect(locksOver(locks, { environment: "prod", cluster: "shop" }).map(scopeName)).toEqual(over);
  });
});

it("a lock in the way says why, whose it is and how it is taken off", () => {
  expect(lockProblem(lock("prod", "shop"))).toEqual({
    code: "Locked",
    what: "prod/shop is locked: database migration",
    by: { user: "U0ANA", since: start },
    next: "Ask them, or take it off: /eks-upgrade unlock prod/shop",
  });
});

it("locks over several places are those over any of them, each once", () => {
  const places = [
    { environment: "test", cluster: "shop" },
    { environment: "prod", cluster: "shop" },
  ];
  const locks = [lock("prod", undefined, start + minute), lock("test"), lock("test", "blog"), lock("stage")];
  expect(locksOver(locks, ...places).map(scopeName)).toEqual(["test", "prod"]);
  expect(locksOver(locks)).toEqual([]);
});
