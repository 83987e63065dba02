import { expect } from "vitest";
import type { Playground } from "../../playground/playground.js";

/** However many processes there were: one update, asked for with one token, and one live message with one end. */
export function expectUpgradedOnce({ slack, world }: Playground): void {
  const calls = world.calls.filter((call) => call.operation === "UpdateNodegroupVersion");
  expect(new Set(calls.map((call) => call.input.clientRequestToken)).size).toBe(1);
  expect(world.clusters.get("eks-workshop")?.updates).toHaveLength(1);
  const top = slack.workspace.messages(slack.channel);
  expect(top.filter((message) => message.text.includes("Done in"))).toHaveLength(1);
  expect(top.filter((message) => message.broadcast)).toHaveLength(1);
}
