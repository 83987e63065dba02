import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { NodeProgress } from "../../../../src/core/run.js";
import { nodesView } from "../../../../src/slack/views/nodes.js";
import { aNewNode, aNode, aStep, someProgress, start } from "../../../builders.js";

const nodes: Record<string, NodeProgress> = {
  "ip-gone": aNode({ state: "gone", since: start + 9 * minute }),
  "ip-new": aNewNode({ zone: "us-west-2b", since: start + 4 * minute }),
  "ip-waits": aNode({ state: "unschedulable", podsLeft: 12, since: start + 5 * minute }),
  "ip-drains": aNode({ state: "draining", podsLeft: 3, since: start + 10 * minute }),
};
const view = (caps: { plan: boolean }) =>
  nodesView(aStep(), someProgress(["done", "done", "active"], { nodes }), caps);

const cells = (...texts: string[]) => texts.map((text) => ({ type: "raw_text", text }));
const heading = {
  type: "section",
  text: { type: "mrkdwn", text: "*Nodes of `default`*: 1 new ready, 2 of 3 old left", verbatim: true },
};

it("is a table, what moves first and what is over last", () => {
  expect(view({ plan: true })).toEqual({
    text: "Nodes of default: 1 new ready, 2 of 3 old left.",
    blocks: [
      heading,
      {
        type: "table",
        rows: [
          cells("Node", "Zone", "Release", "State", "Since (UTC)", "Pods left"),
          cells("ip-drains", "us-west-2a", "old 1.34.7-20260301", "draining", "10:10", "3"),
          cells("ip-waits", "us-west-2a", "old 1.34.7-20260301", "unschedulable", "10:05", "12"),
          cells("ip-new", "us-west-2b", "new 1.34.9-20260714", "ready", "10:04", "–"),
          cells("ip-gone", "us-west-2a", "old 1.34.7-20260301", "gone", "10:09", "–"),
        ],
      },
    ],
  });
});

it("is fixed-pitch text for a Slack without tables", () => {
  expect(view({ plan: false })).toEqual({
    text: "Nodes of default: 1 new ready, 2 of 3 old left.",
    blocks: [
      heading,
      {
        type: "section",
        text: {
          type: "mrkdwn",
          verbatim: true,
          text: [
            "```ip-drains  us-west-2a  old 1.34.7-20260301  draining  10:10  3",
            "ip-waits  us-west-2a  old 1.34.7-20260301  unschedulable  10:05  12",
            "ip-new  us-west-2b  new 1.34.9-20260714  ready  10:04  –",
            "ip-gone  us-west-2a  old 1.34.7-20260301  gone  10:09  –```",
          ].join("\n"),
        },
      },
    ],
  });
});

describe("a group of many nodes", () => {
  const many = (count: number, name: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}-${index}`, aNode()]));
  const shown = (progress: Record<string, NodeProgress>, caps = { plan: true }) =>
    nodesView(aStep(), someProgress([], { nodes: progress }), caps).blocks;

  it("shows ninety-nine rows under the header, and sums up the rest", () => {
    const [, table, rest] = shown({ ...many(150, "ip"), "ip-gone": aNode({ state: "gone" }) });
    expect(table?.type === "table" && table.rows.length).toBe(100);
    expect(rest).toMatchObject({ elements: [{ text: "Not shown: 52 nodes: 51 ready, 1 gone" }] });
  });

  it("shows fewer where names are long", () => {
    const [, table, rest] = shown(many(100, `ip-10-0-1-7.${"x".repeat(60)}`));
    expect(table?.type === "table" && table.rows.length).toBeLessThan(100);
    expect(rest).toMatchObject({
      elements: [{ text: expect.stringMatching(/^Not shown: \d+ nodes: \d+ ready$/) }],
    });
  });

  it("shows what fits into a section in classic text", () => {
    const [, text] = shown(many(100, "ip"), { plan: false });
    expect(text?.type === "section" && text.text?.text.length).toBeLessThanOrEqual(3_000);
  });
});

it("has no table before there is a node", () => {
  expect(nodesView(aStep(), someProgress(), { plan: true }).blocks).toHaveLength(1);
});

it("keeps a name that holds backticks and calls inside its cell", () => {
  const evil = { "```<!channel>": aNode() };
  const [, text] = nodesView(aStep(), someProgress([], { nodes: evil }), { plan: false }).blocks;
  expect(JSON.stringify(text)).toContain("```'''&lt;!channel&gt;  us-west-2a");
});
