import { describe, expect, it } from "vitest";
import type { TroubleKind } from "../../../src/core/problems.js";
import { eksAnswer, openWire } from "./wire.js";

const start = {
  cluster: "eks-workshop",
  nodeGroup: "default",
  version: "1.34",
  release: "1.34.9-20260714",
  force: false,
  token: "run-1-step-0-attempt-1",
};

describe("reading", () => {
  it("lists clusters and node groups", async () => {
    const { region } = await openWire();
    expect(await region.eks.clusterNames()).toEqual(["eks-workshop"]);
    expect(await region.eks.nodeGroupNames("eks-workshop")).toEqual(["default"]);
  });

  it("sees the cluster, and how to reach it once that is known", async () => {
    const { region, world } = await openWire();
    expect(await region.eks.cluster("eks-workshop")).toMatchObject({
      name: "eks-workshop",
      region: "us-west-2",
      version: "1.34",
      status: "ACTIVE",
      healthIssues: [],
    });
    world.setKubernetesAccess("eks-workshop", {
      endpoint: "https://127.0.0.1:1",
      certificateAuthorityData: "Q0E=",
    });
    expect((await region.eks.cluster("eks-workshop")).access).toEqual({
      endpoint: "https://127.0.0.1:1",
      certificateAuthority: "Q0E=",
    });
  });

  it("sees what happens to the cluster at the end of its version's support", async () => {
    const { region, server } = await openWire();
    server.faults = () => eksAnswer(200, { cluster: { upgradePolicy: { supportType: "STANDARD" } } });
    expect((await region.eks.cluster("eks-workshop")).upgradePolicy).toBe("STANDARD");
  });

  it("sees the node group", async () => {
    const { region } = await openWire();
    expect(await region.eks.nodeGroup("eks-workshop", "default")).toEqual({
      cluster: "eks-workshop",
      name: "default",
      status: "ACTIVE",
      version: "1.34",
      release: "1.34.4-20260224",
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: "ON_DEMAND",
      instanceTypes: ["m5.large"],
      sizes: { min: 3, max: 6, desired: 3 },
      updateConfig: { maxUnavailable: 1, strategy: "DEFAULT" },
      autoScalingGroups: [expect.stringMatching(/^eks-default-/)],
      healthIssues: [],
    });
  });

  it("reads every page of a list", async () => {
    const { region, server } = await openWire();
    server.faults = ({ operation, input }) => {
      if (operation !== "ListClusters") return undefined;
      return input.nextToken
        ? eksAnswer(200, { clusters: ["c"] })
        : eksAnswer(200, { clusters: ["a", "b"], nextToken: "2" });
    };
    expect(await region.eks.clusterNames()).toEqual(["a", "b", "c"]);
  });
});

describe("the support calendar", () => {
  const at = (iso: string) => Date.parse(iso) / 1000;

  it("has every minor, unsupported ones too", async () => {
    const { region } = await openWire();
    const versions = await region.eks.versions();
    expect(versions.get("1.34")).toEqual({
      status: "STANDARD_SUPPORT",
      endOfStandard: Date.parse("2026-12-02"),
      endOfExtended: Date.parse("2027-12-02"),
    });
    expect(versions.get("1.32")?.status).toBe("EXTENDED_SUPPORT");
    expect(versions.get("1.99")).toBeUndefined();
  });

  it("is read page by page, all of it, and of EKS' own kind of cluster", async () => {
    const { region, server, world } = await openWire();
    server.faults = ({ input }) => {
      const dates = {
        endOfStandardSupportDate: at("2026-12-02"),
        endOfExtendedSupportDate: at("2027-12-02"),
      };
      const first = {
        clusterVersion: "1.34",
        clusterType: "eks",
        versionStatus: "STANDARD_SUPPORT",
        ...dates,
      };
      const other = { ...first, clusterType: "eks-local-outposts", versionStatus: "UNSUPPORTED" };
      return input.nextToken
        ? eksAnswer(200, { clusterVersions: [{ clusterVersion: "1.20", versionStatus: "UNSUPPORTED" }] })
        : eksAnswer(200, { clusterVersions: [first, other], nextToken: "2" });
    };
    expect([...(await region.eks.versions())]).toEqual([
      [
        "1.34",
        {
          status: "STANDARD_SUPPORT",
          endOfStandard: Date.parse("2026-12-02"),
          endOfExtended: Date.parse("2027-12-02"),
        },
      ],
      ["1.20", { status: "UNSUPPORTED" }],
    ]);
    expect(world.calls.map(({ input }) => input.includeAll)).toEqual(["true", "true"]);
  });

  it("that may not be read is told with the action to allow", async () => {
    const { region, server } = await openWire();
    server.faults = () => eksAnswer(403, { message: "m" }, "AccessDeniedException");
    await expect(region.eks.versions()).rejects.toMatchObject({
      kind: "denied",
      next: expect.stringContaining("eks:DescribeClusterVersions"),
    });
  });
});

describe("updates", () => {
  it("starts one, and sees it run", async () => {
    const { region, clock } = await openWire();
    const started = await region.eks.startNodeGroupUpdate(start);
    expect(started).toMatchObject({
      status: "InProgress",
      type: "VersionUpdate",
      params: { Version: "1.34", ReleaseVersion: "1.34.9-20260714" },
      createdAt: clock.now(),
      errors: [],
    });
    expect(await region.eks.update("eks-workshop", "default", started.id)).toEqual(started);
    expect(await region.eks.updatesInProgress("eks-workshop", "default")).toEqual([started]);
  });

  it("sends version, release, force and token as they are", async () => {
    const { region, world } = await openWire();
    await region.eks.startNodeGroupUpdate({ ...start, force: true });
    expect(world.calls.at(-1)?.input).toMatchObject({
      version: "1.34",
      releaseVersion: "1.34.9-20260714",
      force: true,
      clientRequestToken: "run-1-step-0-attempt-1",
    });
  });

  it("sends a version of the customer's own template alone, where that names the AMI", async () => {
    const { region, world, server } = await openWire();
    server.faults = ({ operation }) =>
      operation === "UpdateNodegroupVersion"
        ? eksAnswer(200, { update: { id: "u", status: "InProgress", type: "VersionUpdate" } })
        : undefined;
    const launchTemplate = { id: "lt-0123456789abcdef0", version: "8" };
    const { version, release, ...rest } = start;
    await region.eks.startNodeGroupUpdate({ ...rest, launchTemplate });
    const input = world.calls.at(-1)?.input;
    expect(input).toMatchObject({ launchTemplate, clientRequestToken: "run-1-step-0-attempt-1" });
    expect(Object.keys(input ?? {})).not.toContain("version");
    expect(Object.keys(input ?? {})).not.toContain("releaseVersion");
  });

  it("is harmless when started again with the same token", async () => {
    const { region, world } = await openWire();
    const first = await region.eks.startNodeGroupUpdate(start);
    expect((await region.eks.startNodeGroupUpdate(start)).id).toBe(first.id);
    expect(world.clusters.get("eks-workshop")?.updates).toHaveLength(1);
  });

  it("tells those in progress from those that ended, newest first", async () => {
    const { region, server } = await openWire();
    const states: Record<string, string> = {
      a: "Successful",
      b: "InProgress",
      c: "Failed",
      d: "Cancelling",
      e: "Cancelled",
    };
    server.faults = ({ operation, input }) => {
      if (operation === "ListUpdates") return eksAnswer(200, { updateIds: [...Object.keys(states), "gone"] });
      const id = String(input.updateId);
      if (id === "gone") return eksAnswer(404, { message: "gone" }, "ResourceNotFoundException");
      const createdAt = 1_790_000_000 + id.charCodeAt(0);
      return eksAnswer(200, {
        update: { id, status: states[id], type: "VersionUpdate", params: [], createdAt },
      });
    };
    const running = await region.eks.updatesInProgress("eks-workshop", "default");
    expect(running.map(({ id }) => id)).toEqual(["d", "b"]);
  });
});

describe("trouble", () => {
  it.each([
    ["an unknown cluster", "nope", "default"],
    ["an unknown node group", "eks-workshop", "nope"],
  ])("%s is not found", async (_, cluster, nodeGroup) => {
    const { region } = await openWire();
    await expect(region.eks.nodeGroup(cluster, nodeGroup)).rejects.toMatchObject({
      name: "Trouble",
      kind: "not found",
      code: "ResourceNotFoundException",
    });
  });

  it("a second update of the same node group is a conflict", async () => {
    const { region } = await openWire();
    await region.eks.startNodeGroupUpdate(start);
    await expect(region.eks.startNodeGroupUpdate({ ...start, token: "another" })).rejects.toMatchObject({
      kind: "conflict",
      call: "start the update of node group eks-workshop/default",
    });
  });

  it("a release that EKS does not have is refused, with what EKS says", async () => {
    const { region } = await openWire();
    await expect(
      region.eks.startNodeGroupUpdate({ ...start, release: "1.34.9-20991231" }),
    ).rejects.toMatchObject({
      kind: "refused",
      code: "InvalidParameterException",
      next: expect.stringContaining("1.34.9-20991231 is not valid"),
    });
  });

  it.each<[string, number, string, TroubleKind, number]>([
    ["throttling is tried three times, then busy", 429, "ThrottlingException", "busy", 3],
    ["a broken service is tried three times, then busy", 500, "ServerException", "busy", 3],
    ["a denied call is not repeated", 403, "AccessDeniedException", "denied", 1],
    ["a conflict is not repeated", 409, "ResourceInUseException", "conflict", 1],
  ])("%s", async (_, status, error, kind, attempts) => {
    const { region, server, calls } = await openWire();
    server.faults = () => eksAnswer(status, { message: "m" }, error);
    await expect(region.eks.startNodeGroupUpdate(start)).rejects.toMatchObject({ kind, code: error });
    expect(calls("UpdateNodegroupVersion")).toBe(attempts);
  });

  it("one throttled attempt goes unnoticed, under the same token", async () => {
    const { region, server, world } = await openWire();
    let faults = 1;
    server.faults = () =>
      faults-- > 0 ? eksAnswer(429, { message: "m" }, "ThrottlingException") : undefined;
    expect((await region.eks.startNodeGroupUpdate(start)).status).toBe("InProgress");
    const tokens = world.calls.map(({ input }) => input.clientRequestToken);
    expect(tokens).toEqual([start.token, start.token]);
  });

  it("an answer without the cluster did not come from AWS", async () => {
    const { region, server } = await openWire();
    server.faults = () => eksAnswer(200, {});
    await expect(region.eks.cluster("eks-workshop")).rejects.toMatchObject({ kind: "unreachable" });
  });
});
