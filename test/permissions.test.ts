import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { amiTypes, latestRelease, pinnedRelease } from "../src/core/releases.js";
import { beforeTag, runTag } from "../src/core/roll/seen.js";
import { type Permission, permissions, permissionText, rollPermissions } from "../src/kubernetes/access.js";
import { read, sourcesIn } from "./sources.js";

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policy = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().regex(/^[0-9A-Za-z]+$/),
      Effect: z.literal("Allow"),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
    }),
  ),
});
const statementsOf = (file: string) => policy.parse(JSON.parse(read(`docs/permissions/${file}`))).Statement;
const statements = statementsOf("iam-policy.json");
const selfManaged = statementsOf("self-managed-policy.json");
const assuming = statementsOf("assume-role-policy.json");
const granted = [...statements, ...selfManaged, ...assuming].flatMap(({ Action }) => Action).toSorted();

/** These need no permission. */
const free = ["sts:GetCallerIdentity"];

/** "eks:DescribeCluster": the SDK's service and method as IAM writes them (here they all agree). */
const awsSource = sourcesIn("src/aws").map((file) => ({ file, source: read(file) }));
const service: Readonly<Record<string, string>> = {
  "src/aws/auto-scaling-reads.ts": "autoscaling",
  "src/aws/auto-scaling-writes.ts": "autoscaling",
  "src/aws/ec2-reads.ts": "ec2",
  "src/aws/ec2.ts": "ec2",
  "src/aws/eks.ts": "eks",
  "src/aws/load-balancers.ts": "elasticloadbalancing",
  "src/aws/releases.ts": "ssm",
};
const verbs =
  "describe|list|get|update|create|delete|put|set|terminate|suspend|resume|start|cancel|register|tag|untag";
const sdkCall = new RegExp(`(?:\\beks|\\bsdk|\\bssm|client\\(\\)\\))\\s*\\.((?:${verbs})[A-Z]\\w*)\\(`, "g");
/** By what it is called, where the SDK makes the call for us. */
const behind: Readonly<Record<string, string>> = { "fromTemporaryCredentials({": "sts:AssumeRole" };
const called = awsSource.flatMap(({ file, source }) => [
  ...[...source.matchAll(sdkCall)].map(([, method = ""]) => `${service[file]}:${capital(method)}`),
  ...Object.entries(behind).flatMap(([call, action]) => (source.includes(call) ? [action] : [])),
]);
/** What an adapter tells people to allow when AWS says no. */
const announced = awsSource.flatMap(({ source }) =>
  [...source.matchAll(/action: "([a-z0-9]+:[A-Za-z]+)"/g)].map(([, action = ""]) => action),
);

describe("the IAM policies", () => {
  it("grant every AWS operation that is called, once, and no other", () => {
    expect(granted).toEqual([...new Set(called)].toSorted());
  });

  it("agree with what people are told to allow when AWS says no", () => {
    expect([...new Set(announced)].filter((action) => !free.includes(action)).toSorted()).toEqual(granted);
  });

  it("let the bot assume roles, and roles be assumed by it with an external id", () => {
    const [trust] = z
      .strictObject({ Version: z.literal("2012-10-17"), Statement: z.array(z.looseObject({})).length(1) })
      .parse(JSON.parse(read("docs/permissions/trust-policy.json"))).Statement;
    expect(trust).toEqual({
      Sid: "LetTheBotIn",
      Effect: "Allow",
      Principal: { AWS: expect.stringMatching(/^arn:aws:iam::BOT_ACCOUNT:role\//) },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "sts:ExternalId": "EXTERNAL_ID" } },
    });
    expect(assuming.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [["sts:AssumeRole"], [expect.stringMatching(/^arn:aws:iam::ACCOUNT:role\//)]],
    ]);
  });

  const changing = (of: typeof statements) =>
    of.filter(({ Action }) => Action.some((action) => !/:(Describe|List|Get)/.test(action)));

  it("let one action change something, as long as EKS manages every node group", () => {
    expect(changing(statements).flatMap(({ Action }) => Action)).toEqual(["eks:UpdateNodegroupVersion"]);
  });

  it("let nothing of a managed node group's own be changed past EKS", () => {
    const conditions = changing(selfManaged).map(({ Condition = {} }) => Object.keys(Condition.Null ?? {}));
    expect(conditions.length).toBeGreaterThan(2);
    for (const absent of conditions)
      expect(absent).toEqual([expect.stringMatching(/ResourceTag\/eks:nodegroup-name$/)]);
  });

  it("let the bot give and take no tags but its own", () => {
    const tagging = selfManaged.filter(({ Action }) => Action.some((action) => /Tags$/.test(action)));
    const keys = tagging.map(({ Condition = {} }) => Condition["ForAllValues:StringLike"]);
    expect(keys).toEqual([{ "aws:TagKeys": ["eks-upgrade-bot:*"] }]);
    expect([runTag, beforeTag].filter((tag) => !tag.startsWith("eks-upgrade-bot:"))).toEqual([]);
  });

  it("let every parameter be read that names a release, and no others", () => {
    const resources = statements
      .filter(({ Action }) => Action.includes("ssm:GetParameters"))
      .flatMap(({ Resource }) =>
        Resource.map((arn) => arn.replace(/^arn:aws:ssm:REGION::parameter|\*$/g, "")),
      );
    const names = amiTypes.flatMap((amiType) => [
      ...(latestRelease(amiType, "1.34")?.parameters ?? []),
      ...(pinnedRelease(amiType, "1.34", "1.34.9-20260714")?.parameters ?? []),
    ]);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !resources.some((prefix) => name.startsWith(prefix)))).toEqual([]);
    expect(resources.filter((prefix) => !names.some((name) => name.startsWith(prefix)))).toEqual([]);
  });

  it("are beside one for custom launch templates, apart because few need it", () => {
    const actions = statementsOf("launch-template-policy.json").flatMap(({ Action }) => Action);
    expect(actions).toEqual(["ec2:RunInstances", "ec2:CreateTags", "iam:PassRole"]);
  });
});

describe("the ClusterRoles", () => {
  /** RBAC's verb and resource (with its group, where it has one) of each method of the client. */
  const rbacOf: Readonly<Record<string, string>> = {
    listNode: "list nodes",
    listPodForAllNamespaces: "list pods",
    listPodDisruptionBudgetForAllNamespaces: "list poddisruptionbudgets.policy",
    createNamespacedPodEviction: "create pods/eviction",
    readNode: "get nodes",
    patchNode: "patch nodes",
    deleteNamespacedPod: "delete pods",
    listVolumeAttachment: "list volumeattachments.storage.k8s.io",
    readNamespacedDeployment: "get deployments.apps",
    patchNamespacedDeployment: "patch deployments.apps",
    readNamespacedStatefulSet: "get statefulsets.apps",
    patchNamespacedStatefulSet: "patch statefulsets.apps",
    listNamespacedHorizontalPodAutoscaler: "list horizontalpodautoscalers.autoscaling",
  };
  /** The client has no method of their own for them. */
  const watched = ["watch pods", "watch poddisruptionbudgets.policy"];
  /** Everybody whom the cluster lets in may ask what they may do. */
  const free = ["createSelfSubjectAccessReview"];
  const rule = z.strictObject({
    apiGroups: z.array(z.string()),
    resources: z.array(z.string()),
    verbs: z.array(z.string()),
  });
  const objectsOf = (file: string) =>
    parseAllDocuments(read(`docs/permissions/${file}`)).map((each) => each.toJS());

  function grantedBy(file: string): readonly string[] {
    const [role] = objectsOf(file);
    const { rules } = z.object({ kind: z.literal("ClusterRole"), rules: z.array(rule) }).parse(role);
    const each = rules.flatMap(({ verbs, apiGroups, resources }) =>
      verbs.flatMap((verb) =>
        apiGroups.flatMap((group) => resources.map((resource) => ({ verb, group, resource }))),
      ),
    );
    return each.map(permissionText).toSorted();
  }

  const roles: readonly (readonly [file: string, asked: readonly Permission[]])[] = [
    ["cluster-role.yaml", permissions],
    ["self-managed-cluster-role.yaml", rollPermissions],
  ];

  it("grant every call that is made, once, and no other", () => {
    const methods = sourcesIn("src/kubernetes").flatMap((file) =>
      [...read(file).matchAll(/\bapi\.(\w+)\(/g)].map(([, method = ""]) => method),
    );
    const called = methods.filter((each) => !free.includes(each)).map((each) => rbacOf[each] ?? each);
    expect(roles.flatMap(([file]) => grantedBy(file)).toSorted()).toEqual(
      [...new Set([...called, ...watched])].toSorted(),
    );
  });

  it.each(roles)("%s grants what doctor asks about", (file, asked) => {
    expect(asked.map(permissionText).toSorted()).toEqual(grantedBy(file));
  });

  it.each(roles)("%s is bound to the group of the access entry", (file) => {
    const [role, binding] = objectsOf(file);
    const { subjects, roleRef } = z
      .object({
        roleRef: z.object({ kind: z.literal("ClusterRole"), name: z.string() }),
        subjects: z.array(z.object({ kind: z.literal("Group"), name: z.string() })),
      })
      .parse(binding);
    const named = z.object({ metadata: z.object({ name: z.string() }) }).parse(role);
    expect(roleRef.name).toBe(named.metadata.name);
    expect(read("docs/permissions/README.md")).toContain(`--kubernetes-groups ${subjects[0]?.name}`);
    expect(read("docs/permissions/README.md")).toContain(`kubectl apply -f docs/permissions/${file}`);
  });

  it("what people are told to allow is in one of them", () => {
    const told = sourcesIn("src/kubernetes").flatMap((file) =>
      [...read(file).matchAll(/permission: "([^"]+)"/g)].map(([, permission = ""]) => permission),
    );
    const granted = roles.flatMap(([file]) => grantedBy(file));
    expect(told.length).toBeGreaterThan(5);
    expect(told.filter((each) => !granted.includes(each) && !each.includes("selfsubject"))).toEqual([]);
  });
});

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
