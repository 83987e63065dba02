import type { Problem } from "./problems.js";
import type { DrainBlocker } from "./run.js";

/** A blocker in words: what, and what a person can do about it. */
export function describeBlocker(blocker: DrainBlocker): Problem {
  const who = whoStays(blocker);
  const budget = blocker.budgets[0] ?? "its budget";
  const counts =
    blocker.needs !== undefined && blocker.has !== undefined
      ? ` needs ${blocker.needs} healthy pods and has ${blocker.has}`
      : " allows no disruption now";
  const target = blocker.owner ? `${blocker.owner.kind.toLowerCase()} ${blocker.owner.name}` : "its owner";
  switch (blocker.reason) {
    case "budget never allows it":
      return {
        code: "BudgetNeverAllows",
        what: `${who}: disruption budget ${budget}${counts}, so it never lets one go`,
        next: blocker.allowsNone
          ? `Restart ${target} (kubectl rollout restart moves its pods by itself), or loosen budget ${budget}. Waiting does not help.`
          : `Scale ${target} up by one, or loosen budget ${budget}. Waiting does not help.`,
      };
    case "budget used up":
      return {
        code: "BudgetUsedUp",
        what: `${who}: disruption budget ${budget}${counts}`,
        next: `See why pods of ${target} are not healthy; it goes on by itself once enough are.`,
      };
    case "several budgets":
      return {
        code: "SeveralBudgets",
        what: `${who}: several disruption budgets select it (${blocker.budgets.join(", ")}), and Kubernetes then refuses every eviction`,
        next: "Delete or narrow all but one of them. Waiting does not help.",
      };
    case "budget cannot be computed":
      return {
        code: "BudgetNotComputed",
        what: `${who}: Kubernetes cannot compute disruption budget ${budget}${blocker.why ? ` (${blocker.why})` : ""}`,
        next: `Correct the selector of budget ${budget}, or delete it. Waiting does not help.`,
      };
    case "eviction refused":
      return {
        code: "EvictionRefused",
        what: `${who}: its eviction is refused${blocker.why ? ` (${blocker.why})` : ""}`,
        next: "See why that webhook or policy says no, and let this eviction pass; it is asked again by itself.",
      };
    case "does not end":
      return {
        code: "PodDoesNotEnd",
        what: `${who}: it ${blocker.why ?? "was told to end and has not"}`,
        next: `See "kubectl get pod -n ${blocker.namespace} ${blocker.pods[0]?.name ?? ""} -o yaml": a finalizer there is for its controller to take away; a kubelet that does not answer is ended with its node by *Force*.`,
      };
    case "budget not yet observed":
      return {
        code: "BudgetNotObserved",
        what: `${who}: Kubernetes has not yet looked at disruption budget ${budget}`,
        next: "That usually takes seconds: if it does not pass within minutes, look at the cluster's health in the EKS console.",
      };
  }
}

/** The others may be on other nodes: only the first pod's is named. */
function whoStays({ namespace, pods: [pod], podCount, owner }: DrainBlocker): string {
  const whose = owner ? ` (${owner.kind} ${owner.name})` : "";
  const who = `Pod ${namespace}/${pod?.name ?? "?"}${whose}`;
  const node = pod?.node ?? "?";
  return podCount > 1
    ? `${who} on node ${node} and ${podCount - 1} more cannot leave their nodes`
    : `${who} cannot leave node ${node}`;
}
