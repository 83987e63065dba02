import type { RequestOptions } from "node:https";
import { KubeConfig, type V1Node, type V1Pod, type V1PodDisruptionBudget } from "@kubernetes/client-node";
import type { Arena } from "./arena.js";
import { run } from "./drainers.js";

/** A real cluster: two of its nodes, with all others cordoned for as long as it takes. Everything is put back at the end. */

const namespace = "bench-drain";
const roomFor = 110;

export async function openCluster(
  kubeconfig: string,
  { ends, starts }: Pick<Arena, "ends" | "starts">,
): Promise<Arena> {
  const kubectl = (words: readonly string[], input?: string) =>
    run("kubectl", words, { KUBECONFIG: kubeconfig }, input);
  const get = async <Item>(...words: string[]): Promise<readonly Item[]> =>
    JSON.parse(await kubectl(["get", ...words, "-o", "json"])).items;

  const all = await get<V1Node>("nodes");
  const open = all.filter(({ spec }) => !spec?.unschedulable).map(nameOf);
  const [one, other] = all.filter(isRoomy).map(nameOf);
  if (!one || !other) throw new Error(`It takes two schedulable nodes with room for ${roomFor} pods each.`);
  const setSchedulable = async (node: string, schedulable: boolean) => {
    await kubectl([schedulable ? "uncordon" : "cordon", node]);
  };
  const pods = () => get<V1Pod>("pods", "-n", namespace);
  const budgets = () => get<V1PodDisruptionBudget>("poddisruptionbudgets", "-n", namespace);
  return {
    upstream: await upstreamOf(kubeconfig),
    nodes: [one, other],
    ...{ ends, starts, setSchedulable },
    async open(replicas, maxUnavailable) {
      for (const node of open) if (node !== one) await setSchedulable(node, false);
      await kubectl(["apply", "-f", "-"], JSON.stringify(manifest(replicas, maxUnavailable)));
    },
    async ready(node, replicas) {
      const there = (await pods()).filter((pod) => pod.spec?.nodeName === node && isReady(pod));
      const allowed = (await budgets()).every(({ status }) => (status?.disruptionsAllowed ?? 0) > 0);
      return there.length === replicas && (await pods()).length === replicas && allowed;
    },
    async close() {
      await kubectl(["delete", "namespace", namespace, "--ignore-not-found"]);
      for (const node of open) await setSchedulable(node, true);
    },
  };
}

const nameOf = ({ metadata }: V1Node) => metadata?.name ?? "";

function isRoomy({ spec, status }: V1Node): boolean {
  return !spec?.unschedulable && Number(status?.allocatable?.pods ?? 0) >= roomFor;
}

function isReady({ metadata, status }: V1Pod): boolean {
  const ready = status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True");
  return ready === true && metadata?.deletionTimestamp === undefined;
}

async function upstreamOf(kubeconfig: string) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const options: RequestOptions & { headers: Record<string, string> } = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const authorization = options.headers.Authorization;
  const { ca, cert, key } = options;
  return {
    endpoint: config.getCurrentCluster()?.server ?? "",
    ...(ca !== undefined && { ca: `${ca}` }),
    ...(cert !== undefined && { cert: `${cert}` }),
    ...(key !== undefined && { key: `${key}` }),
    ...(authorization !== undefined && { authorization }),
  };
}

/** Pods that end as soon as they are told to. */
function manifest(replicas: number, maxUnavailable: number | undefined) {
  const metadata = { namespace, name: "web" };
  const selector = { matchLabels: { app: "web" } };
  const container = { name: "pause", image: "registry.k8s.io/pause:3.10" };
  const template = {
    metadata: { labels: selector.matchLabels },
    spec: { terminationGracePeriodSeconds: 1, containers: [container] },
  };
  const budget = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { maxUnavailable, selector },
  };
  const items = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas, selector, template } },
    ...(maxUnavailable === undefined ? [] : [budget]),
  ];
  return { apiVersion: "v1", kind: "List", items };
}
