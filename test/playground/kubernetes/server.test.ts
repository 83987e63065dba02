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
  return { ...server, ca: Buffer.from(server.certificateAuthorityData, "base64").toString("utf8") };
};

async function fetchPage(url: string, options: RequestOptions) {
  const [response] = (await once(get(url, { agent: false, ...options }), "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  return { code: response.statusCode, text: Buffer.concat(chunks).toString("utf8") };
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
