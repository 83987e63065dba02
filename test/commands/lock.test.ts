import { describe, expect, it } from "vitest";
import { lock, unlock } from "../../commands/lock.js";
import type { Actor, Authority } from "../../src/authority.js";
import type { EnvironmentClusters } from "../../src/clusters.js";
import { hour } from "../../src/core/instant.js";
import { type Lock, scopeName } from "../../src/core/locks.js";
import type { Run } from "../../src/core/run.js";
import type { LockCases } from "../../src/locking.js";
import { type View, violations } from "../../src/slack/limits.js";
import { aPlan, aRun, aRunningRun, start, stoppedAt } from "../builders.js";
import { aFleet, anEnvironment } from "../digest-stage.js";
import { aRoll, aRollStep } from "../rolls.js";

const inFleet = (name: string, ...clusters: readonly string[]) =>
  anEnvironment(name, null, { clusters: clusters.map((each) => ({ name: each, region: "us-west-2" })) });

/** `twin` is an environment, and a cluster of prod. */
const fleet = aFleet(
  inFleet("prod", "eks-workshop", "shop", "twin"),
  inFleet("test", "test-blog"),
  inFleet("twin", "twin-a"),
);
const ana: Actor = { user: "U0ANA", team: "T0", entry: "command" };
const now = start + 3 * hour;

interface Given {
  readonly locks?: readonly Lock[];
  readonly runs?: readonly Run[];
  /** Environments that ana may lock, and those that she sees; the same, unless told otherwise. */
  readonly mine?: readonly string[];
  readonly seen?: readonly string[];
  readonly problems?: EnvironmentClusters["problems"];
}

function stage({
  locks = [],
  runs = [],
  mine = ["prod", "test", "twin"],
  problems = [],
  ...given
}: Given = {}) {
  const { seen = mine } = given;
  const asked: string[] = [];
  const kept = new Map(locks.map((each) => [scopeName(each), each]));
  const cases: LockCases = {
    async lock(scope, how) {
      const there = kept.get(scopeName(scope));
      if (!there) kept.set(scopeName(scope), { ...scope, ...how, at: now });
      return there ?? "taken";
    },
    async unlock(scope) {
      const there = kept.get(scopeName(scope));
      kept.delete(scopeName(scope));
      return there;
    },
    all: async () => [...kept.values()],
  };
  const authority: Pick<Authority, "may" | "visible"> = {
    async may(right, { name }, _, { what }) {
      asked.push(`${right}: ${what}`);
      if (mine.includes(name)) return { allowed: true };
      return {
        ...{ allowed: false, rule: "role", why: `Only the operators of ${name} may lock it` },
        ask: { groups: ["S0OPS"], users: [] },
      };
    },
    visible: async () => fleet.environments.filter(({ name }) => seen.includes(name)),
  };
  const clusters = {
    of: async (environment: (typeof fleet.environments)[number]) => ({
      clusters: environment.clusters.map((each) => ({ ...each, environment })),
      problems,
    }),
  };
  const tools = {
    ...{ fleet, clusters, authority, locks: cases, clock: stoppedAt(now) },
    upgrades: { open: async () => [...runs] },
    audit: { record: () => {} },
  };
  return { tools, asked, kept: () => [...kept.keys()] };
}

const byBen = (environment: string, cluster?: string): Lock => ({
  ...{ environment, by: "U0BEN", at: start, reason: "sale" },
  ...(cluster !== undefined && { cluster }),
});

const text = (view: View) => {
  expect(violations(view)).toEqual([]);
  return view.text;
};

describe("what is locked", () => {
  it.each<[string, string, string[]]>([
    ["an environment", "prod", ["prod"]],
    ["a cluster by its name", "shop", ["prod/shop"]],
    ["a cluster by both names", "prod/shop", ["prod/shop"]],
    ["an environment that ends in a slash", "prod/", ["prod"]],
    ["nothing by a name that two have", "twin", []],
    ["a cluster whose name an environment has, too", "prod/twin", ["prod/twin"]],
    ["an environment whose name a cluster has, too", "twin/", ["twin"]],
    ["nothing by the wrong environment", "test/shop", []],
    ["nothing by another case", "PROD", []],
  ])("%s", async (_, place, locked) => {
    const { tools, kept, asked } = stage();
    text(await lock(place, "migration", ana, tools));
    expect(kept()).toEqual(locked);
    expect(asked).toEqual(locked.map((each) => `lock: lock ${each}`));
  });

  it("asks which one is meant where two have the name", async () => {
    const { tools } = stage();
    expect(text(await lock("twin", "migration", ana, tools))).toBe(
      "Which twin? An environment and a cluster are both called that, or two clusters are. Write /eks-upgrade lock prod/twin (the cluster in prod) or /eks-upgrade lock twin/ (the whole environment).",
    );
  });

  it("needs no asking where only one of them is the asker's", async () => {
    const { tools, kept } = stage({ mine: ["twin"] });
    await lock("twin", "migration", ana, tools);
    expect(kept()).toEqual(["twin"]);
  });
});

describe("who may not lock", () => {
  it("is told whom to ask, and nothing is locked", async () => {
    const { tools, kept, asked } = stage({ mine: ["test"], seen: ["test", "prod"] });
    expect(text(await lock("prod", "migration", ana, tools))).toBe(
      "You may not lock prod. Only the operators of prod may lock it. Ask <!subteam^S0OPS>.",
    );
    expect(kept()).toEqual([]);
    expect(asked).toEqual(["lock: lock prod"]);
  });

  it("does not unlock either", async () => {
    const { tools, kept } = stage({ mine: ["test"], seen: ["test", "prod"], locks: [byBen("prod")] });
    expect(text(await unlock("prod", ana, tools))).toMatch(/^You may not unlock prod\./);
    expect(kept()).toEqual(["prod"]);
  });

  it("is told the same as if there was no such place, where they see nothing of it; and that is asked for all the same", async () => {
    const { tools, kept, asked } = stage({ mine: ["test"] });
    const said = text(await lock("prod", "migration", ana, tools));
    expect(said).toBe(text(await lock("nowhere", "migration", ana, tools)).replaceAll("nowhere", "prod"));
    expect(kept()).toEqual([]);
    expect(asked).toEqual(["lock: lock prod"]);
  });

  it.each<[string, readonly string[], string, RegExp]>([
    ["is shown the nearest name of theirs", ["prod"], "shpo", /Did you mean shop\?/],
    ["is not shown what others have", ["test"], "shpo", /You see the environment test\. /],
    ["who has nothing is shown nothing", [], "shpo", /You may lock none\. /],
  ])("%s", async (_, mine, name, says) => {
    const { tools } = stage({ mine });
    const said = text(await lock(name, "migration", ana, tools));
    expect(said).toMatch(/^I know no environment and no cluster "shpo"\. /);
    expect(said).toMatch(says);
  });

  it("is told when not every cluster could be listed", async () => {
    const problem = { code: "AccessDenied", what: "Could not list the clusters", next: "Allow it." };
    const { tools } = stage({ problems: [{ name: "us-west-2", problem }] });
    expect(text(await lock("nowhere-at-all", "x", ana, tools))).toMatch(
      /Not every cluster could be listed\. Could not list the clusters\. Allow it\.$/,
    );
  });
});

describe("the answer tells", () => {
  const inShop = aPlan({ cluster: "shop" });

  it("what becomes of the open runs there", async () => {
    const waiting = aRun({ id: "new-owl-1", plan: inShop });
    const managed = aRunningRun({ id: "big-elk-2", plan: inShop });
    const steps = managed.steps.map((step) => ({ ...step, updateId: "u-1" }));
    const elsewhere = aRun({ id: "far-bee-3", plan: aPlan({ environment: "test", cluster: "test-blog" }) });
    const { tools } = stage({ runs: [waiting, { ...managed, steps }, elsewhere] });
    expect(text(await lock("prod", "migration", ana, tools)).split("\n")).toEqual([
      ":lock: *prod* is locked: migration",
      "Nothing starts there until somebody takes the lock off, however long that is: `/eks-upgrade unlock prod`",
      "EKS goes on with, for it can neither pause nor cancel: `big-elk-2` (shop/default).",
      "Does not begin: `new-owl-1` (shop/default).",
    ]);
  });

  it("what is under way there though it was planned for another environment", async () => {
    const moved = aPlan({ environment: "test", cluster: "shop" });
    const roll = aRoll({ id: "odd-elk-4", plan: { ...moved, steps: [aRollStep()] } });
    const { tools } = stage({ runs: [roll] });
    const said = text(await lock("shop", "migration", ana, tools)).split("\n");
    expect(said[2]).toBe("Waits at its next safe point: `odd-elk-4` (shop/workers).");
    const held = { ...roll, held: { since: start, why: "lock", by: "U0BEN", reason: "sale" } as const };
    const both = stage({ locks: [byBen("prod", "shop"), byBen("test")], runs: [held] });
    expect(text(await unlock("shop", ana, both.tools))).not.toContain("Told to go on");
    expect(text(await unlock("test", ana, both.tools))).toContain("Told to go on now: `odd-elk-4`");
  });

  it("whose lock stands there already", async () => {
    const { tools, kept } = stage({ locks: [byBen("prod")] });
    const said = text(await lock("prod", "migration", ana, tools));
    expect(said).toMatch(/is locked already, by <@U0BEN> since <!date.*> \(3 h\): sale\n/);
    expect(kept()).toEqual(["prod"]);
  });

  it("that it is the asker's own", async () => {
    const { tools } = stage({ locks: [{ ...byBen("prod"), by: "U0ANA" }] });
    expect(text(await lock("prod", "x", ana, tools))).toMatch(/is locked already, by yourself since/);
  });

  it("whose lock was taken off, and what goes on", async () => {
    const held = { since: start, why: "lock", by: "U0BEN", reason: "sale" } as const;
    const run = aRunningRun({ id: "big-elk-2", plan: inShop, held });
    const { tools, kept } = stage({ locks: [byBen("prod")], runs: [run, aRun({ plan: inShop })] });
    const said = text(await unlock("prod", ana, tools)).split("\n");
    expect(said[0]).toMatch(
      /^:unlock: \*prod\* is unlocked\. It was not your lock: <@U0BEN> since .*\(3 h\): sale$/,
    );
    expect(said.slice(1)).toEqual(["Told to go on now: `big-elk-2` (shop/default)."]);
    expect(kept()).toEqual([]);
  });

  it("what is locked still, and then nothing goes on", async () => {
    const held = { since: start, why: "lock", by: "U0BEN", reason: "sale" } as const;
    const run = aRunningRun({ plan: inShop, held });
    const { tools } = stage({ locks: [byBen("prod"), byBen("prod", "shop")], runs: [run] });
    const said = text(await unlock("prod", ana, tools)).split("\n");
    expect(said.slice(1)).toEqual([
      "Still locked there:",
      expect.stringMatching(/^:lock: \*prod\/shop\* is locked by <@U0BEN> since/),
    ]);
  });

  it("that there is nothing to unlock", async () => {
    const { tools } = stage();
    expect(text(await unlock("shop", ana, tools))).toBe("*prod/shop* is not locked. Nothing was changed.");
  });

  it("which lock is meant, perhaps", async () => {
    const { tools, kept } = stage({ locks: [byBen("prod"), byBen("test")] });
    const said = text(await unlock("shop", ana, tools));
    expect(said).toMatch(/no lock on \*prod\/shop\* itself/);
    expect(said).toMatch(/Take off the one that is meant: `\/eks-upgrade unlock prod`$/);
    expect(kept()).toEqual(["prod", "test"]);
  });
});

it("a lock on a cluster that is listed no more can be taken off", async () => {
  const { tools, kept } = stage({ locks: [byBen("prod", "gone")] });
  expect(text(await unlock("gone", ana, tools))).toMatch(/^:unlock: \*prod\/gone\* is unlocked\./);
  expect(kept()).toEqual([]);
});

it("a reason is as long as it is read, and never more than words", async () => {
  const { tools } = stage();
  const said = text(await lock("prod", `<!channel> ${"x".repeat(5_000)}`, ana, tools));
  expect(said).toMatch(/^:lock: \*prod\* is locked: &lt;!channel&gt; x/);
  expect(said.length).toBeLessThan(600);
});
