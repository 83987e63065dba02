import { describe, expect, it } from "vitest";
import type { Town } from "../../playground/kubernetes/town.js";
import { openShop } from "./shop.js";

const owners = (["Deployment", "StatefulSet"] as const).map((kind) => ({
  kind,
  namespace: "shop",
  name: "ui",
}));
const [deployment] = owners;
if (!deployment) throw new Error("There is no owner.");
const at = Date.parse("2026-03-01T09:30:00Z");
const restartedAt = "kubectl.kubernetes.io/restartedAt";

type Owner = (typeof owners)[number];

function objectOf({ cluster }: Town, { kind, namespace, name }: Owner) {
  const found = cluster.store.get(kind === "Deployment" ? "deployments" : "statefulsets", {
    namespace,
    name,
  });
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found;
}

const replicasOf = (town: Town, owner: Owner) => objectOf(town, owner).spec.replicas;
const restartOf = (town: Town, owner: Owner) =>
  objectOf(town, owner).spec.template.metadata.annotations?.[restartedAt];

function setReplicas({ cluster }: Town, { kind, namespace, name }: Owner, replicas: number) {
  const resource = kind === "Deployment" ? "deployments" : "statefulsets";
  cluster.store.update(resource, { namespace, name }, ({ spec }) => {
    spec.replicas = replicas;
  });
}

describe.each(owners)("a $kind", (owner) => {
  const open = (options = {}) => openShop({ kind: owner.kind }, options);

  it("is seen with its replicas", async () => {
    const { town, kubernetes } = await open();
    expect(await kubernetes.owner(owner)).toEqual({
      ...owner,
      uid: objectOf(town, owner).metadata.uid,
      replicas: 3,
      readyReplicas: 3,
    });
  });

  it("that is not there is none, and gone", async () => {
    const { kubernetes } = await open();
    const nobody = { ...owner, name: "nobody" };
    expect(await kubernetes.owner(nobody)).toBeUndefined();
    expect(await kubernetes.restartOwner(nobody, at)).toBe("gone");
    expect(await kubernetes.scaleOwner(nobody, 3, 4)).toBe("gone");
  });

  it("restarts as kubectl restarts it, once for each moment", async () => {
    const { town, kubernetes } = await open();
    expect(await kubernetes.restartOwner(owner, at)).toBe("restarted");
    expect(restartOf(town, owner)).toBe("2026-03-01T09:30:00.000Z");
    const { generation } = objectOf(town, owner).metadata;
    expect(await kubernetes.restartOwner(owner, at)).toBe("restarted");
    expect(await kubernetes.restartOwner(owner, at - 60_000)).toBe("restarted");
    expect(objectOf(town, owner).metadata.generation).toBe(generation);
    await kubernetes.restartOwner(owner, at + 60_000);
    expect(restartOf(town, owner)).toBe("2026-03-01T09:31:00.000Z");
  });

  it("is scaled once, from what was expected", async () => {
    const { town, kubernetes } = await open();
    expect(await kubernetes.scaleOwner(owner, 3, 4)).toBe("scaled");
    expect(await kubernetes.scaleOwner(owner, 3, 4)).toBe("scaled");
    expect(replicasOf(town, owner)).toBe(4);
  });

  it.each([
    ["up again by nobody", 4, 3],
    ["up by somebody meanwhile", 3, 4],
  ])("that was moved stays as it is: %s", async (_rule, from, to) => {
    const { town, kubernetes } = await open();
    setReplicas(town, owner, 7);
    expect(await kubernetes.scaleOwner(owner, from, to)).toBe("moved");
    expect(replicasOf(town, owner)).toBe(7);
  });

  it("that somebody scales between our reading and our writing is theirs", async () => {
    const { town, kubernetes, server } = await open();
    server.authorize = ({ verb }) => {
      if (verb === "patch" && replicasOf(town, owner) === 3) setReplicas(town, owner, 7);
      return true;
    };
    expect(await kubernetes.scaleOwner(owner, 3, 4)).toBe("moved");
    expect(replicasOf(town, owner)).toBe(7);
  });

  it.each(["get", "patch"])("without the right to %s it is denied, and names it", async (verb) => {
    const { kubernetes } = await open({ authorize: (access: { verb: string }) => access.verb !== verb });
    await expect(kubernetes.restartOwner(owner, at)).rejects.toMatchObject({
      kind: "denied",
      next: expect.stringContaining(`"${verb} ${owner.kind.toLowerCase()}s.apps"`),
    });
  });
});

describe("an owner", () => {
  it("tells the autoscaler that would undo a change of its replicas", async () => {
    const { kubernetes } = await openShop({ autoscaler: { minReplicas: 3, maxReplicas: 5 } });
    expect(await kubernetes.owner(deployment)).toMatchObject({ autoscaler: { name: "ui", min: 3 } });
  });

  it("does not take another owner's autoscaler for its own", async () => {
    const { town, kubernetes } = await openShop({ autoscaler: { minReplicas: 3, maxReplicas: 5 } });
    town.cluster.deploy([{ kind: "Deployment", namespace: "shop", name: "cart", image: "cart:1" }]);
    expect(await kubernetes.owner({ ...deployment, name: "cart" })).not.toHaveProperty("autoscaler");
  });

  it("whose autoscalers cannot be listed is denied, and names the right", async () => {
    const { kubernetes } = await openShop({}, { authorize: ({ verb }) => verb !== "list" });
    await expect(kubernetes.owner(deployment)).rejects.toMatchObject({
      kind: "denied",
      next: expect.stringContaining('"list horizontalpodautoscalers.autoscaling"'),
    });
  });

  it("of another kind is none of ours", async () => {
    const { kubernetes } = await openShop({ kind: "DaemonSet" }, { authorize: () => false });
    const daemon = { ...deployment, kind: "DaemonSet" };
    expect(await kubernetes.owner(daemon)).toBeUndefined();
    expect(await kubernetes.restartOwner(daemon, at)).toBe("gone");
    expect(await kubernetes.scaleOwner(daemon, 3, 4)).toBe("gone");
  });
});
