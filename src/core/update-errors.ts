import type { Problem } from "./problems.js";
import type { UpdateErrorSeen } from "./seen.js";

interface Words {
  readonly what: (resources: string) => string;
  readonly next: string;
}

/** What EKS' ErrorCode values mean for a node group, and what a person does about them (EKS API reference, ErrorDetail). */
const words: Readonly<Record<string, Words>> = {
  PodEvictionFailure: {
    what: (on) => `EKS could not evict every pod${on && ` from ${on}`} within 15 minutes, and gave up`,
    next: "Find the pod that stayed (a disruption budget that allows nothing, two budgets over one pod, or a pod that tolerates every taint), make room for it, then try again: nodes already replaced are spared.",
  },
  NodeCreationFailure: {
    what: (on) => `New nodes${on && ` (${on})`} did not join the cluster within 15 minutes`,
    next: "Look at the new instances' console output and the Auto Scaling group's activities: capacity in a zone, EC2 quota, the node role, subnets and user data are the usual causes. Then try again.",
  },
  AccessDenied: {
    what: () => "EKS may not act in the cluster or in the account",
    next: "Check the node role's access entry (or the aws-auth ConfigMap), the eks:node-manager role in the cluster, and the cluster's IAM role. Then try again.",
  },
  OperationNotPermitted: {
    what: () => "EKS' service-linked role lacks a permission it needs",
    next: "Check AWSServiceRoleForAmazonEKSNodegroup and any service control policy over the account. Then try again.",
  },
  ClusterUnreachable: {
    what: () => "EKS could not reach the cluster's API",
    next: "Check the API endpoint, its security groups, and admission webhooks that fail closed. Then try again.",
  },
  IpNotAvailable: {
    what: (on) => `No free IP address${on && ` in ${on}`}`,
    next: "Free addresses in the subnets, or give the node group further subnets. Then try again.",
  },
  InsufficientFreeAddresses: {
    what: (on) => `Too few free IP addresses${on && ` in ${on}`}`,
    next: "Free addresses in the subnets, or give the node group further subnets. Then try again.",
  },
  EniLimitReached: {
    what: () => "The account has reached its limit of network interfaces",
    next: "Delete unused interfaces or raise the quota. Then try again.",
  },
  SubnetNotFound: {
    what: (on) => `A subnet of the group is gone${on && `: ${on}`}`,
    next: "The group's subnets cannot be changed: make a new node group in subnets that exist.",
  },
  SecurityGroupNotFound: {
    what: (on) => `A security group is gone${on && `: ${on}`}`,
    next: "Make it again, or correct the launch template. Then try again.",
  },
  VpcIdNotFound: {
    what: () => "The cluster's VPC is gone",
    next: "Nothing can run in this cluster without its VPC: make a new cluster, or ask AWS Support.",
  },
  AdmissionRequestDenied: {
    what: (on) =>
      `An admission webhook or policy in the cluster refused what EKS asked for${on && ` (${on})`}`,
    next: "Find the webhook or policy (the API server's audit log names it) and let EKS pass. Then try again.",
  },
  K8sResourceNotFound: {
    what: (on) => `A Kubernetes object that EKS needs is gone${on && `: ${on}`}`,
    next: "Restore it; EKS' own roles and bindings begin with eks:. Then try again.",
  },
  ConfigurationConflict: {
    what: (on) => `Settings in the cluster conflict with those EKS wants to make${on && ` (${on})`}`,
    next: "Open the update in the EKS console for what conflicts, and resolve it. Then try again.",
  },
  InsufficientNumberOfReplicas: {
    what: (on) => `Too few replicas were available${on && `: ${on}`}`,
    next: "Find out why their pods do not become Ready. Then try again.",
  },
  UnsupportedAddonModification: {
    what: (on) => `EKS does not support a change that was made to an add-on${on && `: ${on}`}`,
    next: "Take the change back, or make it through the add-on's configuration. Then try again.",
  },
  Unknown: {
    what: (on) => `EKS gave up${on && ` on ${on}`} and does not know why`,
    next: "Open the update in the EKS console (node group, Update history), then start again. If it fails once more, ask AWS Support.",
  },
};

/** One update error in words; unknown codes keep EKS' code so that a person can look it up. */
export function describeUpdateError(error: UpdateErrorSeen): Problem {
  const known = words[error.code];
  const resources = list(error.resources);
  if (known) return { code: error.code, what: known.what(resources), next: known.next };
  return {
    code: error.code,
    what: `EKS reports ${error.code}${resources && ` for ${resources}`}`,
    next: "Open the update in the EKS console (node group, Update history) for its full message.",
  };
}

function list(resources: readonly string[]): string {
  const first = resources.slice(0, 5).join(", ");
  return resources.length > 5 ? `${first} and ${resources.length - 5} more` : first;
}

/** A failed or cancelled update as one problem: its first error leads, the rest are named. */
export function describeFailedUpdate(status: string, errors: readonly UpdateErrorSeen[]): Problem {
  const [first, ...more] = errors.map(describeUpdateError);
  if (!first) {
    return {
      code: `Update${status}`,
      what: `EKS ended the update as ${status} and gave no reason`,
      next: "Open the update in the EKS console (node group, Update history), then start again.",
    };
  }
  const others = more.length > 0 ? `; also ${more.map((problem) => problem.code).join(", ")}` : "";
  return { ...first, what: first.what + others };
}
