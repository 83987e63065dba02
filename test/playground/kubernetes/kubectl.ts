import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { simulateKubernetes } from "../../../playground/kubernetes/cluster.js";
import { kubeconfigOf } from "../../../playground/kubernetes/kubeconfig.js";
import { serveKubernetes } from "../../../playground/kubernetes/server.js";
import { startClock } from "../../../playground/world/clock.js";
import { runner } from "../programs.js";
import { addReadyNodes, agent, podsOf, shop, statusOf } from "./town.js";

/** A shop at a hundred times the speed, its three pods Ready, and kubectl pointed at it. */
export async function openShop(minAvailable = 2) {
  const clock = startClock({ speed: 100, worldOrigin: Date.now() - 30 * 24 * 3600_000 });
  const cluster = simulateKubernetes({ name: "town", clock });
  const town = { clock, cluster };
  addReadyNodes(town, "a", "b", "c");
  cluster.deploy([agent, shop({ budgets: [{ name: "ui", minAvailable }] })]);
  const server = await serveKubernetes(cluster);
  const folder = mkdtempSync(join(tmpdir(), "kubectl-"));
  onTestFinished(async () => {
    cluster.stop();
    clock.stop();
    rmSync(folder, { recursive: true });
    await server.close();
  });
  const kubeconfig = join(folder, "config");
  writeFileSync(kubeconfig, kubeconfigOf(new Map([["town", server]])));
  await expect
    .poll(() => podsOf(town).map((pod) => statusOf(pod, "Ready")), { timeout: 5000 })
    .toEqual(["True", "True", "True"]);
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder };
  return { town, kubectl: runner("kubectl", env), follow: (...words: string[]) => follow(env, words) };
}

/** A kubectl that keeps running until the test is over: what it has printed so far, to both outputs. */
function follow(env: NodeJS.ProcessEnv, words: readonly string[]): () => string {
  const child = spawn("kubectl", words, { env });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      printed += text;
    });
  }
  onTestFinished(() => void child.kill());
  return () => printed;
}
