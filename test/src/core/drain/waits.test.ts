import { describe, expect, it } from "vitest";
import { lastAnswer, type PodWait, waitAfter } from "../../../../src/core/drain/waits.js";
import { second } from "../../../../src/core/instant.js";
import type { EvictionAnswer } from "../../../../src/core/seen.js";
import { start } from "../../../builders.js";

const pod = { uid: "uid-1" };
const refused: EvictionAnswer = { kind: "no answer", why: "a webhook said no" };

/** After the same answer so many times in a row. */
function waited(answer: EvictionAnswer, tries: number, jitter: number): PodWait | undefined {
  let wait: PodWait | undefined;
  for (let i = 0; i < tries; i++) wait = waitAfter(pod, answer, wait, start, jitter);
  return wait;
}

describe("how long a pod is left alone after", () => {
  it.each<[string, EvictionAnswer, number, number, number]>([
    ["a budget that is used up: a second at least", { kind: "budget used up" }, 1, 0, 1],
    ["the same, by chance half as long again", { kind: "budget used up" }, 1, 1, 1.5],
    ["the second time: twice as long", { kind: "budget used up" }, 2, 0, 2],
    ["the third time: twice as long again", { kind: "budget used up" }, 3, 0, 4],
    ["the hundredth time: never more than half a minute", { kind: "budget used up" }, 100, 1, 30],
    ["a budget nobody has looked at: as the server asks for", { kind: "budget not yet observed" }, 1, 0, 10],
    ["two budgets: half a minute, a person has to act", { kind: "several budgets" }, 1, 0, 30],
    ["two budgets: never more than a minute", { kind: "several budgets" }, 100, 1, 60],
    ["a budget that cannot be computed: half a minute", { kind: "budget cannot be computed" }, 1, 0, 30],
    ["a server that is busy: a second", { kind: "busy" }, 1, 0, 1],
    ["a server that says how long it is busy: as long", { kind: "busy", after: 7 * second }, 1, 0, 7],
    ["a server that says less than our own pause: our own", { kind: "busy", after: second }, 4, 0, 8],
    ["a refusal that has nothing to do with budgets", refused, 1, 0, 5],
    ["an eviction that was accepted and does not show", { kind: "would go" }, 1, 0, 10],
  ])("%s", (_, answer, tries, jitter, seconds) => {
    expect(waited(answer, tries, jitter)).toMatchObject({ tries, notBefore: start + seconds * second });
  });

  it.each<[string, EvictionAnswer]>([
    ["the pod is gone", { kind: "gone" }],
    ["another pod has its name", { kind: "another pod" }],
  ])("not at all where %s", (_, answer) => {
    expect(waited(answer, 1, 0)).toBeUndefined();
  });

  it("another answer begins anew", () => {
    const before = waited({ kind: "budget used up" }, 5, 0);
    expect(waitAfter(pod, { kind: "busy" }, before, start, 0)).toMatchObject({ tries: 1 });
  });
});

it.each<[string, EvictionAnswer]>([
  ["a refusal with its reason", refused],
  ["a budget", { kind: "budget used up" }],
])("the last answer is kept: %s", (_, answer) => {
  const wait = waited(answer, 1, 0);
  expect(wait && lastAnswer(wait)).toEqual(answer);
});
