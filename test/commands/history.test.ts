import { describe, expect, it } from "vitest";
import { type HistoryWish, history } from "../../commands/history.js";
import { auditTrail } from "../../src/audit/trail.js";
import { sha256 } from "../../src/audit.js";
import { canonicalJson } from "../../src/core/audit/canonical.js";
import { beginning, chainAll } from "../../src/core/audit/chain.js";
import type { AuditEntry } from "../../src/core/audit/entry.js";
import { pageSize } from "../../src/redis/audit.js";
import { assertLimits, type View } from "../../src/slack/limits.js";
import { start } from "../builders.js";
import { aFleet, anEnvironment } from "../digest-stage.js";

const actor = { user: "U0ANA", team: "T0HOME", entry: "command" } as const;
const [prod, test] = [anEnvironment("prod"), anEnvironment("test")];
const entry = (what: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ at: start, kind: "order", who: "U0BOB", what, outcome: "done", environment: "prod", on: "prod" },
  ...more,
});

/** Oldest first. */
async function historyOf(
  entries: readonly AuditEntry[],
  { sees = [prod], wish = {} as HistoryWish } = {},
): Promise<View> {
  const kept = chainAll(beginning, entries, sha256)
    .map((line) => ({ position: String(line.seq), text: canonicalJson(line) }))
    .reverse();
  const pageBack = async (before?: string) => {
    const from = before === undefined ? 0 : kept.findIndex(({ position }) => position === before) + 1;
    return kept.slice(from, from + pageSize);
  };
  const authority = { visible: async () => sees };
  const view = await history(wish, actor, {
    authority,
    fleet: aFleet(prod, test),
    trail: auditTrail({ pageBack }),
  });
  assertLimits(view);
  return view;
}

/** Without title, times and marks. */
const told = ({ text }: View) =>
  text
    .split("\n")
    .slice(1)
    .map((line) => line.replace(/^<!date[^>]*>\s+/, ""));
const footOf = ({ blocks }: View) => JSON.stringify(blocks.at(-1)).replace(/<!date[^>]*>/g, "then");

describe("history", () => {
  it("tells the newest first, and where the rest is", async () => {
    const view = await historyOf([entry("lock", { more: { reason: "incident" } }), entry("unlock")]);
    expect(told(view)).toEqual(["<@U0BOB> unlocked *prod*", "<@U0BOB> locked *prod*: incident"]);
    expect(footOf(view)).toContain("Looked through 2 entries, back to then");
    expect(footOf(view)).toContain("`npm run audit:export`");
  });

  it.each<[what: string, sees: (typeof prod)[], shown: string[]]>([
    ["one environment: what was done there", [prod], ["prod", "own"]],
    ["all of them: also what belongs to none", [prod, test], ["none", "test", "prod", "own"]],
    ["none: their own deeds alone", [], ["own"]],
  ])("shows to whoever sees %s", async (_, sees, shown) => {
    const { environment: _none, ...nowhere } = entry("wake", { on: "none" });
    const view = await historyOf(
      [
        entry("wake", { on: "own", who: actor.user, environment: "test" }),
        entry("wake", { on: "prod" }),
        entry("wake", { on: "test", environment: "test" }),
        nowhere,
      ],
      { sees },
    );
    expect(told(view).map((line) => line.split(" ").at(-1))).toEqual(shown);
  });

  it.each<[what: string, wish: HistoryWish, shown: string[]]>([
    ["of a cluster", { cluster: "shop" }, ["<@U0ANA> woke shop", "<@U0BOB> woke shop"]],
    [
      "of a person, with what they typed",
      { user: "U0BOB" },
      ["<@U0BOB> woke prod", "<@U0BOB>: `plan shop`", "<@U0BOB> woke shop"],
    ],
    ["of both", { user: "U0ANA", cluster: "shop" }, ["<@U0ANA> woke shop"]],
    [
      "of an environment",
      { cluster: "prod" },
      ["<@U0BOB> woke prod", "<@U0ANA> woke shop", "<@U0BOB> woke shop"],
    ],
    ["of a run", { cluster: "calm-heron-42" }, ["<@U0ANA> woke shop"]],
    [
      "of everybody, without what was only typed",
      {},
      ["<@U0BOB> woke prod", "<@U0ANA> woke shop", "<@U0BOB> woke shop"],
    ],
  ])("can be asked for what is %s", async (_, wish, shown) => {
    const view = await historyOf(
      [
        entry("wake", { on: "shop", cluster: "shop" }),
        entry("plan", { kind: "request", on: "shop" }),
        entry("wake", { on: "shop", cluster: "shop", who: "U0ANA", run: "calm-heron-42" }),
        entry("wake"),
      ],
      { wish },
    );
    expect(told(view)).toEqual(shown);
  });

  it("puts together what a run wrote, and what it told of its nodes, between what people did", async () => {
    const run = { run: "calm-heron-42", cluster: "shop", on: "shop/default" };
    const write = (what: string, more: Partial<AuditEntry> = {}) =>
      entry(what, { kind: "write", ...run, ...more });
    const nodes = Array.from({ length: 40 }, () => write("kubernetes:evict"));
    const events = ["NodeDraining", "NodeGone"].map((what) =>
      entry(what, { kind: "event", who: "bot", ...run }),
    );
    const view = await historyOf([
      entry("RunApproved", { kind: "decision", ...run }),
      write("eks:UpdateNodegroupVersion"),
      ...nodes.slice(0, 20),
      entry("wake", { on: "another" }),
      ...events,
      ...nodes.slice(20),
      write("kubernetes:patch", { outcome: "failed" }),
      entry("RunPaused", run),
      write("kubernetes:patch"),
    ]);
    expect(told(view)).toEqual([
      "<@U0BOB>: `kubernetes:patch shop/default` in `calm-heron-42`",
      "<@U0BOB> paused the upgrade of *shop/default* (`calm-heron-42`)",
      "41 writes to Kubernetes by `calm-heron-42`, 1 of them failed",
      "2 events of `calm-heron-42`",
      "<@U0BOB> woke another",
      "<@U0BOB>: `eks:UpdateNodegroupVersion shop/default` in `calm-heron-42`",
      "<@U0BOB> approved the upgrade of *shop/default* (`calm-heron-42`)",
    ]);
  });

  it("shows twenty, and says that there are more", async () => {
    const long = "x".repeat(900);
    const many = Array.from({ length: 60 }, () =>
      entry("lock", { on: long, more: { reason: `<!channel> ${long}` } }),
    );
    const view = await historyOf(many);
    expect(JSON.stringify(view.blocks).match(/locked/g)).toHaveLength(20);
    expect(footOf(view)).toContain("There is more before that");
  });

  it("looks so far back, and says how far that was", async () => {
    const typed = Array.from({ length: 6_000 }, () => entry("plan", { kind: "request" }));
    const view = await historyOf([entry("lock"), ...typed]);
    expect(view.text).toBe("Nothing is recorded that you may see.");
    expect(footOf(view)).toContain("Looked through 5000 entries");
  });

  it("says of whom and what nothing is there", async () => {
    const { text } = await historyOf([], { wish: { cluster: "no`such", user: "U0EVE" } });
    expect(text).toBe("Nothing is recorded on `no'such` by <@U0EVE> that you may see.");
  });

  it.each<[what: string, asked: string, meant: string | undefined]>([
    ["a cluster", "eks-wrkshop", "eks-workshop"],
    ["an environment", "prd", "prod"],
    ["a run", "calm-heron-43", "calm-heron-42"],
    ["what there is", "eks-workshop", undefined],
    ["nothing of it", "abracadabra", undefined],
    ["what belongs to an environment that they do not see", "hiden-shop", undefined],
    ["what they tried themselves, and is none of theirs", "guesed-shop", undefined],
    ["an environment that they do not see", "tset", undefined],
  ])("says what was probably meant by %s", async (_, cluster, meant) => {
    const entries = [
      entry("wake", { cluster: "eks-workshop", run: "calm-heron-42" }),
      entry("wake", { cluster: "hidden-shop", environment: "test" }),
      entry("lock", { kind: "refusal", cluster: "guessed-shop", who: actor.user, environment: "test" }),
    ];
    const { text } = await historyOf(entries, { wish: { cluster, user: "U0EVE" } });
    const about = `Nothing is recorded on \`${cluster}\` by <@U0EVE> that you may see.`;
    expect(text).toBe(meant === undefined ? about : `${about} Did you mean \`${meant}\`?`);
  });
});
