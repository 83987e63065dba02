import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../../playground/free-port.js";
import { openPlayground } from "../../../playground/playground.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { rateLimited } from "../../../playground/slack/faults.js";
import { permissions, rollPermissions } from "../../../src/kubernetes/access.js";
import { connectRedis, untilReady } from "../../../src/redis/connection.js";
import { bestRedis, startRedis } from "../../redis.js";
import { root } from "../../sources.js";
import { missingInAws, missingInKubernetes, missingInSlack, refusing } from "./missing.js";
import { consult, fleetWith, openScene, type Scene, withKeys } from "./scene.js";

const readingMethods = [
  "auth.test",
  "apps.connections.open",
  "conversations.info",
  "usergroups.list",
  "usergroups.users.list",
  "users.info",
];

const wholeReport =
  /^Configuration\n {2}✓ role all; 1 cluster in prod\n\nSlack\n {2}✓ bot token: @eks-upgrade in workspace Playground\n {2}✓ scopes: commands, chat:write, usergroups:read, users:read, channels:read, groups:read\n {2}✓ app token \(Socket Mode\): Slack takes it\n {2}✓ channel C0PROD \(prod\): #prod-upgrades, and the bot is in it\n {2}✓ user group S0OPS \(operators of prod\): @operators, 1 member\n {2}✓ user group S0APPROVERS \(approvers of prod\): @approvers, 2 members\n\nRedis\n {2}✓ REDIS_URL: reached, and keeps every key \(noeviction\)\n {2}✓ version: [\d.]+\n {2}✓ persistence: append-only file\n\nEnvironment prod\n {2}✓ eks:DescribeClusterVersions in us-west-2: \d+ versions of Kubernetes\n\nCluster eks-workshop \(prod, us-west-2\)\n {2}✓ eks:DescribeCluster: ACTIVE on Kubernetes 1.34\n {2}✓ eks:ListNodegroups: default\n {2}✓ eks:DescribeNodegroup: default is ACTIVE on 1.34.4-20260224\n {2}✓ eks:ListUpdates: 0 of default\n {2}✓ eks:DescribeUpdate: allowed\n {2}✓ ssm:GetParameters: AL2023_x86_64_STANDARD for Kubernetes 1.34: 1.34.9-20260714\n {2}✓ autoscaling:DescribeAutoScalingGroups: 1 of 1 found\n {2}✓ IAM rights to look at self-managed node groups: all allowed\n {2}✓ self-managed node groups: none tagged as the cluster's\n {2}✓ Kubernetes API: reached, and lets the bot in\n {2}✓ list nodes: allowed\n {2}✓ list pods: allowed\n {2}✓ list poddisruptionbudgets.policy: allowed\n {2}✓ create pods\/eviction: allowed\n {2}✓ rights to roll self-managed node groups: all allowed\n\nNot tried, because it would change something\n {2}\? eks:UpdateNodegroupVersion: would start an upgrade.*\n\nThe bot has what it needs; 1 not tried \(\?\).$/;

// Half of the lines are about a server that only a real one can be.
describe.runIf(bestRedis === "real Redis")("npm run doctor", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene();
  });
  afterEach(() => scene.close());

  describe("where the bot has all it needs", () => {
    it("says so of each thing, and ends with 0", async () => {
      scene.slack.scopes.add("channels:history");
      const { code, lines } = await consult(scene);
      expect(lines.join("\n")).toMatch(wholeReport);
      expect(code).toBe(0);
    });

    it("changes nothing", async () => {
      await consult(scene);
      const { slack, world, asked, redisUrl } = scene;
      expect(slack.calls.length).toBeGreaterThan(5);
      expect(slack.calls.filter(({ method }) => !readingMethods.includes(method))).toEqual([]);
      expect(slack.workspace.everything(slack.channel)).toEqual([]);
      expect(slack.socketMode.connections).toBe(0);
      expect(world.calls.length).toBeGreaterThan(5);
      expect(world.calls.filter(({ operation }) => !/^(Describe|List|Get)/.test(operation))).toEqual([]);
      expect(asked.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(
        Array(permissions.length + rollPermissions.length).fill("create selfsubjectaccessreviews"),
      );
      const redis = connectRedis({ url: redisUrl }, "producer", () => {});
      await untilReady(redis, 5_000);
      expect(await redis.dbsize()).toBe(0);
      redis.disconnect();
    });

    it.each<[string, (verb: string) => boolean, string]>([
      ["none of them", () => false, "none allowed"],
      ["one of them", (verb) => verb !== "delete", "not allowed: delete pods"],
    ])("ends with 0 where of the rights for self-managed node groups it lacks %s", async (_, may, what) => {
      const rolling = ["get", "patch", "watch", "delete"];
      const resources = ["volumeattachments", "horizontalpodautoscalers"];
      scene.cluster.authorize = ({ verb, resource }) =>
        !(rolling.includes(verb) || resources.includes(resource)) || may(verb);
      const { code, lines } = await consult(scene);
      expect(lines).toContain(
        `  – rights to roll self-managed node groups: ${what}; the bot can upgrade managed node groups only. For the others: kubectl apply -f docs/permissions/self-managed-cluster-role.yaml.`,
      );
      expect(code).toBe(0);
    });

    it("ends with 0 where something could be better, and says what is lost", async () => {
      scene.cluster.authorize = ({ subresource }) => subresource !== "eviction";
      const digest = { severity: { warning: { mention: { users: ["U0GUEST"] } } } };
      const { code, lines } = await consult(
        scene,
        withKeys(scene, { operators: { users: ["U0OPERATOR"] }, digest, channels: ["C0ELSEWHERE"] }),
      );
      expect(lines).toContain(
        '  – create pods/eviction: not allowed; what blocks a drain is then told by the budgets\' own status alone. Add to the ClusterRole: { apiGroups: [""], resources: [pods/eviction], verbs: [create] } (docs/permissions/cluster-role.yaml).',
      );
      expect(lines).toContain(
        "  – person U0GUEST (called for warnings in prod): @guest is a guest. Make sure that this is meant.",
      );
      expect(lines).toContain("  ✓ channel C0ELSEWHERE (orders of prod): #elsewhere");
      expect(lines).toContain("  ✓ person U0OPERATOR (operators of prod): @operator");
      expect(code).toBe(0);
    });
  });

  it.each([...missingInSlack, ...missingInAws, ...missingInKubernetes])(
    "names %s, and ends with 1",
    async (_, change, line) => {
      const { code, lines } = await consult(scene, change(scene));
      expect(lines, lines.join("\n")).toContain(`  ✗ ${line}`);
      expect(code).toBe(1);
    },
  );

  it("looks at no channel without the scope, and says so", async () => {
    scene.slack.scopes.delete("channels:read");
    const { lines } = await consult(scene);
    expect(lines).toContain(
      '  – channel C0PROD (prod): not looked at, without scope channels:read (for a private channel groups:read). Grant the scope, and see that the bot is in it. Type "/invite @eks-upgrade" in the channel.',
    );
  });

  it("looks at the other cluster where one cannot be reached, each in its place", async () => {
    const clusters = '"clusters":[';
    const other = `${clusters}{"name":"eks-gone","region":"us-west-2"},`;
    const { code, lines } = await consult(scene, fleetWith(scene, [clusters, other]));
    const titles = lines.filter((line) => /^Cluster/.test(line));
    expect(titles).toEqual(["Cluster eks-gone (prod, us-west-2)", "Cluster eks-workshop (prod, us-west-2)"]);
    expect(lines).toContain("  ? everything else of this cluster: not tried");
    expect(lines).toContain("  ✓ eks:DescribeCluster: ACTIVE on Kubernetes 1.34");
    expect(code).toBe(1);
  });

  it("names a region without the cluster, where nothing else of it is tried", async () => {
    const [cluster] = eksWorkshop.clusters;
    const clusters = cluster ? [{ ...cluster, name: "another" }] : [];
    const region = "eu-west-1";
    const there = await openPlayground({ scenario: { ...eksWorkshop, region, clusters }, speed: 1 });
    process.env.AWS_ENDPOINT_URL = there.aws.url;
    const { code, lines } = await consult(scene, fleetWith(scene, ["us-west-2", region]));
    await there.close();
    expect(lines.slice(lines.indexOf("Cluster eks-workshop (prod, eu-west-1)") + 1).slice(0, 3)).toEqual([
      "  ✗ eks:DescribeCluster: there is no such cluster in eu-west-1, in the AWS account of these credentials. Correct its name or region in fleet.yaml, or give the bot that account's credentials.",
      "  ? everything else of this cluster: not tried",
      "",
    ]);
    expect(code).toBe(1);
  });

  describe("Redis", () => {
    const consulted = async (settings: readonly string[]) => {
      const redis = await startRedis("real Redis", settings);
      const found = await consult(scene, { REDIS_URL: redis.url });
      await redis.close();
      return found;
    };

    it.each([
      [
        "evicts keys",
        ["--maxmemory-policy", "allkeys-lru"],
        /^ {2}✗ REDIS_URL: Redis evicts keys .*allkeys-lru.*: upgrades would be lost\. Set maxmemory-policy to noeviction/,
        1,
      ],
      [
        "is a replica",
        ["--replicaof", "127.0.0.1", "1"],
        /^ {2}✗ role: a replica, which takes no writes\./,
        1,
      ],
      ["forgets in a crash", ["--appendonly", "no"], /^ {2}– persistence: no append-only file;/, 0],
    ])("that %s is told", async (_, settings, line, code) => {
      const found = await consulted(settings);
      expect(found.lines).toContainEqual(expect.stringMatching(line));
      expect(found.code).toBe(code);
    });

    it("that hides its policy is not praised for it", async () => {
      const redis = await startRedis("Redis in JavaScript");
      const { lines } = await consult(scene, { REDIS_URL: redis.url });
      await redis.close();
      expect(lines).toContain(
        "  ? REDIS_URL: reached, and does not say its maxmemory-policy. See that it is noeviction.",
      );
    });

    it("that refuses the password is told, without the password", async () => {
      const REDIS_URL = scene.redisUrl.replace("//", "//me:secret@");
      const { code, lines } = await consult(scene, { REDIS_URL });
      expect(lines).toContain(
        "  ✗ REDIS_URL: Redis refuses the user name or the password. Correct them in the address (WRONGPASS).",
      );
      expect(lines.join()).not.toContain("secret");
      expect(code).toBe(1);
    });

    it("that is not there is told", async () => {
      const { code, lines } = await consult(scene, { REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
      const line =
        /^ {2}✗ REDIS_URL: Redis did not answer within 8 s \(connect ECONNREFUSED .*\)\. Check the/;
      expect(lines).toContainEqual(expect.stringMatching(line));
      expect(code).toBe(1);
    });

    it("of our own is not started", async () => {
      const { code, lines } = await consult(scene, { REDIS_URL: "" });
      expect(lines).toContainEqual(expect.stringMatching(/starts its own: .*(redis|valkey)-server$/));
      expect(lines).toContainEqual(expect.stringMatching(/^ {2}✓ DATA_DIR .*: can be made$/));
      expect(code).toBe(0);
    });
  });

  it.each([
    [
      "user groups in a hurry",
      "usergroups.users.list",
      rateLimited(30),
      "user group S0OPS (operators of prod): not tried, because Slack allows few tries. Look again in a minute.",
      1,
    ],
    [
      "people in a hurry",
      "users.info",
      rateLimited(30),
      "person U0BYSTANDER (operators of prod): not tried, because Slack allows few tries. Look again in a minute.",
      1,
    ],
    [
      "people who are not shown",
      "users.info",
      refusing("enterprise_is_restricted"),
      "person U0BYSTANDER (operators of prod): Slack does not tell (enterprise_is_restricted). The bot refuses whom Slack tells nothing of. See for yourself that the id is right (profile → ⋮ → Copy member ID).",
      0,
    ],
    [
      "an app token in a hurry",
      "apps.connections.open",
      rateLimited(30),
      "app token (Socket Mode): not tried, because Slack allows few tries. Look again in a minute.",
      1,
    ],
  ])("does not judge %s", async (_, method, fault, line, exit) => {
    scene.slack.faults.next(method, fault, 2);
    const { code, lines } = await consult(scene, fleetWith(scene, ['"users":[]', '"users":["U0BYSTANDER"]']));
    expect(lines, lines.join("\n")).toContain(`  ? ${line}`);
    expect(code).toBe(exit);
    if (exit === 1) expect(lines.at(-1)).toMatch(/^Run it again in a minute: [12] could not be tried/);
  });

  it.each<[string, ...[string, string][]]>([
    [
      "the only operator may approve their own request",
      ["S0APPROVERS", "S0OPS"],
      [":false", ":true"],
      ['"name":"prod"', '"name":"prod","production":false'],
    ],
    [
      "one of the operators has another approver",
      ["S0APPROVERS", "S0OPS"],
      ['"users":[]', '"users":["U0BYSTANDER"]'],
    ],
  ])("finds approvers enough where %s", async (_, ...changes) => {
    const { code, lines } = await consult(scene, fleetWith(scene, ...changes));
    expect(lines.filter((line) => line.includes("approvals of"))).toEqual([]);
    expect(code).toBe(0);
  });

  it("tells a group once, with all that it is named as", async () => {
    const { lines } = await consult(scene, fleetWith(scene, ["S0APPROVERS", "S0OPS"]));
    expect(lines).toContain(
      "  ✓ user group S0OPS (operators of prod, approvers of prod): @operators, 1 member",
    );
  });

  it.each([
    [
      "in HTTP mode tells what only Slack can try",
      { SLACK_APP_TOKEN: "", SLACK_SIGNING_SECRET: "secret", PORT: "3000" },
      [
        "  ? HTTP mode (port 3000): the signing secret and the way here show when Slack calls. The Slack app's Request URLs must be https and lead to /slack/events.",
      ],
    ],
    ["of a worker asks for no connection", { ROLE: "worker" }, []],
  ])("%s", async (_, variables, told) => {
    const { code, lines } = await consult(scene, variables);
    expect(lines.filter((line) => /app token|HTTP mode/.test(line))).toEqual(told);
    expect(scene.slack.calls.map(({ method }) => method)).not.toContain("apps.connections.open");
    expect(code).toBe(0);
  });

  it("is a program whose exit code says it", () => {
    const variables = { ...scene.environment, SLACK_BOT_TOKEN: "" };
    const { status, stdout } = spawnSync("node", ["--import", "tsx", "src/doctor.ts"], {
      ...{ cwd: root, env: variables, encoding: "utf8" as const },
    });
    expect(stdout).toMatch(/^Configuration\n {2}✗ SLACK_BOT_TOKEN is missing/);
    expect(status).toBe(78);
  });

  it("tells every problem of the configuration, and tries nothing", async () => {
    const { code, lines } = await consult(scene, { SLACK_BOT_TOKEN: "", FLEET_FILE: "/none.yaml" });
    expect(lines).toEqual([
      "Configuration",
      expect.stringContaining("  ✗ SLACK_BOT_TOKEN is missing"),
      expect.stringContaining("  ✗ FLEET_FILE /none.yaml: there is no such file"),
      "",
      "Correct this first: nothing else was tried.",
    ]);
    expect(code).toBe(78);
    expect(scene.slack.calls).toEqual([]);
  });

  it("tells no token of Slack's", async () => {
    const { lines } = await consult(scene, {
      SLACK_BOT_TOKEN: "xoxb-secret",
      SLACK_APP_TOKEN: "xapp-secret",
    });
    expect(lines.join("\n")).not.toContain("secret");
  });
});
