import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { ApiError } from "../../../playground/kubernetes/api/http.js";
import { createCertificates } from "../../../playground/kubernetes/certificates.js";
import { failure } from "../../../playground/kubernetes/status.js";
import type { Budget, Workload } from "../../../playground/kubernetes/types.js";
import type { EvictionAnswer } from "../../../src/core/seen.js";
import { connectKubernetes } from "../../../src/kubernetes/cluster.js";
import { budgetOf, type Town } from "../../playground/kubernetes/town.js";
import { openShop } from "./shop.js";

const budgets = (...rules: readonly Omit<Budget, "name">[]): Partial<Workload> => ({
  budgets: rules.map((rule, index) => ({ name: index === 0 ? "ui" : `ui-${index}`, ...rule })),
});

/** RBAC is asked before anything is done: a place for an answer of the API server's own. */
const answering = (code: number, reason: string | undefined, message: string) => ({
  authorize: () => {
    throw new ApiError(failure(code, reason, message));
  },
});

const changeBudget = (town: Town) =>
  town.cluster.store.update("poddisruptionbudgets", budgetOf(town).metadata, ({ spec }) => {
    spec.minAvailable = 2;
  });

const endNamespace = (town: Town) =>
  town.cluster.store.update("namespaces", { name: "shop" }, ({ status }) => {
    status.phase = "Terminating";
  });

interface Case {
  readonly workload?: Partial<Workload>;
  readonly prepare?: (town: Town) => unknown;
  readonly answer: EvictionAnswer;
}

const cases: readonly (readonly [string, Case])[] = [
  ["a pod without a budget would go", { answer: { kind: "would go" } }],
  [
    "a pod would go while its budget is free",
    { workload: budgets({ minAvailable: 2 }), answer: { kind: "would go" } },
  ],
  [
    "a budget is used up",
    {
      workload: budgets({ minAvailable: "100%" }),
      answer: { kind: "budget used up", budget: "ui", needs: 3, has: 3 },
    },
  ],
  [
    "a budget cannot be computed",
    {
      workload: { kind: "DaemonSet", ...budgets({ maxUnavailable: 1 }) },
      answer: {
        kind: "budget cannot be computed",
        budget: "ui",
        why: "daemonsets.apps does not implement the scale subresource",
      },
    },
  ],
  [
    "a budget has just been changed",
    {
      workload: budgets({ minAvailable: 1 }),
      prepare: changeBudget,
      answer: { kind: "budget not yet observed", budget: "ui" },
    },
  ],
  [
    "two budgets are over one pod",
    { workload: budgets({ minAvailable: 0 }, { minAvailable: 0 }), answer: { kind: "several budgets" } },
  ],
  [
    "the namespace is being deleted",
    { workload: budgets({ minAvailable: 3 }), prepare: endNamespace, answer: { kind: "would go" } },
  ],
];

describe("a dry-run eviction", () => {
  it.each(cases)("%s, and nothing changes", async (_rule, { workload, prepare, answer }) => {
    const { town, kubernetes, pod } = await openShop(workload);
    prepare?.(town);
    const before = town.cluster.store.version;
    expect(await kubernetes.tryEviction(pod)).toEqual(answer);
    expect(town.cluster.store.version).toBe(before);
  });

  it("of a pod that is gone says so", async () => {
    const { kubernetes } = await openShop();
    const pod = { namespace: "shop", name: "nobody" };
    expect(await kubernetes.tryEviction(pod)).toEqual({ kind: "gone" });
  });

  it("gives every pod of a budget of one the same answer, since none is used", async () => {
    const { town, kubernetes } = await openShop(budgets({ maxUnavailable: 1 }));
    const pods = town.cluster.store.list("pods").filter(({ metadata }) => metadata.namespace === "shop");
    const answers = await Promise.all(
      pods.map(({ metadata }) => kubernetes.tryEviction({ namespace: "shop", name: metadata.name })),
    );
    expect(answers).toEqual(Array(3).fill({ kind: "would go" }));
    expect(budgetOf(town).status.disruptionsAllowed).toBe(1);
  });

  it.each([
    ["the bot may not", { authorize: () => false }, "the bot may not create pods/eviction"],
    [
      "a webhook says no",
      answering(403, "Forbidden", 'admission webhook "guard.example.com" denied the request: no'),
      'admission webhook "guard.example.com" said no',
    ],
  ])("has no answer where %s", async (_rule, options, why) => {
    const { kubernetes, pod } = await openShop(budgets({ minAvailable: 3 }), options);
    expect(await kubernetes.tryEviction(pod)).toMatchObject({ kind: "no answer", why });
  });
});

describe("a dry-run eviction throws", () => {
  it.each([
    ["where the API server throttles", 429, "Too many requests, please try again later.", "busy"],
    ["where the API server breaks", 500, "etcdserver: leader changed", "busy"],
    ["where this is no API of pods", 404, "the server could not find the requested resource", "not found"],
  ])("%s", async (_rule, code, message, kind) => {
    const { kubernetes, pod } = await openShop({}, answering(code, "Any", message));
    await expect(kubernetes.tryEviction(pod)).rejects.toMatchObject({
      kind,
      code: `HTTP ${code}`,
      call: `ask whether pod ${pod.namespace}/${pod.name} could be evicted`,
    });
  });

  it("where the bot is unknown", async () => {
    const { kubernetes, pod } = await openShop({}, { staticToken: "another" });
    await expect(kubernetes.tryEviction(pod)).rejects.toMatchObject({
      kind: "denied",
      next: expect.stringContaining("access entry"),
    });
  });

  it("where nobody listens", async () => {
    const { kubernetes, pod, server } = await openShop();
    await server.close();
    await expect(kubernetes.tryEviction(pod)).rejects.toMatchObject({
      kind: "unreachable",
      code: "ECONNREFUSED",
    });
  });

  it("the signal's reason where it is aborted", async () => {
    const stopping = new AbortController();
    const authorize = () => {
      stopping.abort(new Error("shutting down"));
      return true;
    };
    const { kubernetes, pod } = await openShop({}, { authorize });
    await expect(kubernetes.tryEviction(pod, stopping.signal)).rejects.toThrow("shutting down");
  });
});

/** An API server that grants everything and notes what it is asked. */
async function openNotary() {
  const asked: { method: string | undefined; url: string | undefined; body: unknown }[] = [];
  const { authority, certificate, key } = createCertificates();
  const server = createServer({ cert: certificate, key }, async (request, response) => {
    asked.push({ method: request.method, url: request.url, body: await json(request) });
    response.writeHead(201, { "content-type": "application/json" });
    response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Success", code: 201 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const certificateAuthority = Buffer.from(authority).toString("base64");
  return { asked, access: { endpoint, certificateAuthority } };
}

describe("what is asked", () => {
  it("is a dry run to the eviction, and to the admission webhooks on its way", async () => {
    const { asked, access } = await openNotary();
    const kubernetes = connectKubernetes({ access, token: async () => "any" });
    await kubernetes.tryEviction({ namespace: "shop", name: "ui-1" });
    expect(asked).toEqual([
      {
        method: "POST",
        url: "/api/v1/namespaces/shop/pods/ui-1/eviction?dryRun=All",
        body: {
          apiVersion: "policy/v1",
          kind: "Eviction",
          metadata: { namespace: "shop", name: "ui-1" },
          deleteOptions: { dryRun: ["All"] },
        },
      },
    ]);
  });
});
