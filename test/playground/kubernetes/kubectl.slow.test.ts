import { expect, it } from "vitest";
import { describeWith } from "../programs.js";
import { openShop } from "./kubectl.js";
import { podsOf } from "./town.js";

describeWith("kubectl", () => {
  it.each([
    ["nodes", ["nodes"], /^NAME +STATUS +ROLES +AGE +VERSION\na +Ready +<none> +\d+\w* +v1.34/],
    [
      "nodes, wide",
      ["nodes", "-o", "wide"],
      /INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-/,
    ],
    [
      "pods",
      ["pods", "-A"],
      /^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE\n.*aws-node-\w+ +1\/1 +Running +0/,
    ],
    [
      "pods, wide",
      ["pods", "-A", "-o", "wide"],
      /IP +NODE +NOMINATED NODE +READINESS GATES\n.* [abc] +<none>/,
    ],
    ["deployments", ["deploy", "-A"], /READY +UP-TO-DATE +AVAILABLE +AGE\nshop +ui +3\/3 +3 +3 +\d/],
    ["ReplicaSets", ["rs", "-A"], /DESIRED +CURRENT +READY +AGE\nshop +ui-\w+ +3 +3 +3 +\d/],
    ["DaemonSets", ["ds", "-A"], /DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE +NODE SELECTOR +AGE\n/],
    [
      "budgets",
      ["pdb", "-A"],
      /MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\nshop +ui +2 +N\/A +1/,
    ],
    [
      "events",
      ["events", "-A"],
      /LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n[\s\S]* Normal +NodeReady +node\/a/,
    ],
    ["leases", ["leases", "-A"], /HOLDER +AGE\nkube-node-lease +a +a +\d/],
    ["namespaces", ["ns"], /STATUS +AGE\ndefault +Active +\d/],
    ["all there is", ["all", "-A"], /pod\/ui-[\s\S]*deployment.apps\/ui [\s\S]*daemonset.apps\/aws-node/],
  ])("gets %s as a table without gaps", async (_what, words, table) => {
    const { kubectl } = await openShop();
    const printed = await kubectl("get", ...words);
    expect(printed).toMatch(table);
    expect(printed).not.toMatch(/<unknown>|undefined|NaN/);
  });

  it("watches nodes", async () => {
    const { town, kubectl, follow } = await openShop();
    const watched = follow("get", "nodes", "--watch");
    await expect.poll(watched, { timeout: 10_000 }).toMatch(/^c +Ready/m);
    town.cluster.changeNode("b", { unschedulable: true });
    await expect.poll(watched, { timeout: 10_000 }).toMatch(/^b +Ready,SchedulingDisabled/m);
    expect(await kubectl("get", "nodes")).toMatch(/^b +Ready,SchedulingDisabled/m);
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

  it("describes a node with its lease, its pods and what happened to it", async () => {
    const { kubectl } = await openShop();
    await kubectl("cordon", "a");
    const description = await kubectl("describe", "node", "a");
    expect(description).toMatch(/HolderIdentity: +a/);
    expect(description).toMatch(/kube-system +aws-node-/);
    expect(description).toMatch(/Taints: +node.kubernetes.io\/unschedulable:NoSchedule/);
    expect(description).toMatch(/Normal +NodeNotSchedulable .*kubelet/);
  });

  it("describes a budget, and a pod with its node and its events", async () => {
    const { town, kubectl } = await openShop();
    expect(await kubectl("describe", "pdb", "-n", "shop", "ui")).toMatch(/Allowed disruptions: +1/);
    const [pod] = podsOf(town);
    const description = await kubectl("describe", "pod", "-n", "shop", pod?.metadata.name ?? "");
    expect(description).toMatch(/Normal +Scheduled .*default-scheduler +Successfully assigned shop\/ui-/);
    expect(description).toMatch(/Normal +Started .*kubelet +Started container ui/);
  });

  it("taints, labels and annotates a node, and takes it back", async () => {
    const { town, kubectl } = await openShop();
    const node = () => town.cluster.store.get("nodes", { name: "a" });
    await kubectl("taint", "node", "a", "team=red:NoSchedule");
    await kubectl("label", "node", "a", "tier=gold");
    await kubectl("annotate", "node", "a", "note=mind the step");
    expect(node()?.spec.taints).toEqual([{ key: "team", value: "red", effect: "NoSchedule" }]);
    expect(node()?.metadata).toMatchObject({
      labels: { tier: "gold" },
      annotations: { note: "mind the step" },
    });
    await kubectl("taint", "node", "a", "team-");
    await kubectl("label", "node", "a", "tier-");
    expect(node()?.spec.taints ?? []).toEqual([]);
    expect(node()?.metadata.labels).not.toHaveProperty("tier");
  });

  it("scales a deployment and waits for it", async () => {
    const { town, kubectl } = await openShop();
    await kubectl("scale", "-n", "shop", "deployment/ui", "--replicas=5");
    expect(await kubectl("rollout", "status", "-n", "shop", "deployment/ui")).toContain(
      "successfully rolled out",
    );
    expect(podsOf(town)).toHaveLength(5);
  });

  it("restarts and scales a StatefulSet, and shows its volumes", async () => {
    const { town, kubectl } = await openShop();
    town.cluster.deploy([
      {
        kind: "StatefulSet",
        namespace: "shop",
        name: "db",
        replicas: 1,
        image: "db:1",
        claims: [{ name: "data", size: "10Gi" }],
        autoscaler: { minReplicas: 1, maxReplicas: 5 },
      },
    ]);
    await kubectl("rollout", "status", "-n", "shop", "statefulset/db");
    await kubectl("rollout", "restart", "-n", "shop", "statefulset/db");
    await kubectl("scale", "-n", "shop", "statefulset/db", "--replicas=2", "--current-replicas=1");
    await kubectl("rollout", "status", "-n", "shop", "statefulset/db");
    expect(await kubectl("get", "statefulsets", "-n", "shop")).toMatch(/db +2\/2/);
    expect(await kubectl("get", "pvc", "-n", "shop")).toMatch(/data-db-1 +Bound .+10Gi +RWO +gp3/);
    expect(await kubectl("get", "pv")).toContain("shop/data-db-0");
    expect(await kubectl("get", "volumeattachments")).toMatch(/ebs.csi.aws.com +pvc-.+ true/);
    expect(await kubectl("get", "hpa", "-n", "shop")).toMatch(/StatefulSet\/db .+ 1 +5 +2/);
    expect(await kubectl("describe", "pod", "-n", "shop", "db-0")).toContain(
      "Controlled By:  StatefulSet/db",
    );
  });

  it("deletes a pod, which is replaced", async () => {
    const { town, kubectl } = await openShop();
    const [pod] = podsOf(town).map(({ metadata }) => metadata.name);
    expect(await kubectl("delete", "pod", "-n", "shop", pod ?? "")).toContain(`"${pod}" deleted`);
    const names = podsOf(town).map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(3);
    expect(names).not.toContain(pod);
  });

  it("asks what it may do", async () => {
    const { kubectl } = await openShop();
    expect(await kubectl("auth", "can-i", "list", "pods")).toBe("yes\n");
    expect(await kubectl("auth", "can-i", "get", "/version")).toBe("yes\n");
  });

  it("patches a budget, but not into nonsense, and deletes it", async () => {
    const { kubectl } = await openShop();
    const patch = (body: object) =>
      kubectl("patch", "pdb", "-n", "shop", "ui", "--type=merge", "-p", JSON.stringify({ spec: body }));
    await patch({ minAvailable: null, maxUnavailable: "34%" });
    expect(await kubectl("get", "pdb", "-n", "shop")).toMatch(/ui +N\/A +34%/);
    await expect(patch({ minAvailable: 1 })).rejects.toThrow(/invalid: spec: .*cannot be both set/);
    await kubectl("delete", "pdb", "-n", "shop", "ui");
    await expect(kubectl("get", "pdb", "-n", "shop", "ui")).rejects.toThrow(/"ui" not found/);
  });

  it.each([
    ["logs", ["logs", "-n", "shop", "deploy/ui"], /simulated and runs no containers/],
    ["a node that is not there", ["get", "node", "z"], /nodes "z" not found/],
    ["a kind that is not there", ["get", "gadgets"], /doesn't have a resource type "gadgets"/],
    ["to make something", ["create", "ns", "new"], /does not allow this method/],
  ])("is refused %s in plain words", async (_what, words, answer) => {
    const { kubectl } = await openShop();
    await expect(kubectl(...words)).rejects.toThrow(answer);
  });

  it("drains a node once the budget that blocks it gives way", async () => {
    const { town, kubectl, follow } = await openShop(3);
    const draining = follow("drain", "a", "--ignore-daemonsets");
    await expect.poll(draining, { timeout: 30_000 }).toContain("(will retry after 5s): Cannot evict pod");
    expect(town.cluster.podsToEvict("a")).toHaveLength(1);
    await kubectl("patch", "pdb", "-n", "shop", "ui", "-p", '{"spec":{"minAvailable":2}}');
    await expect.poll(draining, { timeout: 30_000 }).toContain("node/a drained");
    expect(town.cluster.podsToEvict("a")).toEqual([]);
    expect(podsOf(town)).toHaveLength(3);
  });

  it("restarts a deployment, pod by pod", async () => {
    const { town, kubectl } = await openShop();
    const before = podsOf(town).map(({ metadata }) => metadata.name);
    await kubectl("rollout", "restart", "-n", "shop", "deployment/ui");
    await kubectl("rollout", "status", "-n", "shop", "deployment/ui");
    await expect.poll(() => podsOf(town).length, { timeout: 10_000 }).toBe(3);
    expect(podsOf(town).some(({ metadata }) => before.includes(metadata.name))).toBe(false);
  });
});
