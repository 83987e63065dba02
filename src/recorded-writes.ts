import type { Recorded } from "./audit.js";
import type { AwsWrite } from "./aws/writes.js";
import type { KubernetesWrite } from "./kubernetes/writes.js";

/** On whose behalf something is written. */
export type Behalf = Pick<Recorded, "who" | "environment" | "cluster" | "run" | "planHash" | "breakGlass">;

/** What the audit says of a call to AWS. */
export function awsWriteEntry(write: AwsWrite, behalf: Behalf): Recorded {
  const { what, region, on, cluster, requestIds, attempts, asked } = write;
  return {
    ...behalf,
    kind: "write",
    ...{ what, region, requestIds },
    ...(cluster !== undefined && { cluster }),
    ...(on !== undefined && { on }),
    ...outcomeOf(write),
    more: { ...asked, attempts },
  };
}

/** What the audit says of a request to a cluster's API. */
export function kubernetesWriteEntry(
  write: KubernetesWrite,
  { name, region }: { readonly name: string; readonly region: string },
  behalf: Behalf,
): Recorded {
  const { what, on, auditIds, attempts, changes } = write;
  return {
    ...behalf,
    kind: "write",
    ...{ what, on, region, cluster: name, requestIds: auditIds },
    ...outcomeOf(write),
    more: { ...(changes !== undefined && { changes }), attempts },
  };
}

/** Without an answer nobody knows: the call may have been carried out. */
function outcomeOf({
  outcome,
  code,
  answered,
  attempts,
}: Pick<AwsWrite, "outcome" | "code" | "answered" | "attempts">): Pick<Recorded, "outcome" | "why"> {
  if (code === undefined) return { outcome };
  if (attempts === 0) return { outcome, why: `${code}: it was not sent` };
  return { outcome, why: answered ? code : `${code}: no answer came, so it may have been carried out` };
}
