import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { simulateKubernetes } from "../../../playground/kubernetes/cluster.js";
import { serveKubernetes } from "../../../playground/kubernetes/server.js";
import { startClock } from "../../../playground/world/clock.js";
import { addReadyNodes, agent, podsOf, shop, statusOf } from "./town.js";

const isInstalled = spawnSync("kubectl", ["version", "--client"]).status === 0;

/** A shop at a hundred times the speed, and kubectl pointed at it. */
async function openShop() {
  const clock = startClock({ speed: 100, worldOrigin: Date.now() - 30 * 24 * 3600_000 });
  const cluster = simulateKubernetes({ name: "town", clock });
  const town = { clock, cluster };
  addReadyNodes(town, "a", "b", "c");
  cluster.deploy([agent, shop({ budgets: [{ name: "ui", minAvailable: 2 }] })]);
  const server = await serveKubernetes(cluster, { staticToken: "let-me-in" });
  const folder = mkdtempSync(join(tmpdir(), "kubectl-"));
  onTestFinished(async () => {
    cluster.stop();
    clock.stop();
    rmSync(folder, { recursive: true });
    await server.close();
  });
  const kubeconfig = join(folder, "config");
  const access = { server: server.endpoint, "certificate-authority-data": server.certificateAuthorityData };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "town", cluster: access }],
      users: [{ name: "me", user: { token: "let-me-in" } }],
      contexts: [{ name: "town", context: { cluster: "town", user: "me" } }],
      "current-context": "town",
    }),
  );
  await expect
    .poll(() => podsOf(town).map((pod) => statusOf(pod, "Ready")), { timeout: 5000 })
    .toEqual(["True", "True", "True"]);
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder };
  const kubectl = async (...words: readonly string[]) =>
    (await promisify(execFile)("kubectl", words, { env, timeout: 15_000 })).stdout;
  return { town, kubectl };
}

describe.skipIf(!isInstalled)("the real kubectl", () => {
  it("gets nodes and pods as tables", async () => {
    const { kubectl } = await openShop();
    expect(await kubectl("get", "nodes")).toMatch(/^NAME +STATUS +ROLES +AGE +VERSION\na +Ready +<none>/);
    expect(await kubectl("get", "pods", "-A", "-o", "wide")).toMatch(/shop +ui-\S+ +1\/1 +Running/);
  });

  it("cordons, drains and uncordons a node", async () => {
    const { town, kubectl } = await openShop();
    const output = await kubectl("drain", "a", "--ignore-daemonsets");
    expect(output).toMatch(/node\/a drained/);
    expect(town.cluster.podsToEvict("a")).toEqual([]);
    expect(await kubectl("get", "node", "a")).toContain("Ready,SchedulingDisabled");
    await kubectl("uncordon", "a");
    expect(town.cluster.store.get("nodes", { name: "a" })?.spec.taints).toBeUndefined();
  });

  it("describes a node with its lease and its pods", async () => {
    const { kubectl } = await openShop();
    const description = await kubectl("describe", "node", "a");
    expect(description).toMatch(/HolderIdentity: +a/);
    expect(description).toMatch(/kube-system +aws-node-/);
  });
});
