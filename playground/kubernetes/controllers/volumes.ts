import type { Change } from "../collection.js";
import { isFinished } from "../conditions.js";
import type { Pod } from "../objects.js";
import type { PersistentVolume, VolumeAttachment } from "../storage-objects.js";
import type { Store } from "../store.js";
import { attachmentName, attachmentsOf, driver, volumesOf } from "../volumes.js";
import { type Alarms, type Controller, type ControllerInput, changesOf } from "./controller.js";

/** World milliseconds, as EBS takes them. */
const attachDelay = 3_000;
const detachDelay = 6_000;

/**
 * How long the controller waits for a kubelet that was ended before it had unmounted a volume: why a node is not to be terminated
 * before its volumes are detached.
 */
const unmountPatience = 6 * 60_000;

/** Attaches volumes to the nodes of the pods that use them, one node at a time, and detaches them when those are gone. */
export function volumeController({ store, alarms }: ControllerInput): Controller {
  return {
    watches: ["pods", "volumeattachments", "persistentvolumeclaims"],
    reconcile(changes) {
      for (const volume of touchedVolumes(store, changes)) attach(store, alarms, volume);
    },
  };
}

function touchedVolumes(store: Store, changes: readonly Change[]): Set<PersistentVolume> {
  const ofPods = changesOf(changes, "pods").flatMap(({ object }) => volumesOf(store, object));
  const ofAttachments = changesOf(changes, "volumeattachments").flatMap(
    ({ object }) => store.get("persistentvolumes", { name: object.spec.source.persistentVolumeName }) ?? [],
  );
  return new Set([...ofPods, ...ofAttachments]);
}

const uses = (pod: Pod) => pod.spec.nodeName !== undefined && !isFinished(pod);

function attach(store: Store, alarms: Alarms, { metadata, spec }: PersistentVolume): void {
  const { name } = metadata;
  const users = store.podsUsing(spec.claimRef).filter(uses);
  const nodes = users.map((pod) => pod.spec.nodeName ?? "");
  const attachments = attachmentsOf(store, name);
  for (const attachment of attachments)
    if (!nodes.includes(attachment.spec.nodeName)) detach(store, alarms, attachment);
  const [nodeName] = nodes;
  if (nodeName === undefined || attachments.length > 0) return;
  const created = store.create("volumeattachments", {
    metadata: { name: attachmentName(name, nodeName) },
    spec: { attacher: driver, nodeName, source: { persistentVolumeName: name } },
    status: { attached: false },
  });
  alarms.once(`attach ${created.metadata.uid}`, attachDelay, () => {
    store.update("volumeattachments", created.metadata, ({ status }) => {
      status.attached = true;
    });
  });
}

function detach(store: Store, alarms: Alarms, { metadata, spec }: VolumeAttachment): void {
  if (metadata.deletionTimestamp) return;
  const unmounted = store.get("nodes", { name: spec.nodeName }) !== undefined;
  store.update("volumeattachments", metadata, (draft) => {
    draft.metadata.deletionTimestamp = store.timestamp();
  });
  const wait = unmounted ? detachDelay : unmountPatience;
  alarms.once(`detach ${metadata.uid}`, wait, () => store.remove("volumeattachments", metadata));
}
