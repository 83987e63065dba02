import { isTrouble } from "../core/problems.js";
import {
  type AccessReview,
  type Permission,
  permissions,
  permissionText,
  rollPermissions,
} from "../kubernetes/access.js";
import { attempt } from "./attempt.js";
import { type Finding, failed, lacking, ok } from "./finding.js";

/** Whether the cluster's API can be reached and trusted, lets the bot in, and allows what the bot asks. */
export async function kubernetesFindings(review: AccessReview): Promise<readonly Finding[]> {
  const [first, ...others] = permissions;
  if (!first) return [];
  const entered = await attempt((signal) => review(first, signal), {
    title: "Kubernetes API",
    found: () => ok("reached, and lets the bot in"),
    failed: kubernetesTrouble,
  });
  if (entered.got === undefined) return entered.findings;
  const rest = others.map((permission) =>
    attempt((signal) => review(permission, signal), {
      title: permissionText(permission),
      found: (allowed) => verdict(permission, allowed),
      failed: kubernetesTrouble,
    }),
  );
  const rolls = attempt((signal) => refusedOf(rollPermissions, review, signal), {
    title: "rights to roll self-managed node groups",
    found: rollVerdict,
    failed: kubernetesTrouble,
  });
  const title = permissionText(first);
  const { what, ...finding } = verdict(first, entered.got);
  return [
    ...entered.findings,
    { ...finding, what: `${title}: ${what}` },
    ...(await Promise.all([...rest, rolls])).flatMap(({ findings }) => findings),
  ];
}

async function refusedOf(
  asked: readonly Permission[],
  review: AccessReview,
  signal: AbortSignal,
): Promise<readonly Permission[]> {
  const answers = await Promise.all(asked.map((permission) => review(permission, signal)));
  return asked.filter((_, index) => !answers[index]);
}

/** One line for all of them: whoever has managed node groups only grants none. */
function rollVerdict(refused: readonly Permission[]): Finding {
  if (refused.length === 0) return ok("all allowed");
  const none = refused.length === rollPermissions.length;
  const what = none ? "none allowed" : `not allowed: ${refused.map(permissionText).join(", ")}`;
  return lacking(
    `${what}; the bot can upgrade managed node groups only`,
    "For the others: kubectl apply -f docs/permissions/self-managed-cluster-role.yaml.",
  );
}

function verdict({ verb, group, resource }: Permission, allowed: boolean): Finding {
  if (allowed) return ok("allowed");
  const rule = `{ apiGroups: ["${group}"], resources: [${resource}], verbs: [${verb}] }`;
  const next = `Add to the ClusterRole: ${rule} (docs/permissions/cluster-role.yaml).`;
  return resource === "pods/eviction"
    ? lacking("not allowed; what blocks a drain is then told by the budgets' own status alone", next)
    : failed("not allowed", next);
}

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /CERT|SIGNED|SIGNATURE|ISSUER|ALTNAME/,
    "Its certificate is not of the authority that EKS names: look for a proxy that answers in its place.",
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    "DNS does not know the endpoint: is the cluster's endpoint private? Run the bot inside its VPC.",
  ],
  [
    /TIMEOUT|TimeoutError|EHOSTUNREACH|ENETUNREACH/i,
    "Nobody answers: open the way (security group, public access CIDRs), or run the bot inside the VPC if the endpoint is private.",
  ],
];

function kubernetesTrouble(error: unknown): Finding | undefined {
  if (isTrouble(error, "denied") && error.code === "HTTP 401") {
    const next =
      "Make the bot's access entry (aws eks create-access-entry … --kubernetes-groups eks-upgrade-bot, docs/permissions/README.md).";
    return failed("reached, and does not know the bot's IAM principal (HTTP 401)", next);
  }
  const code = isTrouble(error, "unreachable") ? error.code : nameOf(error);
  const hint = hints.find(([known]) => known.test(code))?.[1];
  return hint === undefined ? undefined : failed(`no way in: ${code}`, hint);
}

function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : "";
}
