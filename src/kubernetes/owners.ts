import type { V1Deployment, V1StatefulSet } from "@kubernetes/client-node";
import type { Instant } from "../core/instant.js";
import { changeKeys, type JsonPatch } from "../core/roll/json-patch.js";
import type { OwnerRef, OwnerSeen } from "../core/roll/seen.js";
import { change } from "./change.js";
import { appsGroup, autoscalingGroup, type Send } from "./connection.js";
import { lister } from "./lists.js";
import { isNotFound, troubleOf } from "./trouble.js";
import { given } from "./values.js";

type Workload = V1Deployment | V1StatefulSet;

/** Owners that can be restarted and scaled: how the API calls them, and reads and writes one. */
interface Kind {
  /** As RBAC calls it. */
  readonly resource: string;
  read(name: Name): Promise<Workload>;
  write(patch: Name & { body: JsonPatch }): Promise<Workload>;
}

interface Name {
  readonly namespace: string;
  readonly name: string;
}

function kindOf(send: Send, kind: string, signal: AbortSignal | undefined): Kind | undefined {
  switch (kind) {
    case "Deployment":
      return {
        resource: "deployments.apps",
        read: (name) => send(appsGroup, signal, (api) => api.readNamespacedDeployment(name)),
        write: (patch) => send(appsGroup, signal, (api) => api.patchNamespacedDeployment(patch)),
      };
    case "StatefulSet":
      return {
        resource: "statefulsets.apps",
        read: (name) => send(appsGroup, signal, (api) => api.readNamespacedStatefulSet(name)),
        write: (patch) => send(appsGroup, signal, (api) => api.patchNamespacedStatefulSet(patch)),
      };
    default:
      return undefined;
  }
}

const nameOf = ({ namespace, name }: OwnerRef): Name => ({ namespace, name });
const titleOf = ({ kind, namespace, name }: OwnerRef) => `${kind} ${namespace}/${name}`;

export async function readOwner(
  send: Send,
  owner: OwnerRef,
  signal: AbortSignal | undefined,
): Promise<OwnerSeen | undefined> {
  const kind = kindOf(send, owner.kind, signal);
  if (!kind) return undefined;
  try {
    const { metadata, spec, status } = await kind.read(nameOf(owner));
    return {
      ...owner,
      uid: metadata?.uid ?? "",
      replicas: spec?.replicas ?? 1,
      readyReplicas: status?.readyReplicas ?? 0,
      ...given("autoscaler", await autoscalerOf(send, owner, signal)),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (isNotFound(error)) return undefined;
    throw troubleOf(error, { permission: `get ${kind.resource}`, doing: `read ${titleOf(owner)}` });
  }
}

async function autoscalerOf(
  send: Send,
  owner: OwnerRef,
  signal: AbortSignal | undefined,
): Promise<OwnerSeen["autoscaler"]> {
  const call = {
    permission: "list horizontalpodautoscalers.autoscaling",
    doing: `list the HorizontalPodAutoscalers of namespace ${owner.namespace}`,
  };
  const all = await lister(send)(
    {
      call,
      group: autoscalingGroup,
      read: (api, page) => api.listNamespacedHorizontalPodAutoscaler({ namespace: owner.namespace, ...page }),
      seen: ({ metadata, spec }) => ({
        name: metadata?.name ?? "",
        min: spec?.minReplicas ?? 1,
        target: spec?.scaleTargetRef,
      }),
    },
    signal,
  );
  const found = all.find(({ target }) => target?.kind === owner.kind && target.name === owner.name);
  return found && { name: found.name, min: found.min };
}

const restartAnnotation = "kubectl.kubernetes.io/restartedAt";

/** A restart that is as late, or later, is not taken back. */
export async function restartOwner(
  send: Send,
  owner: OwnerRef,
  at: Instant,
  signal: AbortSignal | undefined,
): Promise<"restarted" | "gone"> {
  const there = await changeOwner(send, owner, `restart ${titleOf(owner)}`, restartPatch, signal);
  return there ? "restarted" : "gone";

  function restartPatch({ spec }: Workload): JsonPatch {
    const annotations = spec?.template.metadata?.annotations ?? {};
    const last = Date.parse(annotations[restartAnnotation] ?? "");
    if (last >= at) return [];
    return changeKeys("/spec/template/metadata/annotations", annotations, {
      [restartAnnotation]: new Date(at).toISOString(),
    });
  }
}

export async function scaleOwner(
  send: Send,
  owner: OwnerRef,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal | undefined,
): Promise<"scaled" | "moved" | "gone"> {
  let moved = false;
  const there = await changeOwner(send, owner, `scale ${titleOf(owner)}`, scalePatch, signal);
  if (!there) return "gone";
  return moved ? "moved" : "scaled";

  function scalePatch({ spec }: Workload): JsonPatch {
    const replicas = spec?.replicas ?? 1;
    moved = replicas !== from && replicas !== to;
    return replicas === from && from !== to ? [{ op: "add", path: "/spec/replicas", value: to }] : [];
  }
}

async function changeOwner(
  send: Send,
  owner: OwnerRef,
  doing: string,
  patchOf: (workload: Workload) => JsonPatch,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const kind = kindOf(send, owner.kind, signal);
  if (!kind) return false;
  const name = nameOf(owner);
  return change(
    {
      doing,
      resource: kind.resource,
      read: () => kind.read(name),
      patchOf,
      write: (body) => kind.write({ ...name, body }),
    },
    signal,
  );
}
