import { describe, expect, it } from "vitest";
import { day } from "../../../src/core/instant.js";
import type { DigestRecord, Snooze } from "../../../src/core/scan/digest.js";
import { digestMessages } from "../../../src/slack/digest-messages.js";
import { deliver } from "../../../src/slack/outbox.js";
import { start } from "../../builders.js";
import { MemorySlack, MemorySlots, trouble } from "./memory-slack.js";
import { aRecord, aRow, aSnooze, denied, manyRows, nobody, someContent } from "./views/digest-facts.js";

const operators = { groups: ["S0OPS"], users: [] };

/** A series in a channel that keeps what was posted. */
function aChannel() {
  const [slack, store, now] = [new MemorySlack(), new MemorySlots(), { real: start }];
  const gate = { take: async () => 0 };
  return {
    slack,
    async bring(record: DigestRecord, snoozes: readonly Snooze[] = []) {
      now.real += day;
      const { series: run, channel } = record;
      const render = (caps: { plan: boolean }) => digestMessages(record, snoozes, start, caps, operators);
      const tools = { client: slack, store, gate, now: () => now.real };
      return deliver({ run, channel, caps: { plan: true }, render }, tools);
    },
    text: (slot: string) => slack.of(slot)?.text,
  };
}

const pages = (count: number, number = 1) =>
  Array.from({ length: count }, (_, index) => `digest/${number} > digest/${number}/rest/${index + 1}`);
const numbered = (number: number, rows = [aRow()]) => ({
  number,
  madeAt: start,
  content: someContent({ rows }),
  news: [],
});

describe("in the channel, a series", () => {
  it("is one message where everything fits into it", async () => {
    const { slack, bring } = aChannel();
    await bring(aRecord());
    expect(slack.picture).toEqual(["digest/7"]);
  });

  it("puts into the thread what does not, and empties that when it is less", async () => {
    const { slack, bring, text } = aChannel();
    await bring(aRecord({}, { shown: numbered(1, manyRows(250)) }));
    expect(slack.picture).toEqual(["digest/1", ...pages(3)]);
    await bring(aRecord({}, { shown: numbered(1, manyRows(20)) }));
    expect(slack.picture).toEqual(["digest/1", ...pages(3)]);
    expect(text("digest/1/rest/1")).toBe("More of prod: 6 notices.");
    expect(text("digest/1/rest/2")).toBe("Nothing is left here: the message above has all there is.");
    expect(text("digest/1/rest/3")).toBe("Nothing is left here: the message above has all there is.");
  });

  it("edits its message where nothing is news", async () => {
    const { slack, bring, text } = aChannel();
    await bring(aRecord());
    await bring(aRecord({ rows: [] }));
    expect(slack.picture).toEqual(["digest/7"]);
    expect(text("digest/7")).toContain("Nothing is behind in prod");
  });

  it("points from the digest before to the newest, once", async () => {
    const { slack, bring, text } = aChannel();
    await bring(aRecord({}, { shown: numbered(1) }));
    const second = aRecord({}, { shown: numbered(2), former: numbered(1) });
    await bring(second);
    await bring(second);
    expect(slack.picture).toEqual(["digest/1", "digest/2"]);
    expect(text("digest/1")).toContain("A newer digest is below.");
    expect(slack.of("digest/1")?.blocks).toHaveLength(1);
    expect(slack.of("digest/1")?.edits).toBe(1);
  });

  it("never posts the digest before anew", async () => {
    const { slack, bring } = aChannel();
    await bring(aRecord({}, { shown: numbered(2), former: numbered(1) }));
    expect(slack.picture).toEqual(["digest/2"]);
    slack.delete("digest/2");
    await bring(aRecord({}, { shown: numbered(3), former: numbered(2) }));
    await bring(aRecord({}, { shown: numbered(3), former: numbered(2) }));
    expect(slack.picture).toEqual(["digest/3"]);
  });

  it("posts the newest even where the one before can no longer be edited", async () => {
    const { slack, bring } = aChannel();
    await bring(aRecord({}, { shown: numbered(1) }));
    slack.before = (call) => {
      if (call === "update") throw trouble("refused", "cant_update_message");
    };
    await bring(aRecord({}, { shown: numbered(2), former: numbered(1) }));
    expect(slack.picture).toEqual(["digest/1", "digest/2"]);
  });

  it("tells in lines what Slack takes no tables for", async () => {
    const { slack, bring } = aChannel();
    slack.before = (_call, _slot, { blocks }) => {
      if (blocks.some(({ type }) => type === "data_table")) throw trouble("refused", "invalid_blocks");
    };
    const delivered = await bring(aRecord({}, { shown: numbered(1, manyRows(20)) }));
    expect(delivered.caps).toEqual({ plan: false });
    expect(slack.picture).toEqual(["digest/1", ...pages(1)]);
    const [, lines] = slack.of("digest/1/rest/1")?.blocks ?? [];
    expect(JSON.stringify(lines)).toContain(
      ":white_circle: *shop-1/workers-14*  1.34.4-20260224 → 1.34.9-20260714 · prod\\nNotice · 140 days behind (3 releases) · 6 nodes",
    );
  });
});

describe("where silence is wanted", () => {
  const silent = { whenUpToDate: "silent" } as const;

  it("all up to date posts nothing", async () => {
    const { slack, bring } = aChannel();
    await bring(aRecord({ rows: [] }, silent));
    expect(slack.calls).toEqual([]);
  });

  it("all up to date is told where something was behind before", async () => {
    const { slack, bring, text } = aChannel();
    await bring(aRecord({}, silent));
    await bring(aRecord({ rows: [] }, silent));
    expect(slack.picture).toEqual(["digest/7"]);
    expect(text("digest/7")).toContain("Nothing is behind in prod");
  });

  it("all snoozed posts nothing", async () => {
    const { slack, bring } = aChannel();
    await bring(aRecord({}, silent), [aSnooze(aRow())]);
    expect(slack.calls).toEqual([]);
  });

  it("what could not be looked at is told", async () => {
    const { slack, bring } = aChannel();
    await bring(
      aRecord({ rows: [], problems: [{ environment: "prod", name: "orders", problem: denied }] }, silent),
    );
    expect(slack.picture).toEqual(["digest/7"]);
  });
});

describe("snoozes", () => {
  const textOf = (snoozes: readonly Snooze[]) =>
    digestMessages(aRecord(), snoozes, start, { plan: true }, operators)[0]?.text;

  it.each<[string, readonly Snooze[], boolean]>([
    ["that last take a row out, and call nobody for it", [aSnooze(aRow())], false],
    ["that are over do not", [aSnooze(aRow(), { until: start })], true],
    ["of other rows do not", [aSnooze(aRow({ cluster: "other" }))], true],
  ])("%s", (_, snoozes, told) => {
    expect(textOf(snoozes)?.includes("<!subteam^S0OPS>")).toBe(told);
    expect(textOf(snoozes)?.includes("shop/default")).toBe(told);
  });
});

it("of a series that has shown nothing yet there is nothing", () => {
  const { shown: _shown, ...record } = aRecord();
  expect(digestMessages(record, [], start, { plan: true }, nobody)).toEqual([]);
});
