import { describe, expect, it } from "vitest";
import type { Answer } from "../../playground/aws/skin.js";
import { pdbBlocks } from "../../playground/scenarios/pdb-blocks.js";
import { requestUpdate } from "../../playground/world/request-update.js";
import { minute } from "../../src/core/instant.js";
import { approved, type Call, type Carried, notAllowed, refusal, secrets } from "./carried.js";

const write = "UpdateNodegroupVersion";

function succeeded(carried: Carried): void {
  expect(carried.run.failure).toBeUndefined();
  expect(carried.run.state).toBe("succeeded");
  expect(carried.cluster.updates).toMatchObject([{ status: "Successful" }]);
  expect(tokensOf(carried)).toHaveLength(1);
  sayNoSecrets(carried);
}

/** Every call of an attempt carries one and the same token. */
const tokensOf = (carried: Carried) => [
  ...new Set(carried.calls(write).map(({ input }) => input.clientRequestToken)),
];

function sayNoSecrets({ said, events }: Carried): void {
  for (const text of said) expect(text).not.toMatch(secrets);
  expect(JSON.stringify(events)).not.toMatch(secrets);
}

const updateStarted = ({ run }: Carried) => run.steps[0]?.updateId !== undefined;
const everything = () => true;
const isWrite = ({ operation }: Call) => operation === write;

/** The first write is performed; its answer, and those of the next calls of it, are lost. Then `afterwards` answers. */
function loseAnswers({ aws }: Carried, count: number, afterwards?: (call: Call) => Answer): void {
  let lost = 0;
  aws.faults = (call, perform) => {
    if (!isWrite(call)) return undefined;
    if (lost === count) return afterwards?.(call);
    if (lost++ === 0) perform();
    return "no answer";
  };
}

function somebodyElseStarts({ world }: Carried): void {
  requestUpdate(world, {
    clusterName: "eks-workshop",
    nodegroupName: "default",
    releaseVersion: "1.34.6-20260415",
    clientRequestToken: "somebody-else",
  });
}

describe("AWS stutters, and the run ends right", () => {
  it("while bursts of 5xx answer every call for a minute, it is said without calling anybody", async () => {
    const carried = await approved();
    await carried.until(() => updateStarted(carried));
    carried.refuseFor(1, everything, "ServiceUnavailableException");
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.run.trouble).toMatchObject({ code: "ServiceUnavailableException", next: "" });
    expect(carried.problems()).toEqual([expect.not.stringContaining("<@")]);
    await carried.untilOver();
    expect(carried.problems()).toEqual([
      expect.stringMatching(/^:white_check_mark: Cleared after .* Could not/),
    ]);
    succeeded(carried);
  });

  it("when EC2's request limit refuses the write, the same write is made again", async () => {
    const carried = await approved();
    carried.refuseFor(2, isWrite, "InvalidRequestException", "Request limit exceeded.");
    await carried.untilOver();
    expect(carried.calls(write).length).toBeGreaterThan(1);
    succeeded(carried);
  });

  it.each([
    ["DescribeUpdate", "eks:DescribeUpdate", "AccessDeniedException"],
    ["DescribeNodegroup", "eks:DescribeNodegroup", "AccessDeniedException"],
    ["DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingGroups", "AccessDenied"],
  ])(
    "when %s is denied in the middle and granted later, it says what to grant",
    async (operation, action, code) => {
      const carried = await approved();
      await carried.until(() => updateStarted(carried));
      carried.refuseFor(6, (call) => call.operation === operation, code, notAllowed(action));
      await carried.until(() => carried.run.trouble !== undefined);
      expect(carried.problems()).toEqual([
        expect.stringContaining(`Allow ${action} in the IAM policy of the bot's role.`),
      ]);
      await carried.untilOver();
      succeeded(carried);
    },
  );

  it("when SSM is denied before anything began, it waits for the grant", async () => {
    const carried = await approved();
    carried.refuseFor(
      6,
      ({ service }) => service === "ssm",
      "AccessDeniedException",
      notAllowed("ssm:GetParameters"),
    );
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.run.trouble?.next).toBe("Allow ssm:GetParameters in the IAM policy of the bot's role.");
    expect(carried.calls(write)).toEqual([]);
    await carried.untilOver();
    succeeded(carried);
  });

  it("when the write is denied and granted 20 minutes later, it is made then, once", async () => {
    const carried = await approved();
    carried.refuseFor(20, isWrite, "AccessDeniedException", notAllowed("eks:UpdateNodegroupVersion"));
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.problems()).toEqual([
      expect.stringContaining("Allow eks:UpdateNodegroupVersion in the IAM policy of the bot's role."),
    ]);
    await carried.untilOver();
    succeeded(carried);
  });

  it("when credentials expire for six minutes in the middle, it asks for valid ones and goes on", async () => {
    const carried = await approved();
    await carried.until(() => updateStarted(carried));
    carried.refuseFor(
      6,
      everything,
      "ExpiredTokenException",
      "The security token included in the request is expired",
    );
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.run.trouble?.next).toContain("Give the bot valid AWS credentials");
    await carried.untilOver();
    succeeded(carried);
  });

  it("when connections to AWS are dropped for two minutes, it says so and goes on", async () => {
    const carried = await approved();
    await carried.until(() => updateStarted(carried));
    const end = carried.clock.now() + 2 * minute;
    carried.aws.faults = () => (carried.clock.now() < end ? "no answer" : undefined);
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.run.trouble?.next).toContain("Check the bot's way to AWS");
    await carried.untilOver();
    succeeded(carried);
  });
});

describe("the one write", () => {
  it("whose answer was lost after it was performed is repeated with its token: one update", async () => {
    const carried = await approved();
    loseAnswers(carried, 3);
    await carried.untilOver();
    expect(carried.calls(write).length).toBeGreaterThan(3);
    succeeded(carried);
  });

  it("whose answer was lost, and which EKS then refuses as in use, is recognised as its own", async () => {
    const carried = await approved();
    loseAnswers(carried, 3, (call) =>
      refusal(call, "ResourceInUseException", "default currently has an update"),
    );
    await carried.untilOver();
    succeeded(carried);
  });

  it.each([
    ["Successful", "succeeded"],
    ["Failed", "failed"],
  ] as const)(
    "whose answer was lost until the update was %s is followed to that end",
    async (status, state) => {
      const carried = await approved(status === "Failed" ? pdbBlocks : undefined);
      loseAnswers(carried, 3);
      await carried.until(() => carried.run.trouble !== undefined);
      await carried.clock.advance(120 * minute);
      expect(carried.cluster.updates).toMatchObject([{ status }]);
      await carried.untilOver();
      expect(carried.run.state).toBe(state);
      expect(carried.calls(write)).toHaveLength(3);
      expect(carried.run.failure?.code).toBe(status === "Failed" ? "PodEvictionFailure" : undefined);
      expect(carried.run.failure?.next ?? "").not.toContain("Nothing was changed");
      sayNoSecrets(carried);
    },
  );

  it("never allowed fails after an hour, with what to grant and that nothing was changed", async () => {
    const carried = await approved();
    const begun = carried.clock.now();
    carried.refuseFor(600, isWrite, "AccessDeniedException", notAllowed("eks:UpdateNodegroupVersion"));
    await carried.untilOver();
    expect(carried.run.failure).toEqual({
      code: "AccessDeniedException",
      what: "EKS did not accept the update of eks-workshop/default (AccessDeniedException)",
      next: "Nothing was changed. Allow eks:UpdateNodegroupVersion in the IAM policy of the bot's role.",
    });
    expect((carried.run.endedAt ?? 0) - begun).toBeLessThan(65 * minute);
    expect(carried.cluster.updates).toEqual([]);
    sayNoSecrets(carried);
  });

  it("refused for good fails with AWS' own words, but for account data", async () => {
    const carried = await approved();
    const group = "arn:aws:eks:us-west-2:111122223333:nodegroup/eks-workshop/default/abc";
    carried.refuseFor(
      600,
      isWrite,
      "InvalidParameterException",
      `${group} is not supported in 111122223333.`,
    );
    await carried.untilOver();
    expect(carried.run.failure?.next).toBe(
      "Nothing was changed. AWS says: [ARN] is not supported in [account].",
    );
    sayNoSecrets(carried);
  });

  it("refused because somebody else's update runs says so, and that nothing of ours was changed", async () => {
    const carried = await approved();
    await carried.until(() => carried.run.steps[0]?.intent !== undefined);
    somebodyElseStarts(carried);
    await carried.untilOver();
    expect(carried.run.failure).toEqual({
      code: "ResourceInUseException",
      what: "EKS did not accept the update of eks-workshop/default (ResourceInUseException)",
      next: "Nothing was changed. Wait until the other change to it has ended.",
    });
    expect(carried.cluster.updates).toHaveLength(1);
  });

  it("refused as in use without any update to be seen is made again until it is free", async () => {
    const carried = await approved();
    carried.refuseFor(10, isWrite, "ResourceInUseException", "default currently has an update in progress");
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.run.wait?.for).toBe("EKS to accept the update");
    await carried.untilOver();
    succeeded(carried);
  });

  it("refused as in use for over an hour ends the run with the reason", async () => {
    const carried = await approved();
    carried.refuseFor(600, isWrite, "ResourceInUseException", "default currently has an update in progress");
    await carried.untilOver();
    expect(carried.run.failure?.next).toMatch(/^Nothing was changed\. /);
    expect(carried.cluster.updates).toEqual([]);
  });
});

describe("the world is not as it was approved", () => {
  const gone = ({ operation, input }: Call) =>
    input.nodegroupName !== undefined && operation !== "DescribeCluster";

  it("a node group deleted after the approval is said; nothing is written", async () => {
    const carried = await approved();
    carried.refuseFor(600, gone, "ResourceNotFoundException", "No node group found for name: default.");
    await carried.untilOver();
    expect(carried.run.failure).toMatchObject({
      what: "Could not describe node group eks-workshop/default (ResourceNotFoundException)",
      next: expect.stringMatching(/^Nothing was changed\. Check that it exists/),
    });
    expect(carried.calls(write)).toEqual([]);
  });

  it("a node group deleted in the middle is said to be gone", async () => {
    const carried = await approved();
    await carried.until(() => updateStarted(carried));
    await carried.clock.advance(10 * minute);
    carried.refuseFor(600, gone, "ResourceNotFoundException", "No node group found for name: default.");
    await carried.untilOver();
    expect(carried.run.failure).toMatchObject({
      what: "Node group eks-workshop/default does not exist any more",
      next: expect.stringContaining("Somebody seems to have deleted it"),
    });
  });

  it("a node group changed between approval and start is asked about again", async () => {
    const carried = await approved();
    for (const group of carried.cluster.nodeGroups.values())
      group.updateConfig = { maxUnavailable: 2, updateStrategy: "DEFAULT" };
    await carried.untilOver();
    expect(carried.run.failure).toEqual({
      code: "PlanOutdated",
      what: "The node group is not as it was when it was approved: default: nodes at once was 1, is 2",
      next: "Nothing was changed. Plan again and have the new plan approved.",
    });
    expect(carried.calls(write)).toEqual([]);
  });
});
