import { describe, expect, it } from "vitest";
import type { Town } from "../../playground/kubernetes/town.js";
import { openShop } from "./shop.js";

function attach({ cluster }: Town, volume: string, nodeName: string, attached = true) {
  cluster.store.create("volumeattachments", {
    metadata: { name: `csi-${volume}` },
    spec: { attacher: "ebs.csi.aws.com", nodeName, source: { persistentVolumeName: volume } },
    status: { attached },
  });
}

describe("a pod", () => {
  const nodes = ["a", "b", "c"];

  it("is seen with all that a drain has to know", async () => {
    const { town, kubernetes } = await openShop({
      kind: "StatefulSet",
      replicas: 1,
      emptyDir: true,
      gracePeriod: 42,
      toleratesEverything: true,
      priorityClassName: "system-cluster-critical",
      claims: [{ name: "data", size: "10Gi" }],
    });
    const [pod] = (await kubernetes.pods(nodes)).filter(({ namespace }) => namespace === "shop");
    expect(pod).toMatchObject({
      uid: town.cluster.store.get("pods", { namespace: "shop", name: "ui-0" })?.metadata.uid,
      owner: { kind: "StatefulSet", name: "ui" },
      emptyDir: true,
      gracePeriod: 42_000,
      toleratesEverything: true,
      critical: true,
      claims: ["data-ui-0"],
      crashLooping: false,
    });
  });

  it("is seen to crash again and again", async () => {
    const { kubernetes } = await openShop({ crashes: true });
    const pods = (await kubernetes.pods(nodes)).filter(({ namespace }) => namespace === "shop");
    expect(pods.map(({ crashLooping, ready }) => [crashLooping, ready])).toEqual(
      Array(3).fill([true, false]),
    );
  });
});

describe("attachments", () => {
  it("are seen of every node, also while they are being made or undone", async () => {
    const { town, kubernetes } = await openShop();
    attach(town, "pv-1", "a");
    attach(town, "pv-2", "b", false);
    expect(await kubernetes.attachments()).toEqual([
      { node: "a", volume: "pv-1" },
      { node: "b", volume: "pv-2" },
    ]);
  });

  it("are none where no volume is", async () => {
    expect(await (await openShop()).kubernetes.attachments()).toEqual([]);
  });

  it("that may not be listed are denied, and the right is named", async () => {
    const { kubernetes } = await openShop(
      {},
      { authorize: ({ resource }) => resource !== "volumeattachments" },
    );
    await expect(kubernetes.attachments()).rejects.toMatchObject({
      kind: "denied",
      next: expect.stringContaining('"list volumeattachments.storage.k8s.io"'),
    });
  });
});
