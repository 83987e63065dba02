import type { BlockAction, BlockSuggestion, SlashCommand } from "@slack/bolt";
import { describe, expect, it } from "vitest";
import { whoClicked, whoSearches, whoSent, whoTyped } from "../../commands/actor.js";

/** Of what Slack sends, only what says who and where. */
const request = <Body>(body: object): Body => body as Body;
const user = { id: "U0OP", team_id: "T0" };
const who = { user: "U0OP", team: "T0" };
const place = { team: { id: "T0" }, user };
const button = "eks-upgrade:approve";

describe("who it was, and where", () => {
  it("a command comes from a person in a channel", () => {
    const body = request<SlashCommand>({ user_id: "U0OP", team_id: "T0", channel_id: "C0PROD" });
    expect(whoTyped(body)).toEqual({ ...who, entry: "command", channel: "C0PROD" });
  });

  it.each<[string, object, string, object]>([
    [
      "a button under a message",
      { channel: { id: "C0PROD" } },
      button,
      { entry: "button", channel: "C0PROD" },
    ],
    [
      "one whose channel the container tells",
      { container: { channel_id: "C0X" } },
      button,
      { entry: "button", channel: "C0X" },
    ],
    ["one of nowhere", { container: { type: "message" } }, button, { entry: "button", channel: "" }],
    [
      "one under a digest",
      { channel: { id: "C0PROD" } },
      "eks-upgrade:snooze-7",
      { entry: "digest", channel: "C0PROD" },
    ],
    ["one on Home", { view: { type: "home" } }, "eks-upgrade:digest-upgrade", { entry: "home" }],
    ["one in a modal", { view: { type: "modal" } }, button, { entry: "form" }],
  ])("%s", (_, body, action, expected) => {
    expect(whoClicked(request<BlockAction>({ ...place, ...body }), action)).toEqual({ ...who, ...expected });
  });

  it("a modal and a menu come from no channel", () => {
    expect(whoSent(place)).toEqual({ ...who, entry: "form" });
    expect(whoSearches(request<BlockSuggestion>(place))).toEqual({ ...who, entry: "menu" });
  });

  it.each<[string, object, string]>([
    ["the person's own, not the one of the channel they share", { user, team: { id: "T0OTHER" } }, "T0"],
    ["the request's, where the person's is not told", { user: { id: "U0OP" }, team: { id: "T0" } }, "T0"],
    ["none, where neither is", { user: { id: "U0OP" }, team: null }, ""],
  ])("the workspace is %s", (_, body, team) => {
    expect(whoSent(request<typeof place>(body)).team).toBe(team);
  });
});
