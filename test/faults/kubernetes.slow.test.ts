import { describe, expect, it } from "vitest";
import { forbidden } from "../../playground/kubernetes/api/access.js";
import { createCertificates } from "../../playground/kubernetes/certificates.js";
import type { Fault } from "../../playground/kubernetes/server.js";
import { failure } from "../../playground/kubernetes/status.js";
import { pdbBlocks } from "../../playground/scenarios/pdb-blocks.js";
import { minute } from "../../src/core/instant.js";
import { approved, type Carried, secrets } from "./carried.js";

function succeeded({ run, cluster, said, events }: Carried): void {
  expect(run.failure).toBeUndefined();
  expect(run.state).toBe("succeeded");
  expect(cluster.updates).toMatchObject([{ status: "Successful" }]);
  for (const text of said) expect(text).not.toMatch(secrets);
  expect(JSON.stringify(events)).not.toMatch(secrets);
}

const phase = ({ run }: Carried, name: "setup" | "scale up" | "upgrade" | "scale down") =>
  run.steps[0]?.phases[name].state;
const upgrading = (carried: Carried) => phase(carried, "upgrade") === "active";

function failFor(carried: Carried, minutes: number, fault: Fault): void {
  const end = carried.clock.now() + minutes * minute;
  carried.api.faults = (...asked) => (carried.clock.now() < end ? fault(...asked) : undefined);
}

const away = () => "no answer" as const;

describe("the cluster's API stutters, and the run ends right", () => {
  it("away for five minutes, the update is followed by AWS alone, and that is said", async () => {
    const carried = await approved();
    await carried.until(() => upgrading(carried));
    failFor(carried, 5, away);
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.run.trouble).toMatchObject({
      what: expect.stringMatching(/^Could not list the nodes of node group default \(/),
      next: expect.stringMatching(/^Check the bot's way to the cluster's API endpoint/),
    });
    const looks = carried.calls("DescribeUpdate").length;
    await carried.until(() => carried.run.trouble === undefined);
    expect(carried.calls("DescribeUpdate").length - looks).toBeGreaterThanOrEqual(15);
    await carried.untilOver();
    expect(carried.problems()).toEqual([expect.stringContaining("Cleared after 5 min")]);
    succeeded(carried);
  });

  it("away when EKS reports success, nothing is claimed before the nodes are seen", async () => {
    const carried = await approved();
    await carried.until(() => upgrading(carried));
    carried.api.faults = away;
    await carried.until(() => carried.cluster.updates[0]?.status === "Successful");
    await carried.until(() => carried.run.steps[0]?.settlingSince !== undefined);
    expect(carried.run.wait?.for).toBe("the cluster's API to answer, although EKS reports success");
    carried.api.faults = () => undefined;
    await carried.untilOver();
    succeeded(carried);
  });

  it("away for good, it ends with what to repair instead of a success nobody saw", async () => {
    const carried = await approved();
    await carried.until(() => upgrading(carried));
    carried.api.faults = away;
    await carried.untilOver();
    expect(carried.run.failure).toMatchObject({
      code: "SuccessNotSeen",
      next: expect.stringContaining("Check the bot's way to the cluster's API endpoint"),
    });
  });

  it("dropping a connection every few requests, it calls nobody", async () => {
    const carried = await approved();
    // Further apart than there are requests at a time: a request made once more is not dropped again.
    const every: Record<string, number> = {
      nodes: 3,
      poddisruptionbudgets: 3,
      pods: 12,
      "pods/eviction": 30,
    };
    const asked: Record<string, number> = {};
    carried.api.faults = ({ resource, subresource }) => {
      const what = subresource ? `${resource}/${subresource}` : resource;
      const count = (asked[what] ?? 0) + 1;
      asked[what] = count;
      return count % (every[what] ?? 3) === 0 ? "no answer" : undefined;
    };
    await carried.untilOver();
    expect(asked.nodes).toBeGreaterThan(50);
    expect(carried.problems()).toEqual([]);
    succeeded(carried);
  });

  it("refusing one token, it is asked again with a new one", async () => {
    const carried = await approved();
    await carried.until(() => upgrading(carried));
    let refused = 0;
    carried.api.faults = () => (refused++ < 1 ? failure(401, "Unauthorized", "Unauthorized") : undefined);
    await carried.untilOver();
    expect(carried.problems()).toEqual([]);
    succeeded(carried);
  });

  it("refusing every token, it asks for an access entry", async () => {
    const carried = await approved();
    await carried.until(() => upgrading(carried));
    failFor(carried, 5, () => failure(401, "Unauthorized", "Unauthorized"));
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.run.trouble?.next).toBe(
      "Map the bot's IAM principal to the cluster with an access entry.",
    );
    await carried.untilOver();
    succeeded(carried);
  });

  it("throttling for two minutes, it is said without calling anybody", async () => {
    const carried = await approved();
    await carried.until(() => upgrading(carried));
    failFor(carried, 2, () => failure(429, "TooManyRequests", "Too many requests, please try again later."));
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.problems()).toEqual([expect.not.stringContaining("<@")]);
    await carried.untilOver();
    succeeded(carried);
  });

  it("with two certificates in its authority while EKS replaces it, both are trusted", async () => {
    const carried = await approved();
    const read = (data: string) => Buffer.from(data, "base64").toString();
    const both = createCertificates().authority + read(carried.api.certificateAuthorityData);
    carried.world.setKubernetesAccess(carried.cluster.name, {
      endpoint: carried.api.endpoint,
      certificateAuthorityData: Buffer.from(both).toString("base64"),
    });
    await carried.untilOver();
    expect(carried.problems()).toEqual([]);
    succeeded(carried);
  });

  it("with another authority than DescribeCluster told, it is not talked to, and the certificate is named", async () => {
    const carried = await approved();
    await carried.until(() => upgrading(carried));
    carried.world.setKubernetesAccess(carried.cluster.name, {
      endpoint: carried.api.endpoint,
      certificateAuthorityData: Buffer.from(createCertificates().authority).toString("base64"),
    });
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.run.trouble?.next).toContain("certificate");
    carried.world.setKubernetesAccess(carried.cluster.name, carried.api);
    await carried.untilOver();
    succeeded(carried);
  });

  it("not told by DescribeCluster, the update is followed by AWS alone until it is", async () => {
    const carried = await approved();
    await carried.until(() => upgrading(carried));
    const { access } = carried.cluster;
    delete carried.cluster.access;
    await carried.until(() => carried.run.trouble !== undefined);
    expect(carried.run.trouble).toMatchObject({
      code: "ClusterHasNoEndpoint",
      what: expect.stringContaining("reach the API of cluster eks-workshop"),
    });
    if (access) carried.cluster.access = access;
    await carried.untilOver();
    succeeded(carried);
  });
});

describe("the cluster's roles allow too little", () => {
  it("to list budgets: the update is followed all the same, and the missing right is said", async () => {
    const carried = await approved();
    carried.api.faults = (access) =>
      access.resource === "poddisruptionbudgets" ? forbidden(access) : undefined;
    await carried.untilOver();
    expect(carried.events).toContainEqual(
      expect.objectContaining({
        type: "ProblemMet",
        problem: expect.objectContaining({
          next: `Allow "list poddisruptionbudgets.policy" in the ClusterRole of the bot's Kubernetes group.`,
        }),
      }),
    );
    expect(carried.events.filter(({ type }) => type === "NodeGone")).not.toEqual([]);
    succeeded(carried);
  });

  it("to list pods: nodes are followed by what they show, and the missing right is said once", async () => {
    const carried = await approved();
    carried.api.faults = (access) => (access.resource === "pods" ? forbidden(access) : undefined);
    await carried.untilOver();
    expect(carried.events.filter(({ type }) => type === "ProblemMet")).toMatchObject([
      {
        problem: {
          code: "HTTP 403",
          what: "Could not list the pods on the nodes (HTTP 403)",
          next: expect.stringMatching(/^Allow "list pods" in the ClusterRole .* not which pod blocks it\.$/),
        },
      },
    ]);
    const seen = (type: string) => carried.events.filter((event) => event.type === type).length;
    expect(seen("NodeUnschedulable")).toBeGreaterThanOrEqual(3);
    expect(seen("NodeReady")).toBeGreaterThanOrEqual(3);
    expect(seen("NodeGone")).toBeGreaterThanOrEqual(3);
    expect(seen("NodeDraining") + seen("NodeEmpty")).toBe(0);
    succeeded(carried);
  });

  it("to ask for evictions: what blocks is still found from budgets, and the missing right is said", async () => {
    const carried = await approved(pdbBlocks);
    carried.api.faults = (access) => (access.subresource === "eviction" ? forbidden(access) : undefined);
    await carried.untilOver();
    expect(carried.run.failure?.code).toBe("PodEvictionFailure");
    expect(carried.events).toContainEqual(expect.objectContaining({ type: "DrainBlocked" }));
    expect(carried.events).toContainEqual(
      expect.objectContaining({
        type: "ProblemMet",
        problem: {
          code: "HTTP 403",
          what: "Could not ask whether pods could be evicted (HTTP 403)",
          next: `Allow "create pods/eviction" in the ClusterRole of the bot's Kubernetes group.`,
        },
      }),
    );
  });

  it("to list nodes: it ends with what to grant, and claims nothing", async () => {
    const carried = await approved();
    carried.api.faults = (access) => (access.resource === "nodes" ? forbidden(access) : undefined);
    await carried.untilOver();
    expect(carried.run.failure).toMatchObject({
      code: "SuccessNotSeen",
      next: expect.stringContaining(`Allow "list nodes" in the ClusterRole`),
    });
  });
});
