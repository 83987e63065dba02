import { type Milliseconds, minute, sayDuration } from "../instant.js";
import type { Problem } from "../problems.js";
import type { PodSeen } from "../seen.js";
import type { FilterName, PodVerdict } from "./filters.js";

/** A pod, and what the filters said of it. */
export type JudgedPod = PodVerdict & { readonly pod: PodSeen };

/** A drain is asked about after so long: a pod that may take longer to end would be asked about each time. */
const patience: Milliseconds = 15 * minute;

/** What does not stop a drain, and what somebody may want to know before: one warning for each kind. */
export function notesAbout(judged: readonly JudgedPod[]): Problem[] {
  const noted = (filter: FilterName) =>
    judged.filter(({ notes }) => notes.some((note) => note.filter === filter)).map(({ pod }) => pod);
  const leaving = judged.filter(({ verdict }) => verdict === "evict").map(({ pod }) => pod);
  const held = judged.filter(({ verdict }) => verdict === "hold").map(({ pod }) => pod);
  const slow = leaving.filter((pod) => pod.gracePeriod > patience);
  const longest = Math.max(...slow.map((pod) => pod.gracePeriod));
  return [
    ...warn("PodDoesNotEnd", held, "should have ended long ago", {
      next: "See whether its node is dead or a finalizer holds it, and delete it by hand.",
    }),
    ...warn("BarePod", noted("bare"), "has no controller and does not come back", {
      many: "have no controller and do not come back",
      next: "Recreate it yourself after the upgrade, or put it under a Deployment or Job before.",
    }),
    ...warn("GracePeriodLong", slow, `may take up to ${sayDuration(longest)} to end`, {
      next: "Nothing to do if you can wait that long; otherwise shorten terminationGracePeriodSeconds.",
    }),
    ...warn("PodComesBack", noted("comes back"), "tolerates every taint and may come back to its old node", {
      many: "tolerate every taint and may come back to their old nodes",
      next: "It is evicted once and then goes with the node. Narrow its tolerations if it should not.",
    }),
    ...warn(
      "VolumeBound",
      leaving.filter(({ claims }) => claims.length > 0),
      "mounts a volume that may be bound to its zone",
      {
        many: "mount volumes that may be bound to their zones",
        next: "Nothing to do as long as a new node in the same zone has room for it.",
      },
    ),
    ...warn("OptsOut", noted("opt out"), "asks autoscalers not to move it, and is moved all the same", {
      many: "ask autoscalers not to move them, and are moved all the same",
      next: "If it must not be disturbed now, wait for it to finish before you start.",
    }),
    ...warn("EmptyDirLost", noted("emptydir"), "loses what is in its emptyDir volumes", {
      many: "lose what is in their emptyDir volumes",
      next: "Nothing to do if that is scratch data; otherwise save it before.",
    }),
  ];
}

/** How many are named. */
const named = 3;

function warn(
  code: string,
  pods: readonly PodSeen[],
  one: string,
  { many = one, next }: { many?: string; next: string },
): Problem[] {
  if (pods.length === 0) return [];
  const names = pods.slice(0, named).map(({ namespace, name }) => `${namespace}/${name}`);
  const rest = pods.length > named ? ` and ${pods.length - named} more` : "";
  const what =
    pods.length === 1 ? `Pod ${names[0]} ${one}` : `${pods.length} pods ${many}: ${names.join(", ")}${rest}`;
  return [{ code, what, next }];
}
