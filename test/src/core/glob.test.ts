import { describe, expect, it } from "vitest";
import { matchesGlob } from "../../../src/core/glob.js";

describe("matchesGlob", () => {
  it.each<[string, string, string, boolean]>([
    ["the name itself", "shop", "shop", true],
    ["not a part of the name", "shop", "shop-eu", false],
    ["not its end", "shop", "eshop", false],
    ["not in another case", "Shop", "shop", false],
    ["* for any characters", "shop-*", "shop-eu-1", true],
    ["* for none", "shop-*", "shop-", true],
    ["* in front", "*-sandbox", "a-sandbox", true],
    ["* in front, and something after", "*-sandbox", "a-sandbox-2", false],
    ["* alone, for all", "*", "anything_1", true],
    ["* twice, around", "*prod*", "eu-prod-1", true],
    ["* as far as it is needed, not as far as it goes", "a*b*c", "abcbc", true],
    ["** like *", "sh**p", "shop", true],
    ["? for one", "sh?p", "shop", true],
    ["? not for none", "shop?", "shop", false],
    ["? not for two", "sh?p", "shoop", false],
    ["? and * together", "?*", "a", true],
    ["? and *, of which one is too many", "?*?", "a", false],
    ["no name at all", "?", "", false],
    ["a name longer than the pattern", "a", "aa", false],
    ["many ways that all end in vain, in no time", "*a*a*a*a*a*a*a*a*a*a*b", "a".repeat(100), false],
  ])("%s", (_, pattern, name, matches) => {
    expect(matchesGlob(pattern, name)).toBe(matches);
  });
});
