import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { realClock } from "../src/clock.js";
import type { PodWait } from "../src/core/drain/waits.js";
import { connectKubernetes } from "../src/kubernetes/cluster.js";
import { drainTurn } from "../src/phases/drain.js";
import type { CountingProxy } from "./proxy.js";

/** Cordons a node and empties it, through the proxy. */
export type Drainer = (node: string) => Promise<void>;

/** As a worker does it: turn after turn, until nothing is left. */
export async function ourDrain({ endpoint, certificateAuthority }: CountingProxy): Promise<Drainer> {
  const access = { endpoint, certificateAuthority };
  const kubernetes = connectKubernetes({ access, token: async () => "the proxy has its own" });
  // A bot that has been up for a minute has loaded its client.
  await kubernetes.allNodes();
  return async (name) => {
    const node = (await kubernetes.allNodes()).find((each) => each.name === name);
    if (!node) throw new Error(`There is no node ${name}.`);
    await kubernetes.markNode(node, ["cordon"], "bench");
    const nodes = { [name]: realClock.now() };
    let waits: readonly PodWait[] = [];
    for (let left = 1; left > 0; ) {
      const report = await drainTurn({ kubernetes, nodes, waits, clock: realClock });
      left = Object.values(report.left).flat().length;
      waits = report.waits;
    }
  };
}

export function kubectlDrain(proxy: CountingProxy, folder: string): Drainer {
  const kubeconfig = join(folder, "proxy.json");
  const cluster = { server: proxy.endpoint, "certificate-authority-data": proxy.certificateAuthority };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "bench",
      clusters: [{ name: "bench", cluster }],
      users: [{ name: "bench", user: { token: "the proxy has its own" } }],
      contexts: [{ name: "bench", context: { cluster: "bench", user: "bench" } }],
    }),
  );
  const flags = ["--ignore-daemonsets", "--delete-emptydir-data", "--force"];
  // HOME: a cache of its own.
  return async (node) => {
    await run("kubectl", ["drain", node, ...flags], { KUBECONFIG: kubeconfig, HOME: folder });
  };
}

/** Resolves with what it prints. */
export async function run(
  program: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>>,
  input = "",
): Promise<string> {
  const child = spawn(program, words, { env: { ...process.env, ...variables } });
  let said = "";
  let complained = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (complained += text));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${program} ${words.join(" ")} failed:\n${complained}`);
  return said;
}
