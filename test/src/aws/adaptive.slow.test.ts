import { expect, it } from "vitest";
import { connectRegions } from "../../../src/aws/region.js";
import { eksAnswer, openWire } from "./wire.js";

/** A service that answers so many calls in every second of real time, and throttles the others. */
function throttling(perSecond: number) {
  const seen = { throttled: 0, left: perSecond, since: Date.now() };
  const fault = () => {
    const now = Date.now();
    if (now - seen.since >= 1000) Object.assign(seen, { left: perSecond, since: now });
    if (seen.left-- > 0) return undefined;
    seen.throttled++;
    return eksAnswer(429, { message: "m" }, "ThrottlingException");
  };
  return { seen, fault };
}

it("in adaptive mode many calls at once get through a service that throttles them", async () => {
  const { server, calls } = await openWire();
  const { seen, fault } = throttling(10);
  server.faults = fault;
  const region = connectRegions({ retryMode: "adaptive", maxAttempts: 8 });
  const asked = Array.from({ length: 60 }, () => region("us-west-2").eks.clusterNames());
  expect(await Promise.all(asked)).toEqual(Array(60).fill(["eks-workshop"]));
  // The first burst is throttled; from then on all keep to one pace. In standard mode twice as many are, and some give up.
  expect(seen.throttled).toBeGreaterThan(40);
  expect(calls("ListClusters")).toBe(60 + seen.throttled);
});
