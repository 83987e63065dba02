import { expect } from "vitest";
import type { Message } from "../../playground/slack/types.js";
import { said } from "../e2e/stage.js";

/** Nothing in it calls anybody but these groups, and nothing turns the reading round. */
export function expectNoPing(message: Message, groups: readonly string[] = []): void {
  const words = said(message);
  expect(words).not.toMatch(/<!(channel|here|everyone)/);
  expect(words).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
  const named = [...words.matchAll(/<!subteam\^(\w+)>/g)].map((match) => match[1]);
  expect(named.filter((group) => !groups.includes(group ?? ""))).toEqual([]);
}
