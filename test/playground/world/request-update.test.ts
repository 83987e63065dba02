import { describe, expect, it } from "vitest";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import type { UpdateRequest } from "../../../playground/world/request-update.js";
import { latest, stage, workshop } from "./stage.js";

const sick = (code: string) =>
  workshop({ group: { healthIssues: [{ code, message: "", resourceIds: [] }] } });

describe("what UpdateNodegroupVersion refuses", () => {
  it.each([
    ["an unknown cluster", {}, { clusterName: "nope" }, "ResourceNotFoundException", "No cluster found"],
    ["an unknown node group", {}, { nodegroupName: "nope" }, "ResourceNotFoundException", "No node group"],
    [
      "a release of another minor",
      {},
      { version: "1.34", releaseVersion: "1.33.13-20260714" },
      "InvalidParameterException",
      "Requested release version 1.33.13-20260714 is not valid for kubernetes version 1.34",
    ],
    ["a minor newer than the cluster's", {}, { version: "1.35" }, "InvalidParameterException", "newer than"],
    ["a minor older than the group's", {}, { version: "1.33" }, "InvalidParameterException", "older than"],
    ["a minor that is none", {}, { version: "latest" }, "InvalidParameterException", "latest"],
    [
      "an older release of the same minor",
      { group: { release: latest } },
      { version: "1.34", releaseVersion: "1.34.6-20260415" },
      "InvalidParameterException",
      "older than the current",
    ],
    [
      "a launch template where the group has none",
      {},
      { launchTemplate: { name: "mine" } },
      "InvalidParameterException",
      "launch template",
    ],
  ])("%s", async (_sentence, changes, request, code, text) => {
    const { start, cluster } = await stage(workshop(changes));
    expect(() => start(request as Partial<UpdateRequest>)).toThrowError(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    );
    expect(cluster.updates).toEqual([]);
  });

  it.each([
    ["AccessDenied", "InvalidRequestException"],
    ["Ec2LaunchTemplateVersionMismatch", "InvalidRequestException"],
  ])("a group with health issue %s", async (issue, code) => {
    const { start } = await stage(sick(issue));
    expect(() => start()).toThrowError(expect.objectContaining({ code }));
  });

  it.each([
    "AsgInstanceLaunchFailures",
    "InstanceLimitExceeded",
    "InsufficientFreeAddresses",
    "ClusterUnreachable",
  ])("but not a group with health issue %s", async (issue) => {
    const { start } = await stage(sick(issue));
    expect(start().status).toBe("InProgress");
  });

  it("a second update while one runs", async () => {
    const { start } = await stage();
    start({ clientRequestToken: "first" });
    expect(() => start({ clientRequestToken: "second" })).toThrowError(
      expect.objectContaining({ code: "ResourceInUseException" }),
    );
  });

  it("anything while the cluster itself updates", async () => {
    const { start, cluster } = await stage();
    cluster.status = "UPDATING";
    expect(() => start()).toThrowError(expect.objectContaining({ code: "ResourceInUseException" }));
  });
});

describe("what it takes for granted", () => {
  it("the cluster's version and its latest release", async () => {
    const { start } = await stage();
    expect(start().target).toMatchObject({ version: "1.34", release: latest });
  });

  it("the release that is asked for, where it is not the latest", async () => {
    const { start, until, group } = await stage();
    const update = start({ version: "1.34", releaseVersion: "1.34.6-20260415" });
    await until(() => update.status !== "InProgress");
    expect(group.release).toBe("1.34.6-20260415");
  });
});

describe("a client request token", () => {
  it("answers with the update it started, while that runs and after", async () => {
    const { start, until, cluster } = await stage();
    const request = { version: "1.34", releaseVersion: latest, clientRequestToken: "one" };
    const update = start(request);
    expect(start(request)).toBe(update);
    await until(() => update.status === "Successful");
    expect(start(request)).toBe(update);
    expect(cluster.updates).toEqual([update]);
  });

  it("is refused with other parameters", async () => {
    const { start } = await stage();
    start({ clientRequestToken: "one" });
    expect(() => start({ clientRequestToken: "one", force: true })).toThrowError(
      expect.objectContaining({ code: "InvalidRequestException" }),
    );
  });
});

it("the default scenario is left as it is by the worlds made from it", async () => {
  const before = structuredClone(eksWorkshop);
  const { start, until } = await stage();
  const update = start();
  await until(() => update.status !== "InProgress");
  expect(eksWorkshop).toEqual(before);
});
