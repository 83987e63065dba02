import { ErrorCode } from "@aws-sdk/client-eks";
import { describe, expect, it } from "vitest";
import { describeFailedUpdate, describeUpdateError } from "../../../src/core/update-errors.js";

const error = (code: string, ...resources: string[]) => ({
  code,
  message: "raw text of account 123456789012",
  resources,
});

it("there are 17 error codes", () => {
  expect(Object.values(ErrorCode)).toHaveLength(17);
});

it.each(Object.values(ErrorCode))("%s has words of its own, and says what to do next", (code) => {
  const { what, next } = describeUpdateError(error(code, "ip-10-0-1-7"));
  expect(what).not.toContain(code);
  expect(what).not.toContain("EKS reports");
  expect(what).not.toContain("123456789012");
  expect(what).not.toMatch(/\wip-10/);
  expect(next).toMatch(/^[A-Z].{20,}\.$/);
});

it.each(Object.values(ErrorCode))("%s leaves no gap where no resource is named", (code) => {
  expect(describeUpdateError(error(code)).what).not.toMatch(/[ :]$|\(\)| {2}/);
});

describe("words", () => {
  it.each([
    [
      "a node that could not be drained",
      error("PodEvictionFailure", "ip-10-0-1-7"),
      "EKS could not evict every pod from ip-10-0-1-7 within 15 minutes, and gave up",
    ],
    [
      "no resources named",
      error("PodEvictionFailure"),
      "EKS could not evict every pod within 15 minutes, and gave up",
    ],
    [
      "more than five: counted",
      error("PodEvictionFailure", "a", "b", "c", "d", "e", "f", "g"),
      "EKS could not evict every pod from a, b, c, d, e and 2 more within 15 minutes, and gave up",
    ],
    [
      "five: all named",
      error("NodeCreationFailure", "a", "b", "c", "d", "e"),
      "New nodes (a, b, c, d, e) did not join the cluster within 15 minutes",
    ],
    ["a code AWS adds", error("SolarFlare", "subnet-1"), "EKS reports SolarFlare for subnet-1"],
    ["a code AWS adds, no resources", error("SolarFlare"), "EKS reports SolarFlare"],
  ])("%s", (_, seen, what) => {
    expect(describeUpdateError(seen)).toMatchObject({ code: seen.code, what });
  });
});

it.each([
  [
    "no reason: the status is the code",
    "Failed",
    [],
    "UpdateFailed",
    "EKS ended the update as Failed and gave no reason",
  ],
  ["cancelled", "Cancelled", [], "UpdateCancelled", "EKS ended the update as Cancelled and gave no reason"],
  ["one reason", "Failed", [error("VpcIdNotFound")], "VpcIdNotFound", "The cluster's VPC is gone"],
  [
    "several: the first leads, the rest are named",
    "Failed",
    [error("EniLimitReached"), error("AccessDenied"), error("Unknown")],
    "EniLimitReached",
    "The account has reached its limit of network interfaces; also AccessDenied, Unknown",
  ],
])("a failed update as one problem: %s", (_, status, errors, code, what) => {
  expect(describeFailedUpdate(status, errors)).toMatchObject({ code, what });
});
