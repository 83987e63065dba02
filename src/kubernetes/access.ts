import type { AuthorizationV1Api } from "@kubernetes/client-node";
import { type ApiGroup, type ClusterConnection, sender } from "./connection.js";
import { troubleOf } from "./trouble.js";

/** What RBAC can allow, as a rule of a ClusterRole has it. */
export interface Permission {
  readonly verb: string;
  /** "": the core group. */
  readonly group: string;
  /** "pods", "pods/eviction" */
  readonly resource: string;
}

/** What the bot asks of every cluster. */
export const permissions: readonly Permission[] = [
  { verb: "list", group: "", resource: "nodes" },
  { verb: "list", group: "", resource: "pods" },
  { verb: "list", group: "policy", resource: "poddisruptionbudgets" },
  { verb: "create", group: "", resource: "pods/eviction" },
];

/** What it asks of a cluster beyond that, to roll a node group that EKS does not manage. */
export const rollPermissions: readonly Permission[] = [
  { verb: "get", group: "", resource: "nodes" },
  { verb: "patch", group: "", resource: "nodes" },
  { verb: "watch", group: "", resource: "pods" },
  { verb: "delete", group: "", resource: "pods" },
  { verb: "watch", group: "policy", resource: "poddisruptionbudgets" },
  { verb: "list", group: "storage.k8s.io", resource: "volumeattachments" },
  { verb: "get", group: "apps", resource: "deployments" },
  { verb: "patch", group: "apps", resource: "deployments" },
  { verb: "get", group: "apps", resource: "statefulsets" },
  { verb: "patch", group: "apps", resource: "statefulsets" },
  { verb: "list", group: "autoscaling", resource: "horizontalpodautoscalers" },
];

/** "list poddisruptionbudgets.policy" */
export function permissionText({ verb, group, resource }: Permission): string {
  return `${verb} ${resource}${group && `.${group}`}`;
}

/** Whether the cluster would allow it, in every namespace. Throws `Trouble`: "denied" where the bot is not let in at all. */
export type AccessReview = (permission: Permission, signal?: AbortSignal) => Promise<boolean>;

const authorizationGroup: ApiGroup<AuthorizationV1Api> = (client, configuration) =>
  new client.AuthorizationV1Api(configuration);

/** Everybody who is let in may ask this about themselves; the review is answered, and kept nowhere. */
export function connectAccessReview(connection: ClusterConnection): AccessReview {
  const send = sender(connection);
  return async (permission, signal) => {
    const { verb, group } = permission;
    const [resource = "", subresource] = permission.resource.split("/");
    const resourceAttributes = { verb, group, resource, ...(subresource && { subresource }) };
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    };
    try {
      const answer = await send(authorizationGroup, signal, (api) =>
        api.createSelfSubjectAccessReview({ body }),
      );
      return answer.status?.allowed === true;
    } catch (error) {
      signal?.throwIfAborted();
      const doing = `ask whether the bot may ${permissionText(permission)}`;
      throw troubleOf(error, { permission: "create selfsubjectaccessreviews.authorization.k8s.io", doing });
    }
  };
}
