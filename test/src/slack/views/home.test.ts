import type { HomeView, KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../playground/slack/json.js";
import { checkedView } from "../../../../playground/slack/kit/view.js";
import { day, hour } from "../../../../src/core/instant.js";
import { violations } from "../../../../src/slack/limits.js";
import { parseUpgradeValue } from "../../../../src/slack/views/digest-actions.js";
import { type HomeEnvironment, type HomeFacts, homeView } from "../../../../src/slack/views/home.js";
import { aPlan, aRun, aRunningRun, aStep, start } from "../../../builders.js";
import { aFound, aPlane, aRow, aScan, denied, ending, manyRows } from "./digest-facts.js";

const link = "https://playground.slack.com/archives/C0PROD/p1";
const expires = "<!date^1784624400^{date_short_pretty} {time}|2026-07-21 09:00 UTC>";
const greeting =
  "*EKS upgrades*\nI upgrade node groups of Amazon EKS: somebody asks, it is approved where that is asked for, and I tell how it goes. New here? `/eks-upgrade help`";

function aPlace(over: Partial<HomeEnvironment> = {}): HomeEnvironment {
  return { name: "prod", clusters: [aScan()], rows: [], mayOperate: true, ...over };
}

function facts(over: Partial<HomeFacts> = {}): HomeFacts {
  return { environments: [aPlace()], running: [], waiting: [], ...over };
}

/** What people read, block by block; buttons in brackets. */
function read({ blocks }: HomeView): string[] {
  return JSON.parse(JSON.stringify(blocks)).map((block: Shown) => {
    const buttons = [...(block.elements ?? []), ...(block.accessory ? [block.accessory] : [])];
    const words = buttons.map(({ type, text }) => (type === "button" ? `[${text.text}]` : text));
    return [...(block.text ? [block.text.text] : []), ...words].join(" ");
  });
}
interface Shown {
  readonly text?: { readonly text: string };
  readonly elements?: readonly { readonly type: string; readonly text: { readonly text: string } }[];
  readonly accessory?: { readonly type: string; readonly text: { readonly text: string } };
}

describe("App Home", () => {
  it("of a quiet fleet shows what there is", () => {
    expect(read(homeView(facts(), scannedLater))).toEqual([
      greeting,
      "*Waits for you*  nothing.",
      "*Under way*  nothing.",
      "*Behind*  nothing that I know of.",
      "*prod*  1 cluster.",
      "• *eks-workshop*  us-west-2 · Kubernetes 1.34 · 1 node group, 1 behind",
      "[Refresh]",
      "As of 3 h ago; `/eks-upgrade check` looks now.",
    ]);
  });
  const scannedLater = start + 3 * hour - 5 * 60_000;

  it("shows what waits for whoever opens it, what is under way, and what is behind", () => {
    const view = homeView(
      facts({
        waiting: [{ run: aRun(), why: "approval", link }],
        running: [{ run: aRunningRun(), link }],
        environments: [aPlace({ rows: [aRow({ severity: "critical", concerns: [ending(5)] }), aPlane()] })],
      }),
      start,
    );
    expect(read(view).slice(1, 8)).toEqual([
      "*Waits for you*",
      `• *eks-workshop/default* (prod) waits for your approval until ${expires}: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes.  ·  <${link}|Open>`,
      "*Under way*",
      `• *eks-workshop/default* (prod) 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. Running: setup, 0 %, about 23 min left.  ·  <${link}|Open>`,
      "*Behind*  2 critical.",
      ":red_circle: *shop/default*  1.34.4-20260224 → 1.34.9-20260714 · prod\nCritical · 140 days behind (3 releases) · extended support ends in 5 days: EKS upgrades the control plane then [Upgrade]",
      ":red_circle: *shop* (control plane)  Kubernetes 1.31 · prod\nCritical · extended support ends in 5 days: EKS upgrades the control plane then\nTo do: upgrade the control plane in EKS.",
    ]);
  });

  it.each([
    ["approval", `waits for your approval until ${expires}: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes.`],
    ["asked", `waits for somebody's approval until ${expires}: you asked for it.`],
    ["answer", "asks what to do next: answer in its thread."],
    ["failed", "failed, and you asked for it: its live message says why, and what can be done."],
  ] as const)("says what to do with what waits (%s)", (why, words) => {
    const view = homeView(facts({ waiting: [{ run: aRun(), why }] }), start);
    expect(read(view)[2]).toBe(`• *eks-workshop/default* (prod) ${words}`);
  });

  it("offers upgrades only to those who may start them", () => {
    const rows = [aRow(), aRow({ environment: "test", cluster: "lab" })];
    const environments = [
      aPlace({ rows: rows.slice(0, 1), mayOperate: false }),
      aPlace({ name: "test", rows: rows.slice(1) }),
    ];
    const { blocks } = homeView(facts({ environments }), start);
    const values = [...JSON.stringify(blocks).matchAll(/"value":"(us-west-2[^"]*)"/g)].map(
      ([, value = ""]) => value,
    );
    expect(values.map(parseUpgradeValue)).toMatchObject([{ cluster: "lab", group: { name: "default" } }]);
  });

  it("shows of many rows the worst, and how to see the rest", () => {
    const environments = [aPlace({ rows: manyRows(30) })];
    expect(read(homeView(facts({ environments }), start))).toContain(
      "… and 20 more: `/eks-upgrade check &lt;cluster&gt;`",
    );
  });

  it("tells of clusters that were not, or could not be, looked at", () => {
    const clusters = [
      aScan({ name: "orders", problem: denied }),
      { environment: "prod", name: "lab", region: "eu-west-1" },
      aScan({
        name: "late",
        found: aFound({ support: { status: "EXTENDED_SUPPORT", endOfExtended: start + day } }),
      }),
    ];
    expect(read(homeView(facts({ environments: [aPlace({ clusters })] }), start))[5]).toBe(
      [
        "• *orders*  us-west-2 · :warning: Could not describe cluster orders: AccessDeniedException (denied)",
        "• *lab*  eu-west-1 · not looked at yet",
        "• *late*  us-west-2 · Kubernetes 1.34 · extended support until 21 Jul 2026 (in 1 day) · 1 node group, 1 behind",
      ].join("\n"),
    );
  });

  it("before the first scan says how to have one", () => {
    const clusters = [{ environment: "prod", name: "lab", region: "eu-west-1" }];
    const words = read(homeView(facts({ environments: [aPlace({ clusters })] }), start));
    expect(words.at(-1)).toBe("Not looked at yet: `/eks-upgrade check` looks now.");
    expect(words.some((line) => line.startsWith("*Behind*"))).toBe(false);
  });

  it("of somebody who may see nothing says whom to ask", () => {
    expect(read(homeView(facts({ environments: [] }), start))).toEqual([
      greeting,
      "There is nothing that I may show you: you have no part in any environment.\nAsk whoever keeps fleet.yaml for a place there.",
    ]);
  });
});

describe("Slack takes App Home", () => {
  const evil = "<!channel> <@U0EVIL> `x` \u202e".repeat(10);
  const plan = aPlan({ cluster: evil, environment: evil, steps: [aStep({ nodeGroup: evil })] });
  const problem = { code: "X", what: evil, next: evil };
  const clusters = Array.from({ length: 100 }, () =>
    aScan({ name: evil, region: evil, problem, found: aFound({ version: evil }) }),
  );

  it.each([1, 5, 40])("of %i environments with everything at its worst", (count) => {
    const environments = Array.from({ length: count }, (_, index) =>
      aPlace({
        name: `${evil}${index}`,
        clusters,
        rows: manyRows(100, { cluster: evil, environment: evil }),
      }),
    );
    const waiting = Array.from(
      { length: 50 },
      () => ({ run: aRun({ plan }), why: "approval", link }) as const,
    );
    const running = Array.from({ length: 50 }, () => ({ run: aRunningRun({ plan }), link }));
    const view = homeView({ environments, waiting, running }, start);
    expect(() => checkedView(view as unknown as JsonObject, "home")).not.toThrow();
    const blocks = view.blocks as KnownBlock[];
    expect(violations({ text: "Home", blocks }).filter((each) => !each.startsWith("blocks: "))).toEqual([]);
    expect(JSON.stringify(blocks).replaceAll(/"value":"[^"]*"/g, "")).not.toMatch(/<!channel>|<@U0EVIL>/);
  });
});
