import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../playground/slack/json.js";
import { minute, second } from "../../src/core/instant.js";
import { approved, type Call, type Carried, notAllowed, refusal } from "./carried.js";
import { type Night, openNight } from "./night.js";

/** Who is called over trouble, and how often. An edit calls nobody: what counts is what is posted. */

const isLook = ({ operation }: Pick<Call, "operation">) => operation === "DescribeUpdate";
const underWay = ({ run }: Carried) => run.steps[0]?.updateId !== undefined;

describe("trouble out there, with time stepped", () => {
  /** Lengths of world time between the first look that met it and the call, and the end as it is told. */
  it.each<[string, number, string, number, number | undefined, RegExp]>([
    [
      "30 s of 5xx call nobody",
      30 * second,
      "ServiceUnavailableException",
      1,
      undefined,
      /Cleared after 30 s, at /,
    ],
    ["a denial calls at once", 4 * minute, "AccessDeniedException", 1, 0, /Cleared after 4 min, at /],
  ])(
    "%s, and it is said when it is over",
    async (_rule, length, code, replies, calledAfter, end) => {
      const carried = await approved();
      await carried.until(() => underWay(carried));
      carried.refuseFor(length / minute, isLook, code, notAllowed("eks:DescribeUpdate"));
      await carried.untilOver();
      const [met, ...more] = carried.events.filter(({ type }) => type === "ProblemMet");
      expect(more).toEqual([]);
      const calls = carried.events.filter(({ type }) => type === "ProblemLasts");
      expect(calls.map(({ at }) => at - (met?.at ?? 0))).toEqual(
        calledAfter === undefined ? [] : [calledAfter],
      );
      expect(carried.problems()).toHaveLength(replies);
      expect(carried.problems()[0]).toMatch(end);
      expect(carried.run.state).toBe("succeeded");
    },
    60_000,
  );

  it("the cluster's API away for 7 min calls once, after 5, and EKS is said to go on", async () => {
    const carried = await approved();
    await carried.until(() => underWay(carried));
    const since = carried.clock.now();
    carried.api.faults = () => (carried.clock.now() < since + 7 * minute ? "no answer" : undefined);
    await carried.until(() => carried.problems().length === 2);
    expect(carried.clock.now() - since).toBeLessThan(6 * minute);
    expect(carried.problems()[1]).toMatch(
      /^:warning: <@U0OPERATOR> .*\nSince .* EKS goes on by itself meanwhile\.$/,
    );
    await carried.untilOver();
    expect(carried.problems()).toEqual([
      expect.stringContaining("Cleared after 7 min, at "),
      expect.stringContaining("it cleared after 7 min, at "),
    ]);
  }, 60_000);
});

describe("trouble out there, in Slack", () => {
  const textOf = ({ arguments: given }: { arguments: JsonObject }) => String(given.text);
  /** Posts in the thread that call whoever asked, over trouble. */
  const calling = ({ slack }: Night) =>
    slack.calls
      .filter(
        ({ method, arguments: given }) => method === "chat.postMessage" && given.thread_ts !== undefined,
      )
      .map(textOf)
      .filter((text) => text.includes("<@U0OPERATOR>") && text.includes("Could not "));
  const told = ({ slack }: Night, words: string) =>
    slack.waitFor(() => slack.calls.map(textOf).find((text) => text.includes(words)), {
      timeoutMs: 40_000,
      what: words,
    });

  it("a look that fails calls nobody; trouble that lasts calls once, and is taken back", async (test) => {
    const night = await openNight(test, { speed: 80 });
    const { aws, kubernetes, world } = night.playground;
    const [api] = kubernetes.values();
    if (!api) throw new Error("There is no cluster.");
    await night.startBot();
    await night.approved();
    // The SDK asks three times: one look fails, and the next one sees that it was nothing.
    let left = 3;
    aws.faults = (call) =>
      isLook(call) && left-- > 0 ? refusal(call, "ServiceUnavailableException") : undefined;
    await told(night, ":white_check_mark: Cleared after ");
    expect(calling(night)).toEqual([]);

    const since = world.clock.now();
    api.faults = () => "no answer";
    await told(night, "This has not passed by itself: Could not list the nodes");
    expect(world.clock.now() - since).toBeGreaterThanOrEqual(5 * minute);
    const looks = () => world.calls.filter(isLook).length;
    const then = looks();
    await night.slack.waitFor(() => looks() > then + 2, { timeoutMs: 40_000, what: "two more looks" });
    api.faults = () => undefined;
    await told(night, ":white_check_mark: Nothing to do any more: it cleared after ");
    expect(calling(night)).toHaveLength(1);
  }, 90_000);
});
