import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get, type RequestOptions } from "node:https";
import { connect } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { serveKubernetes } from "../../../playground/kubernetes/server.js";
import { foundShop, foundTown, type Town } from "./town.js";

const serve = async (town: Town) => {
  const server = await serveKubernetes(town.cluster, { staticToken: "let-me-in" });
  onTestFinished(() => server.close());
  const ca = Buffer.from(server.certificateAuthorityData, "base64").toString("utf8");
  return Object.assign(server, { ca });
};

async function fetchPage(url: string, options: RequestOptions) {
  const [response] = (await once(get(url, { agent: false, ...options }), "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  return {
    code: response.statusCode,
    headers: response.headers,
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

const bearer = { authorization: "Bearer let-me-in" };

describe("the certificate", () => {
  it.each(["127.0.0.1", "localhost"])("is trusted for %s through the cluster's authority", async (host) => {
    const { endpoint, ca } = await serve(foundTown());
    const { code, text } = await fetchPage(endpoint.replace("127.0.0.1", host), { ca, path: "/readyz" });
    expect({ code, text }).toEqual({ code: 200, text: "ok" });
  });

  it("is not trusted without it, nor through another cluster's", async () => {
    const { endpoint } = await serve(foundTown());
    const { ca } = await serve(foundTown());
    await expect(fetchPage(`${endpoint}/readyz`, {})).rejects.toThrow(/unable to verify|self-signed/);
    await expect(fetchPage(`${endpoint}/readyz`, { ca })).rejects.toThrow(/certificate/);
  });

  it("was valid long before the world began", async () => {
    const { endpoint, ca } = await serve(foundTown());
    const socket = connect({ host: "127.0.0.1", port: Number(new URL(endpoint).port), ca });
    await once(socket, "secureConnect");
    const { valid_from, subject } = socket.getPeerCertificate();
    socket.destroy();
    expect(subject.CN).toBe("kube-apiserver");
    expect(Date.now() - Date.parse(valid_from)).toBeGreaterThan(300 * 24 * 3600_000);
  });
});

describe("the API server", () => {
  it.each(["/healthz", "/livez", "/readyz"])("tells anybody its health at %s", async (path) => {
    const { endpoint, ca } = await serve(foundTown());
    expect(await fetchPage(endpoint + path, { ca })).toMatchObject({ code: 200, text: "ok" });
  });

  it.each([
    ["nobody without a token", "/api/v1/nodes", {}, 401, "Unauthorized"],
    ["a path that is none", "/nowhere", bearer, 404, "NotFound"],
    ["a resource that is none", "/api/v1/widgets", bearer, 404, "NotFound"],
    ["a group that is none", "/apis/example.com/v1/widgets", bearer, 404, "NotFound"],
    ["a path that cannot be decoded", "/api/v1/nodes/%zz", bearer, 400, "BadRequest"],
  ])("answers with a Status to %s", async (_case, path, headers, code, reason) => {
    const { endpoint, ca } = await serve(foundTown());
    const answer = await fetchPage(endpoint + path, { ca, headers });
    expect(answer.code).toBe(code);
    expect(JSON.parse(answer.text)).toMatchObject({ kind: "Status", status: "Failure", code, reason });
  });

  it("shows nodes as a table to those who ask for one", async () => {
    const town = await foundShop();
    town.cluster.changeNode("a", { unschedulable: true });
    const { endpoint, ca } = await serve(town);
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    const { text } = await fetchPage(`${endpoint}/api/v1/nodes`, { ca, headers: { ...bearer, accept } });
    const table = JSON.parse(text) as { columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] };
    expect(table.columnDefinitions.map(({ name }) => name).slice(0, 5)).toEqual([
      "Name",
      "Status",
      "Roles",
      "Age",
      "Version",
    ]);
    expect(table.rows.map(({ cells }) => cells.slice(0, 5))).toEqual([
      ["a", "Ready,SchedulingDisabled", "<none>", "60s", "v1.34.9-eks-1a2b3c4"],
      ["b", "Ready", "<none>", "60s", "v1.34.9-eks-1a2b3c4"],
      ["c", "Ready", "<none>", "60s", "v1.34.9-eks-1a2b3c4"],
    ]);
  });

  it("counts what each client asks for, a refused request included", async () => {
    const { endpoint, ca, requests } = await serve(foundTown());
    const ask = (path: string, agent: string, headers = {}) =>
      fetchPage(endpoint + path, { ca, headers: { ...headers, "user-agent": agent } });
    await ask("/api/v1/nodes", "one/1.0", bearer);
    await ask("/api/v1/nodes", "one/1.0");
    await ask("/api/v1/namespaces/shop/pods/ui", "two/1.0", bearer);
    await ask("/version", "two/1.0", bearer);
    expect(requests.list("two")).toEqual([
      { client: "two/1.0", request: "get pods", count: 1 },
      { client: "two/1.0", request: "get /version", count: 1 },
    ]);
    expect([requests.total("one"), requests.total()]).toEqual([2, 4]);
    requests.reset();
    expect(requests.total()).toBe(0);
  });

  it("throttles one client in plain text, as priority and fairness does", async () => {
    const server = await serve(foundTown());
    server.faults = (_access, client) => (client.startsWith("busy") ? "throttled" : undefined);
    const ask = (agent: string) =>
      fetchPage(`${server.endpoint}/api/v1/nodes`, {
        ca: server.ca,
        headers: { ...bearer, "user-agent": agent },
      });
    expect((await ask("idle/1.0")).code).toBe(200);
    const { code, text, headers } = await ask("busy/1.0");
    expect({ code, text, retry: headers["retry-after"] }).toEqual({
      code: 429,
      text: "Too many requests, please try again later.\n",
      retry: "1",
    });
  });

  it("cuts open watches when it closes", async () => {
    const server = await serveKubernetes(foundTown().cluster, { staticToken: "let-me-in" });
    const ca = Buffer.from(server.certificateAuthorityData, "base64");
    const watching = fetchPage(`${server.endpoint}/api/v1/nodes?watch=true`, { ca, headers: bearer });
    const cut = expect(watching).rejects.toThrow();
    await fetchPage(`${server.endpoint}/readyz`, { ca });
    await server.close();
    await cut;
  });
});
