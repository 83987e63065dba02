import { createCertificates } from "../../../playground/kubernetes/certificates.js";
import type { Fault } from "../../../playground/slack/faults.js";
import { deny, fleetWith, type Scene, type Variables, withKeys } from "./scene.js";

/** Takes something away; what it answers is set in the environment. */
type Change = (scene: Scene) => Variables;
/** A sentence, and the line that names what is missing. */
type Row = readonly [missing: string, Change, line: string];

/** A change of the world alone. */
const changed =
  (change: (scene: Scene) => void): Change =>
  (scene) => {
    change(scene);
    return {};
  };

/** Slack answers with a word for what is wrong. */
export const refusing = (error: string): Fault => ({
  when: "instead",
  answer: { status: 200, body: { ok: false, error } },
});

const august = { from: "2026-08-01", until: "2026-08-15" };

export const missingInSlack: readonly Row[] = [
  [
    "a bot token that Slack does not know",
    () => ({ SLACK_BOT_TOKEN: "xoxb-other" }),
    "bot token: auth.test failed: invalid_auth. Check SLACK_BOT_TOKEN, and install the app again if it was removed.",
  ],
  [
    "an app token that Slack does not know",
    () => ({ SLACK_APP_TOKEN: "xapp-other" }),
    "app token (Socket Mode): Slack says invalid_auth. Put the app-level token of this app into SLACK_APP_TOKEN (Slack app page → Basic Information → App-Level Tokens).",
  ],
  [
    "an app token without its scope",
    changed(({ slack }) => slack.faults.next("apps.connections.open", refusing("missing_scope"))),
    "app token (Socket Mode): Slack says missing_scope. It needs the scope connections:write: make another one (Slack app page → Basic Information → App-Level Tokens).",
  ],
  [
    "a scope that is missing",
    changed(({ slack }) => slack.scopes.delete("chat:write")),
    "scope chat:write: missing; needed for everything the bot says. Slack app page → OAuth & Permissions → Bot Token Scopes → add it → reinstall the app.",
  ],
  [
    "a scope for channels that is missing",
    changed(({ slack }) => slack.scopes.delete("channels:read")),
    "scope channels:read: missing; needed for refusing orders in channels that are shared or archived. Slack app page → OAuth & Permissions → Bot Token Scopes → add it → reinstall the app.",
  ],
  [
    "a scope for people that is missing",
    changed(({ slack }) => slack.scopes.delete("users:read")),
    "scope users:read: missing; needed for refusing guests, bots and people who have left. Slack app page → OAuth & Permissions → Bot Token Scopes → add it → reinstall the app.",
  ],
  [
    "groups that may not be read",
    changed(({ slack }) => slack.scopes.delete("usergroups:read")),
    "user group S0OPS (operators of prod): usergroups.users.list failed: missing_scope. Install the app again from manifest.yml: it lacks the scope usergroups:read.",
  ],
  [
    "a channel without the bot",
    (scene) => fleetWith(scene, ["C0PROD", scene.slack.elsewhere]),
    'channel C0ELSEWHERE (prod): the bot is not in #elsewhere. Type "/invite @eks-upgrade" in the channel.',
  ],
  [
    "a channel that is not there, or private",
    (scene) => fleetWith(scene, ["C0PROD", "C0NOWHERE"]),
    'channel C0NOWHERE (prod): the bot sees no such channel. If it is private: Type "/invite @eks-upgrade" in the channel. Else correct the id in fleet.yaml (channel details, at the bottom).',
  ],
  [
    "an archived channel",
    changed(({ slack: { workspace, channel } }) => {
      const known = workspace.channels.get(channel);
      if (known) workspace.channels.set(channel, { ...known, archived: true });
    }),
    "channel C0PROD (prod): #prod-upgrades is archived. Restore it, or name another in fleet.yaml.",
  ],
  [
    "a channel that is shared with another organisation",
    (scene) => fleetWith(scene, ["C0PROD", "C0SHARED"]),
    "channel C0SHARED (prod): #with-partner is shared with another organisation, and orders are refused there. Name a channel of your own in fleet.yaml.",
  ],
  [
    "the same, where orders alone are given",
    (scene) => withKeys(scene, { channels: ["C0SHARED"] }),
    "channel C0SHARED (orders of prod): #with-partner is shared with another organisation, and orders are refused there. Name a channel of your own in fleet.yaml.",
  ],
  [
    "a user group that is not there, of a right",
    (scene) => withKeys(scene, { may: { breakGlass: { groups: ["S0NOBODY"] } } }),
    "user group S0NOBODY (may break glass in prod): Slack knows no such group (no_such_subteam). Correct the id in fleet.yaml (People → User groups → the group → ⋮ → Copy group ID).",
  ],
  [
    "a user group that is not there",
    (scene) => fleetWith(scene, ["S0OPS", "S0NOBODY"]),
    "user group S0NOBODY (operators of prod): Slack knows no such group (no_such_subteam). Correct the id in fleet.yaml (People → User groups → the group → ⋮ → Copy group ID).",
  ],
  ...(
    [
      [
        "that the plan does not have",
        "plan_upgrade_required",
        "User groups need a paid plan: name people in fleet.yaml instead (users: [U…]).",
      ],
      [
        "that the organisation withholds",
        "enterprise_is_restricted",
        "Ask a Slack administrator, or name people in fleet.yaml instead (users: [U…]).",
      ],
    ] as const
  ).map(
    ([what, error, next]): Row => [
      `user groups ${what}`,
      changed(({ slack }) => slack.faults.next("usergroups.users.list", refusing(error), 2)),
      `user group S0OPS (operators of prod): Slack says ${error}. ${next}`,
    ],
  ),
  [
    "an empty user group",
    changed(({ slack }) => slack.workspace.setMembers(slack.groups.operators, [])),
    "user group S0OPS (operators of prod): @operators has no members. Add people to it in Slack.",
  ],
  [
    "a disabled user group",
    changed(({ slack: { workspace, groups } }) => {
      const known = workspace.groups.get(groups.operators);
      if (known) workspace.groups.set(groups.operators, { ...known, disabled: true });
    }),
    "user group S0OPS (operators of prod): @operators is disabled. Enable it in Slack, or name another in fleet.yaml.",
  ],
  [
    "too few who may approve",
    (scene) => fleetWith(scene, ['"required":1', '"required":3']),
    "approvals of prod: 3 are required, and 2 may approve. Name more approvers in fleet.yaml, or require fewer approvals.",
  ],
  [
    "an only approver who is the only operator",
    (scene) => fleetWith(scene, ["S0APPROVERS", "S0OPS"]),
    "approvals of prod: no operator has 1 other approver, and nobody may approve their own request. Name more approvers in fleet.yaml.",
  ],
  [
    "the same where it is no production",
    (scene) =>
      fleetWith(scene, ["S0APPROVERS", "S0OPS"], ['"name":"prod"', '"name":"prod","production":false']),
    "approvals of prod: no operator has 1 other approver, and nobody may approve their own request. Name more approvers in fleet.yaml, or set requesterMayApprove: true.",
  ],
  [
    "a group from which one must approve, without anybody who may",
    (scene) =>
      withKeys(scene, {
        approvers: { groups: ["S0APPROVERS", "S0EMPTY"] },
        approvals: { oneFromEach: ["S0EMPTY"] },
      }),
    "approvals of prod: one of user group S0EMPTY has to approve, and nobody of it may. Add approvers to it in Slack, or take it out of oneFromEach in fleet.yaml.",
  ],
  [
    "a person who is not there",
    (scene) => fleetWith(scene, ['"users":[]', '"users":["U0NOBODY"]']),
    "person U0NOBODY (operators of prod): Slack knows no such person (user_not_found). Correct the id in fleet.yaml (profile → ⋮ → Copy member ID).",
  ],
  [
    "a person who has left",
    (scene) => {
      const { users } = scene.slack.workspace;
      const known = users.get("U0BYSTANDER");
      if (known) users.set("U0BYSTANDER", { ...known, deleted: true });
      return fleetWith(scene, ['"users":[]', '"users":["U0BYSTANDER"]']);
    },
    "person U0BYSTANDER (operators of prod): @bystander is deactivated. Name somebody else in fleet.yaml.",
  ],
  [
    "a guest who may act",
    (scene) => fleetWith(scene, ['"users":[]', '"users":["U0GUEST"]']),
    "person U0GUEST (operators of prod): @guest is a guest, whom the bot refuses. Name somebody else in fleet.yaml.",
  ],
  [
    "a deputy who is a guest",
    (scene) => withKeys(scene, { deputies: [{ ...august, of: "U0APPROVER", deputy: "U0GUEST" }] }),
    "person U0GUEST (deputy of U0APPROVER in prod): @guest is a guest, whom the bot refuses. Name somebody else in fleet.yaml.",
  ],
  [
    "somebody who has a deputy, and is not there",
    (scene) => withKeys(scene, { deputies: [{ ...august, of: "U0NOBODY", deputy: "U0APPROVER" }] }),
    "person U0NOBODY (has a deputy in prod): Slack knows no such person (user_not_found). Correct the id in fleet.yaml (profile → ⋮ → Copy member ID).",
  ],
];

const policy = "in the IAM policy of the bot's role. See docs/permissions/iam-policy.json.";
export const missingInAws: readonly Row[] = [
  ...(
    [
      ["eks", "DescribeCluster", "AccessDeniedException", ""],
      ["eks", "ListNodegroups", "AccessDeniedException", ""],
      ["eks", "DescribeNodegroup", "AccessDeniedException", ""],
      ["eks", "ListUpdates", "AccessDeniedException", ""],
      ["eks", "DescribeUpdate", "AccessDeniedException", ""],
      ["ssm", "GetParameters", "AccessDeniedException", ": AL2023_x86_64_STANDARD for Kubernetes 1.34"],
      ["autoscaling", "DescribeAutoScalingGroups", "AccessDenied", ""],
    ] as const
  ).map(
    ([service, operation, code, subject]): Row => [
      `${service}:${operation} denied`,
      changed((scene) => deny(scene, service, operation)),
      `${service}:${operation}${subject}: ${code} for role eks-upgrade-bot. Allow ${service}:${operation} ${policy}`,
    ],
  ),
  [
    "a cluster that is not there",
    (scene) => fleetWith(scene, ["eks-workshop", "eks-gone"]),
    "eks:DescribeCluster: there is no such cluster in us-west-2, in the AWS account of these credentials. Correct its name or region in fleet.yaml, or give the bot that account's credentials.",
  ],
  [
    "credentials that AWS does not know",
    changed(({ aws }) => {
      aws.faults = () => ({
        status: 403,
        headers: { "content-type": "application/json", "x-amzn-errortype": "UnrecognizedClientException" },
        body: JSON.stringify({ message: "The security token included in the request is invalid." }),
      });
    }),
    "eks:DescribeCluster: UnrecognizedClientException. Give the bot valid AWS credentials: those it has are missing, expired or unknown to AWS.",
  ],
  [
    "an AWS that does not answer",
    changed(({ aws }) => {
      aws.faults = () => "no answer";
    }),
    "eks:DescribeCluster: could not describe cluster eks-workshop in us-west-2: ECONNRESET. Check the bot's way to AWS: DNS, proxy, firewall, VPC endpoint.",
  ],
];

export const missingInKubernetes: readonly Row[] = [
  [
    "a principal that the cluster does not know",
    changed(({ cluster }) => {
      cluster.faults = () => ({
        ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" },
        ...{ message: "Unauthorized", reason: "Unauthorized", code: 401 },
      });
    }),
    "Kubernetes API: reached, and does not know the bot's IAM principal (HTTP 401). Make the bot's access entry (aws eks create-access-entry … --kubernetes-groups eks-upgrade-bot, docs/permissions/README.md).",
  ],
  ...(
    [
      ["list nodes", "", "nodes", "nodes"],
      ["list pods", "", "pods", "pods"],
      ["list poddisruptionbudgets.policy", "policy", "poddisruptionbudgets", "poddisruptionbudgets"],
    ] as const
  ).map(
    ([what, group, resource]): Row => [
      `${what} denied`,
      changed(({ cluster }) => {
        cluster.authorize = (access) => access.resource !== resource;
      }),
      `${what}: not allowed. Add to the ClusterRole: { apiGroups: ["${group}"], resources: [${resource}], verbs: [list] } (docs/permissions/cluster-role.yaml).`,
    ],
  ),
  [
    "an API that does not answer",
    changed(({ cluster }) => {
      cluster.faults = () => "no answer";
    }),
    "Kubernetes API: could not ask whether the bot may list nodes: UND_ERR_SOCKET. Check the bot's way to the cluster's API endpoint: DNS, firewall, private endpoint, proxy, certificate.",
  ],
  [
    "an endpoint that answers with another's certificate",
    changed(({ world, cluster }) => {
      const other = Buffer.from(createCertificates().authority).toString("base64");
      world.setKubernetesAccess("eks-workshop", { ...cluster, certificateAuthorityData: other });
    }),
    "Kubernetes API: no way in: UNABLE_TO_VERIFY_LEAF_SIGNATURE. Its certificate is not of the authority that EKS names: look for a proxy that answers in its place.",
  ],
];
