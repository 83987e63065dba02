import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { amiTypes, latestRelease, pinnedRelease } from "../src/core/releases.js";
import { permissions, permissionText } from "../src/kubernetes/access.js";
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
    }),
  ),
});
const statementsOf = (file: string) => policy.parse(JSON.parse(read(`docs/permissions/${file}`))).Statement;
const statements = statementsOf("iam-policy.json");
const granted = statements.flatMap(({ Action }) => Action).toSorted();

/** Adapters can do these, but nothing calls them yet; or they need no permission. */
const unneeded = { unused: ["eks:ListClusters"], free: ["sts:GetCallerIdentity"] };

/** "eks:DescribeCluster": the SDK's service and method as IAM writes them (here they all agree). */
const awsSource = sourcesIn("src/aws").map((file) => ({ file, source: read(file) }));
const service: Readonly<Record<string, string>> = {
  "src/aws/auto-scaling.ts": "autoscaling",
  "src/aws/eks.ts": "eks",
  "src/aws/releases.ts": "ssm",
};
const verbs =
  "describe|list|get|update|create|delete|put|set|terminate|suspend|resume|start|cancel|register|tag|untag";
const sdkCall = new RegExp(`(?:\\beks|\\bsdk|\\bssm|client\\(\\)\\))\\s*\\.((?:${verbs})[A-Z]\\w*)\\(`, "g");
const called = awsSource.flatMap(({ file, source }) =>
  [...source.matchAll(sdkCall)].map(([, method = ""]) => `${service[file]}:${capital(method)}`),
);
/** What an adapter tells people to allow when AWS says no. */
const announced = awsSource.flatMap(({ source }) =>
  [...source.matchAll(/action: "([a-z]+:[A-Za-z]+)"/g)].map(([, action = ""]) => action),
);

describe("the IAM policy", () => {
  it("grants every AWS operation that is called, and no other", () => {
    const needed = called.filter((action) => !unneeded.unused.includes(action));
    expect(granted).toEqual([...new Set(needed)].toSorted());
  });

  it("agrees with what people are told to allow when AWS says no", () => {
    const { unused, free } = unneeded;
    expect(
      [...new Set(announced)].filter((action) => ![...unused, ...free].includes(action)).toSorted(),
    ).toEqual(granted);
  });

  it("leaves out ListClusters as long as nothing lists clusters", () => {
    const callers = sourcesIn("src", "commands", "jobs").filter(
      (file) => !file.startsWith("src/aws/") && /\bclusterNames\(/.test(read(file)),
    );
    expect(callers).toEqual([]);
  });

  it("lets one action change something", () => {
    expect(granted.filter((action) => !/:(Describe|List|Get)/.test(action))).toEqual([
      "eks:UpdateNodegroupVersion",
    ]);
  });

  it("lets every parameter be read that names a release, and no others", () => {
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

  it("is beside one for custom launch templates, apart because few need it", () => {
    const actions = statementsOf("launch-template-policy.json").flatMap(({ Action }) => Action);
    expect(actions).toEqual(["ec2:RunInstances", "ec2:CreateTags", "iam:PassRole"]);
  });
});

describe("the ClusterRole", () => {
  /** RBAC's verb and resource (with its group, where it has one) of each method of the client. */
  const rbacOf: Readonly<Record<string, string>> = {
    listNode: "list nodes",
    listPodForAllNamespaces: "list pods",
    listPodDisruptionBudgetForAllNamespaces: "list poddisruptionbudgets.policy",
    createNamespacedPodEviction: "create pods/eviction",
  };
  /** Everybody whom the cluster lets in may ask what they may do. */
  const free = ["createSelfSubjectAccessReview"];
  const rule = z.strictObject({
    apiGroups: z.array(z.string()),
    resources: z.array(z.string()),
    verbs: z.array(z.string()),
  });
  const [role, binding] = parseAllDocuments(read("docs/permissions/cluster-role.yaml")).map((each) =>
    each.toJS(),
  );

  it("grants every call that is made, and no other", () => {
    const methods = sourcesIn("src/kubernetes").flatMap((file) =>
      [...read(file).matchAll(/\bapi\.(\w+)\(/g)].map(([, method = ""]) => method),
    );
    const rules = z.object({ kind: z.literal("ClusterRole"), rules: z.array(rule) }).parse(role).rules;
    const allowed = rules.flatMap(({ verbs, apiGroups, resources }) =>
      verbs.flatMap((verb) =>
        apiGroups.flatMap((group) =>
          resources.map((resource) => `${verb} ${resource}${group === "" ? "" : `.${group}`}`),
        ),
      ),
    );
    expect(allowed.toSorted()).toEqual(
      [
        ...new Set(methods.filter((each) => !free.includes(each)).map((each) => rbacOf[each] ?? each)),
      ].toSorted(),
    );
    expect(permissions.map(permissionText).toSorted(), "what doctor asks about").toEqual(allowed.toSorted());
  });

  it("is bound to the group of the access entry", () => {
    const { subjects, roleRef } = z
      .object({
        roleRef: z.object({ kind: z.literal("ClusterRole"), name: z.string() }),
        subjects: z.array(z.object({ kind: z.literal("Group"), name: z.string() })),
      })
      .parse(binding);
    const named = z.object({ metadata: z.object({ name: z.string() }) }).parse(role);
    expect(roleRef.name).toBe(named.metadata.name);
    expect(read("docs/permissions/README.md")).toContain(`--kubernetes-groups ${subjects[0]?.name}`);
  });
});

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
