import { describe, expect, it } from "vitest";
import { callerOf, looking } from "../../src/caller.js";

const usual = { id: "calm-heron-42", requestedBy: "U0123ABCD" };
/** What STS takes (its API reference, AssumeRole). */
const allowed = /^[\w+=,.@-]{2,64}$/;

describe("who asks", () => {
  it("is told by the run and by whoever asked for it", () => {
    expect(callerOf(usual)).toEqual({
      sessionName: "calm-heron-42@U0123ABCD",
      userAgent: ["eks-upgrade-bot", "run/calm-heron-42", "by/U0123ABCD"],
    });
  });

  it.each<[string, { id?: string; requestedBy?: string }, string]>([
    ["of an Enterprise Grid", { requestedBy: "W0123ABCDEFGH" }, "calm-heron-42@W0123ABCDEFGH"],
    ["the bot itself", { requestedBy: "bot" }, "calm-heron-42@bot"],
    ["nobody", { requestedBy: "" }, "calm-heron-42@unknown"],
    [
      "with a name of other marks",
      { requestedBy: "U1\r\nx: y/ü@<!channel>" },
      "calm-heron-42@U1--x--y-----channel-",
    ],
    ["of a run without a name", { id: "" }, "unknown@U0123ABCD"],
    ["of a run with a long name", { id: "r".repeat(99) }, `${"r".repeat(40)}@U0123ABCD`],
    ["with a long id", { requestedBy: "U".repeat(99) }, `calm-heron-42@${"U".repeat(23)}`],
  ])("%s is told in what STS and HTTP take", (_, change, name) => {
    const { sessionName, userAgent } = callerOf({ ...usual, ...change });
    expect(sessionName).toBe(name);
    expect(sessionName).toMatch(allowed);
    for (const part of userAgent) expect(part).toMatch(/^[\w+=,./-]+$/);
  });

  it("both together are never too long", () => {
    expect(callerOf({ id: "é".repeat(99), requestedBy: "é".repeat(99) }).sessionName).toMatch(allowed);
  });

  it("of no run is told by what is done", () => {
    expect(Object.values(looking).map(({ sessionName }) => sessionName)).toEqual([
      "eks-upgrade-bot-plan",
      "eks-upgrade-bot-scan",
    ]);
  });
});
