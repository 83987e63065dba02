import { describe, expect, it } from "vitest";
import { clickOf } from "../../commands/desk.js";
import { parseCommand } from "../../commands/parse.js";
import { orderOf } from "../../commands/perform.js";
import type { Actor } from "../../src/authority.js";

const actor: Actor = { user: "U0OP", team: "T0", entry: "command", channel: "C0PROD" };

describe("what is recorded of a command", () => {
  it.each<[string, object]>([
    ["list", {}],
    ["check shop", { on: "shop", cluster: "shop" }],
    ["plan shop/default", { on: "shop/default", cluster: "shop" }],
    ["start shop --to 1.34", { on: "shop", cluster: "shop", more: { version: "1.34" } }],
    ["watch shop/default", { on: "shop/default", cluster: "shop" }],
    ["status", {}],
    ["status calm-heron-42", { on: "calm-heron-42", run: "calm-heron-42" }],
    ["cancel calm-heron-42", { on: "calm-heron-42", run: "calm-heron-42" }],
    ["repair shop", { on: "shop", cluster: "shop" }],
    ["lock prod black friday", { on: "prod" }],
    ["unlock prod", { on: "prod" }],
    ["history shop", { on: "shop", cluster: "shop" }],
    ["break-glass shop/default it burns", { on: "shop/default" }],
  ])("%s", (text, expected) => {
    const parsed = parseCommand(text);
    if (!("command" in parsed)) throw new Error(parsed.problem);
    const [what] = text.split(" ");
    expect(orderOf(parsed.command, actor)).toEqual({ actor, what, ...expected });
  });
});

describe("what is recorded of a click", () => {
  it.each<[string, string, object]>([
    ["the run's id, as our buttons carry it", "calm-heron-42", { on: "calm-heron-42", run: "calm-heron-42" }],
    ["the run's id before more", "calm-heron-42|h1:ab", { on: "calm-heron-42|h1:ab", run: "calm-heron-42" }],
    ["what is no run", "7 us-west-2/shop/default", { on: "7 us-west-2/shop/default" }],
    ["nothing", "", {}],
    ["what only begins like a run", "calm-heron-421", { on: "calm-heron-421" }],
  ])("%s", (_, value, expected) => {
    expect(clickOf("eks-upgrade:approve", value, actor)).toEqual({ actor, what: "approve", ...expected });
  });

  it("no more than a line of what somebody else made of it", () => {
    const { on = "" } = clickOf("eks-upgrade:approve", `a\n\u202e${"b".repeat(4_000)}`, actor);
    expect(on).toHaveLength(200);
    expect(on).not.toMatch(/[\n\u202e]/);
  });
});
