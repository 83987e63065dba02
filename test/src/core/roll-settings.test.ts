import { describe, expect, it } from "vitest";
import { settingsOf } from "../../../src/core/roll-settings.js";

const unavailable = "eks-upgrade-bot:max-unavailable";

describe("tags that say how a group is rolled", () => {
  it.each<[string, Record<string, string>, object]>([
    ["none: one node at a time", {}, { updateConfig: { maxUnavailable: 1, strategy: "DEFAULT" } }],
    ["a number", { [unavailable]: "3" }, { updateConfig: { maxUnavailable: 3, strategy: "DEFAULT" } }],
    [
      "a share",
      { [unavailable]: " 25 % " },
      { updateConfig: { maxUnavailablePercentage: 25, strategy: "DEFAULT" } },
    ],
    ["no extra nodes", { "eks-upgrade-bot:surge": "0" }, { surge: 0 }],
    ["a pause in seconds", { "eks-upgrade-bot:drain-pause": "5" }, { drainPause: 5_000 }],
    [
      "load balancers are not waited for",
      { "eks-upgrade-bot:watch-targets": "false" },
      { watchTargets: false },
    ],
  ])("%s", (_rule, tags, expected) => {
    expect(settingsOf(tags)).toMatchObject({ ...expected, problems: [] });
  });

  it.each<[string, string, string]>([
    ["nobody at a time", unavailable, "0"],
    ["more than all", unavailable, "101%"],
    ["words", unavailable, "some"],
    ["a fraction", unavailable, "1.5"],
    ["fewer than none", "eks-upgrade-bot:surge", "-1"],
    ["minutes", "eks-upgrade-bot:drain-pause", "5m"],
    ["perhaps", "eks-upgrade-bot:watch-targets", "yes"],
  ])("is refused, not guessed: %s", (_rule, tag, text) => {
    const { problems } = settingsOf({ [tag]: text });
    expect(problems.map(({ code, what }) => [code, what])).toEqual([
      ["TagUnreadable", `Tag ${tag} of the Auto Scaling group is "${text}"`],
    ]);
  });
});
