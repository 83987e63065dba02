import { EKS } from "@aws-sdk/client-eks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../../playground/kubernetes/api/http.js";
import { type SimulatedCluster, simulateKubernetes } from "../../../playground/kubernetes/cluster.js";
import {
  type KubernetesServer,
  type ServeOptions,
  serveKubernetes,
} from "../../../playground/kubernetes/server.js";
import { failure } from "../../../playground/kubernetes/status.js";
import { startClock, type WorldClock } from "../../../playground/world/clock.js";
import { tokenMaker } from "../../../src/aws/token.js";
import { connectKubernetes, type Kubernetes } from "../../../src/kubernetes/cluster.js";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const origin = Date.parse("2026-07-20T09:00:00Z");

let clock: WorldClock;
let cluster: SimulatedCluster;
let server: KubernetesServer | undefined;

beforeEach(() => {
  clock = startClock({ speed: 0, worldOrigin: origin });
  cluster = simulateKubernetes({ name: "eks-workshop", clock });
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  cluster.stop();
  clock.stop();
});

/** The simulated API server takes only tokens that are signed for this cluster with these keys. */
const clusterToken = (name = "eks-workshop") => {
  const { sha256 } = new EKS({ region: "us-west-2", credentials: keys }).config;
  const make = tokenMaker("us-west-2", async () => ({ sha256, credentials: async () => keys }));
  return (options?: { renew?: boolean }) => make(name, options);
};

interface Changes extends ServeOptions {
  readonly token?: (options?: { renew?: boolean }) => Promise<string>;
  readonly authority?: string;
  readonly requestTimeout?: number;
}

async function connect({ token, authority, requestTimeout, ...options }: Changes = {}): Promise<Kubernetes> {
  server = await serveKubernetes(cluster, { credentials: keys, ...options });
  const access = {
    endpoint: server.endpoint,
    certificateAuthority: authority ?? server.certificateAuthorityData,
  };
  return connectKubernetes({
    access,
    token: token ?? clusterToken(),
    ...(requestTimeout !== undefined && { requestTimeout }),
  });
}

/** Nodes n-0, n-1, … of a node group, Ready. */
function registerNodes(count: number, nodeGroup = "default"): string[] {
  const names = Array.from({ length: count }, (_, index) => `${nodeGroup}-${index}`);
  for (const [index, name] of names.entries()) {
    cluster.registerNode({
      name,
      instanceId: `i-${index.toString(16).padStart(17, "0")}`,
      zone: "us-west-2a",
      region: "us-west-2",
      instanceType: "m5.large",
      kubeletVersion: "v1.34.9-eks-93b80c6",
      labels: { "eks.amazonaws.com/nodegroup": nodeGroup, "eks.amazonaws.com/nodegroup-image": "ami-1" },
      maxPods: 29,
    });
    cluster.setNodeReady(name, "True");
  }
  return names;
}

async function deploy(name: string, replicas: number): Promise<void> {
  cluster.deploy([{ kind: "Deployment", namespace: "ui", name, replicas, image: "x" }]);
  await clock.advance(60_000);
}

describe("nodes", () => {
  it("sees the nodes of one node group", async () => {
    registerNodes(2);
    registerNodes(1, "other");
    const kubernetes = await connect();
    const nodes = await kubernetes.nodes("default");
    expect(nodes.map(({ name }) => name)).toEqual(["default-0", "default-1"]);
    expect(nodes[0]).toMatchObject({
      instanceId: "i-00000000000000000",
      zone: "us-west-2a",
      image: "ami-1",
      kubelet: "v1.34.9-eks-93b80c6",
      ready: "True",
      unschedulable: false,
      createdAt: origin,
    });
  });

  it("has none for a node group without nodes", async () => {
    expect(await (await connect()).nodes("default")).toEqual([]);
  });

  it("sees what a drain does to a node", async () => {
    registerNodes(1);
    cluster.changeNode("default-0", { unschedulable: true });
    cluster.setNodeReady("default-0", "Unknown");
    const [node] = await (await connect()).nodes("default");
    expect(node).toMatchObject({ unschedulable: true, ready: "Unknown" });
    expect(node?.taints.map(({ key }) => key)).toContain("node.kubernetes.io/unschedulable");
  });

  it("reads every page, all of the same moment", async () => {
    cluster.store.transaction(() => registerNodes(501));
    expect(await (await connect()).nodes("default")).toHaveLength(501);
  });
});

describe("pods", () => {
  it.each([
    ["a few nodes, asked one by one", 3, 3],
    ["many nodes, picked from all pods", 12, 1],
  ])("sees those on %s", async (_, count, lists) => {
    const nodes = registerNodes(count + 1);
    await deploy("ui", 26);
    let asked = 0;
    const kubernetes = await connect({ authorize: ({ resource }) => resource !== "pods" || ++asked > 0 });
    const wanted = nodes.slice(0, count);
    const expected = cluster.store.list("pods").filter(({ spec }) => wanted.includes(spec.nodeName ?? ""));
    const pods = await kubernetes.pods([...wanted, ...wanted]);
    expect(pods.map(({ name }) => name).sort()).toEqual(expected.map(({ metadata }) => metadata.name).sort());
    expect(expected.length).toBeGreaterThan(0);
    expect(asked).toBe(lists);
  });

  it("sees the Deployment behind a pod, and that it is being evicted", async () => {
    const nodes = registerNodes(1);
    await deploy("ui", 1);
    const kubernetes = await connect();
    const [before] = await kubernetes.pods(nodes);
    expect(before).toMatchObject({
      namespace: "ui",
      node: "default-0",
      owner: { kind: "Deployment", name: "ui" },
      phase: "Running",
      ready: true,
      mirror: false,
    });
    cluster.evict({ namespace: "ui", name: before?.name ?? "" });
    const evicted = (await kubernetes.pods(nodes)).find(({ name }) => name === before?.name);
    expect(evicted).toMatchObject({
      deletingSince: clock.now(),
      disruption: { since: clock.now(), reason: "EvictionByEvictionAPI" },
    });
  });

  it("asks nothing for no nodes", async () => {
    const kubernetes = await connect({ authorize: () => false });
    expect(await kubernetes.pods([])).toEqual([]);
  });
});

describe("the list that grew too old", () => {
  const expiring = (times: number) => () => {
    if (times-- > 0)
      throw new ApiError(failure(410, "Expired", "The provided continue parameter is too old"));
    return true;
  };

  it("is begun anew", async () => {
    registerNodes(1);
    const kubernetes = await connect({ authorize: expiring(2) });
    expect(await kubernetes.nodes("default")).toHaveLength(1);
  });

  it("is given up after three times", async () => {
    const kubernetes = await connect({ authorize: expiring(3) });
    await expect(kubernetes.nodes("default")).rejects.toMatchObject({ kind: "busy", code: "HTTP 410" });
  });
});

describe("the token", () => {
  it("is renewed once when it is refused", async () => {
    registerNodes(1);
    const asked: boolean[] = [];
    const good = clusterToken();
    const kubernetes = await connect({
      token: async ({ renew = false } = {}) => {
        asked.push(renew);
        return renew ? good() : "k8s-aws-v1.too-old";
      },
    });
    expect(await kubernetes.nodes("default")).toHaveLength(1);
    expect(asked).toEqual([false, true]);
  });

  it.each([
    ["of another cluster is denied", clusterToken("another")],
    ["of no kind is denied", async () => "nonsense"],
  ])("%s, with what to do", async (_, token) => {
    const refused: string[] = [];
    const kubernetes = await connect({ token, onRefused: (why) => refused.push(why) });
    await expect(kubernetes.nodes("default")).rejects.toMatchObject({
      kind: "denied",
      code: "HTTP 401",
      next: expect.stringContaining("access entry"),
    });
    expect(refused).toHaveLength(2);
  });
});

describe("trouble", () => {
  it("a forbidden list names what to allow", async () => {
    const kubernetes = await connect({ authorize: ({ resource }) => resource !== "pods" });
    await expect(kubernetes.pods(["default-0"])).rejects.toMatchObject({
      kind: "denied",
      call: "list the pods on node default-0",
      next: expect.stringContaining('"list pods"'),
    });
  });

  it.each([429, 500, 503])("HTTP %i is busy", async (status) => {
    const kubernetes = await connect({
      authorize: () => {
        throw new ApiError(failure(status, undefined, "not now"));
      },
    });
    await expect(kubernetes.nodes("default")).rejects.toMatchObject({ kind: "busy", code: `HTTP ${status}` });
  });

  it("a certificate of another authority is not trusted", async () => {
    const other = await serveKubernetes(cluster);
    await other.close();
    const kubernetes = await connect({ authority: other.certificateAuthorityData });
    await expect(kubernetes.nodes("default")).rejects.toMatchObject({
      kind: "unreachable",
      code: expect.stringMatching(/CERT|SIGNATURE|LEAF/),
    });
  });

  it("trusts either of two authorities, as while EKS replaces one", async () => {
    const other = await serveKubernetes(cluster);
    await other.close();
    server = await serveKubernetes(cluster, { credentials: keys });
    const pem = [other, server].map((one) => Buffer.from(one.certificateAuthorityData, "base64").toString());
    const certificateAuthority = Buffer.from(pem.join("")).toString("base64");
    const access = { endpoint: server.endpoint, certificateAuthority };
    const kubernetes = connectKubernetes({ access, token: clusterToken() });
    expect(await kubernetes.nodes("default")).toEqual([]);
  });

  it("unreachable where nobody listens", async () => {
    const kubernetes = await connect();
    await server?.close();
    await expect(kubernetes.nodes("default")).rejects.toMatchObject({
      kind: "unreachable",
      code: "ECONNREFUSED",
    });
  });

  it("unreachable where no answer comes in time", async () => {
    const kubernetes = await connect({ requestTimeout: 1 });
    await expect(kubernetes.nodes("default")).rejects.toMatchObject({
      kind: "unreachable",
      code: "TimeoutError",
    });
  });

  it("an abort throws the signal's reason", async () => {
    const stopping = new AbortController();
    const kubernetes = await connect({
      authorize: () => {
        stopping.abort(new Error("shutting down"));
        return true;
      },
    });
    await expect(kubernetes.nodes("default", stopping.signal)).rejects.toThrow("shutting down");
  });
});
