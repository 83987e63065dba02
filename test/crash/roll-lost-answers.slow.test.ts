import { describe, expect, it } from "vitest";
import type { Carried } from "../faults/carried.js";
import { rollOut } from "./roll-carried.js";
import { rollStories } from "./roll-stories.js";

const patience = 120_000;
/** The SDK sends a call three times before it gives up. */
const rows = rollStories.flatMap((story) => [1, 3].map((times) => ({ ...story, story, times })));

const isRead = (operation: string) => /^(Describe|Get|List|Assume)/.test(operation);

/** Every write is done so often before its answer arrives. Returns how many answers were lost. */
function loseAnswers({ aws, api }: Carried, times: number): () => number {
  const made = new Map<string, number>();
  let lost = 0;
  const isLost = (key: string) => {
    const before = made.get(key) ?? 0;
    made.set(key, before + 1);
    if (before < times) lost += 1;
    return before < times;
  };
  aws.faults = ({ operation, input }, perform) => {
    if (isRead(operation) || !isLost(`${operation} ${JSON.stringify(input)}`)) return undefined;
    perform();
    return "no answer";
  };
  api.faults = ({ verb, resource, subresource, namespace, name }) => {
    if (["get", "list", "watch"].includes(verb)) return undefined;
    return isLost([verb, resource, subresource, namespace, name].join("/")) ? "answer lost" : undefined;
  };
  return () => lost;
}

describe("answers to all writes are lost: the same end, nothing twice", () => {
  it.each(rows)(
    "$name: $times times each",
    async ({ story, times }) => {
      let lost = () => 0;
      const { deaths } = await rollOut(story, {
        async onLook({ carried, records }) {
          if (records.length === 1) lost = loseAnswers(carried, times);
        },
      });
      expect(deaths).toBe(0);
      expect(lost()).toBeGreaterThan(30);
    },
    patience,
  );
});
