import { safeName } from "./identity.js";
import type { Node, Pod } from "./objects.js";
import type { PersistentVolume, PersistentVolumeClaim, VolumeAttachment } from "./storage-objects.js";
import type { Store } from "./store.js";

export const zoneLabel = "topology.kubernetes.io/zone";
export const driver = "ebs.csi.aws.com";

/** The claims of a pod, by name; undefined where there is none. */
export function claimsOf(
  store: Store,
  { metadata, spec }: Pod,
): Map<string, PersistentVolumeClaim | undefined> {
  const claims = new Map<string, PersistentVolumeClaim | undefined>();
  for (const { persistentVolumeClaim: claim } of spec.volumes ?? []) {
    const name = claim?.claimName;
    if (name !== undefined)
      claims.set(name, store.get("persistentvolumeclaims", { namespace: metadata.namespace ?? "", name }));
  }
  return claims;
}

/** The volumes that a pod's claims are bound to. */
export function volumesOf(store: Store, pod: Pod): readonly PersistentVolume[] {
  return [...claimsOf(store, pod).values()].flatMap((claim) => {
    const name = claim?.spec.volumeName;
    return (name && store.get("persistentvolumes", { name })) || [];
  });
}

const zoneOf = ({ spec }: PersistentVolume) =>
  spec.nodeAffinity.required.nodeSelectorTerms[0]?.matchExpressions[0]?.values?.[0];

/** The zones of its volumes: a pod can run in no other. */
export const zonesOf = (store: Store, pod: Pod): ReadonlySet<string | undefined> =>
  new Set(volumesOf(store, pod).map(zoneOf));

/** Makes volumes in the node's zone for claims that have none yet: EBS volumes wait for their first consumer. */
export function bindClaims(store: Store, pod: Pod, node: Node): void {
  for (const claim of claimsOf(store, pod).values()) {
    if (claim && !claim.spec.volumeName) bind(store, claim, node.metadata.labels?.[zoneLabel] ?? "");
  }
}

function bind(store: Store, claim: PersistentVolumeClaim, zone: string): void {
  const { namespace = "", name, uid } = claim.metadata;
  const { accessModes, resources, storageClassName, volumeMode } = claim.spec;
  const volume = store.create("persistentvolumes", {
    metadata: { name: `pvc-${uid}` },
    spec: {
      capacity: { storage: resources.requests.storage },
      accessModes,
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid },
      csi: { driver, fsType: "ext4", volumeHandle: `vol-0${uid.replaceAll("-", "").slice(0, 16)}` },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: "In", values: [zone] }] }],
        },
      },
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName,
      volumeMode,
    },
    status: { phase: "Bound" },
  });
  store.update("persistentvolumeclaims", claim.metadata, ({ spec, status }) => {
    spec.volumeName = volume.metadata.name;
    Object.assign(status, { phase: "Bound", accessModes, capacity: volume.spec.capacity });
  });
}

export const attachmentsOf = (store: Store, volume: string): readonly VolumeAttachment[] =>
  store.list("volumeattachments").filter(({ spec }) => spec.source.persistentVolumeName === volume);

/** As its volumes are attached to its node, a pod can start. */
export function hasItsVolumes(store: Store, pod: Pod): boolean {
  if (claimsOf(store, pod).size === 0) return true;
  return volumesOf(store, pod).every((volume) =>
    attachmentsOf(store, volume.metadata.name).some(
      ({ metadata, spec, status }) =>
        spec.nodeName === pod.spec.nodeName && status.attached && !metadata.deletionTimestamp,
    ),
  );
}

/** "csi-…", the same for the same volume and node. */
export const attachmentName = (volume: string, node: string) => `csi-${safeName(`${volume} ${node}`, 20)}`;
