import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { connectRegions } from "../../../src/aws/region.js";
import { roleCredentials } from "../../../src/aws/role.js";
import { minute, second } from "../../../src/core/instant.js";
import type { TroubleKind } from "../../../src/core/problems.js";
import { soon } from "../../soon.js";
import { closeLater, keys } from "./sdk.js";
import { openSts, type StsAnswer } from "./sts.js";

const role = {
  arn: "arn:aws:iam::444455556666:role/team/upgrades",
  externalId: "open-sesame",
  sessionName: "eks-upgrade-bot",
};
const { externalId, ...openRole } = role;
const one = { maxAttempts: 1 };
const lasting = (lasts: number) => () => ({ lasts });
const refusing =
  (code: string, status = 403) =>
  () => ({ status, code });

describe("with a role", () => {
  it("the bot's own credentials take it, and every call is signed with the role's", async () => {
    const sts = await openSts();
    expect(await connectRegions({ role })("eu-west-1").eks.clusterNames()).toEqual(["ASIA1", "session-1"]);
    expect(sts.calls).toEqual([
      {
        key: keys.accessKeyId,
        region: "eu-west-1",
        form: expect.objectContaining({
          Action: "AssumeRole",
          RoleArn: role.arn,
          ExternalId: "open-sesame",
          RoleSessionName: "eks-upgrade-bot",
        }),
      },
    ]);
  });

  it("no external id is sent where there is none", async () => {
    const sts = await openSts();
    await connectRegions({ role: openRole })("eu-west-1").eks.clusterNames();
    expect(sts.calls.map(({ form }) => form.ExternalId)).toEqual([undefined]);
  });

  it("the token for a cluster's own API is signed with the role's credentials", async () => {
    await openSts();
    const token = await connectRegions({ role })("eu-west-1").clusterToken("c");
    const url = new URL(Buffer.from(token.replace("k8s-aws-v1.", ""), "base64url").toString());
    expect(url.searchParams.get("X-Amz-Credential")).toMatch(/^ASIA1\//);
    expect(url.searchParams.get("X-Amz-Security-Token")).toBe("session-1");
  });

  it("STS is found at an endpoint of its own", async () => {
    const other = await openSts();
    const sts = await openSts();
    vi.stubEnv("AWS_ENDPOINT_URL", other.url);
    vi.stubEnv("AWS_ENDPOINT_URL_STS", sts.url);
    expect(await connectRegions({ role })("eu-west-1").eks.clusterNames()).toEqual(["ASIA1", "session-1"]);
    expect([sts.calls.length, other.calls.length]).toEqual([1, 0]);
  });

  it("what the bot has may itself be a role, taken by a web identity as pods do", async () => {
    const sts = await openSts();
    const folder = await mkdtemp(join(tmpdir(), "web-identity-"));
    closeLater(() => rm(folder, { recursive: true }));
    writeFileSync(join(folder, "token"), "a token");
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", join(folder, "token"));
    vi.stubEnv("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/bot");
    expect(await connectRegions({ role })("eu-west-1").eks.clusterNames()).toEqual(["ASIA2", "session-2"]);
    expect(sts.calls.map(({ form, key }) => [form.Action, form.RoleArn, key])).toEqual([
      ["AssumeRoleWithWebIdentity", "arn:aws:iam::111122223333:role/bot", ""],
      ["AssumeRole", role.arn, "ASIA1"],
    ]);
  });
});

describe("a role's credentials", () => {
  it("are got once for all who ask at a time, of whatever service and region", async () => {
    const sts = await openSts();
    const region = connectRegions({ role });
    const asked = Array.from({ length: 20 }, (_, index) => region(`r-${index % 4}`).eks.clusterNames());
    const tokens = ["r-1", "r-2"].map((name) => region(name).clusterToken("c"));
    const answers = await Promise.all([...asked, ...tokens]);
    expect(answers.slice(0, 20)).toEqual(Array(20).fill(["ASIA1", "session-1"]));
    expect(sts.calls).toHaveLength(1);
  });

  it.each([
    ["are kept while they last for more than five minutes", 5 * minute + 30 * second, "ASIA1"],
    ["are got anew before they end", 5 * minute - second, "ASIA2"],
    ["are got anew after they ended", -minute, "ASIA2"],
  ])("%s", async (_, lasts, key) => {
    const sts = await openSts();
    sts.answer = () => ({ lasts: sts.calls.length === 1 ? lasts : 60 * minute });
    const region = connectRegions({ role });
    await region("us-west-2").eks.clusterNames();
    for (const name of ["us-west-2", "us-west-2", "eu-west-1"])
      expect(await region(name).eks.clusterNames()).toContain(key);
    expect(sts.calls).toHaveLength(key === "ASIA1" ? 1 : 2);
  });

  it("are got anew once for all who ask at a time", async () => {
    const sts = await openSts();
    const state = { now: Date.now() };
    const credentials = roleCredentials(role, () => state.now);
    const [here, there] = ["us-west-2", "eu-west-1"].map((region) => credentials({ region }));
    await here?.();
    state.now += 56 * minute;
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? here?.() : there?.())));
    expect(sts.calls).toHaveLength(2);
  });

  it("are used to their end where they cannot be got anew", async () => {
    const sts = await openSts();
    sts.answer = lasting(10 * minute);
    const state = { now: Date.now() };
    const get = roleCredentials(role, () => state.now)({ region: "us-west-2", ...one });
    const first = await get();
    sts.answer = refusing("InternalFailure", 500);
    state.now += 6 * minute;
    expect(await get()).toBe(first);
    expect(sts.calls).toHaveLength(2);
    state.now += 5 * minute;
    await expect(get()).rejects.toMatchObject({ kind: "busy", call: "assume the role team/upgrades" });
  });

  it("are got from another region's STS where one says no", async () => {
    const sts = await openSts();
    let release = () => {};
    sts.held = new Promise((resolve) => {
      release = resolve;
    });
    sts.answer = ({ region }) =>
      region === "me-south-1" ? { status: 403, code: "RegionDisabledException" } : { lasts: 60 * minute };
    const region = connectRegions({ role });
    const asked = ["me-south-1", "eu-west-1", "us-west-2"].map((name) => region(name).eks.clusterNames());
    await soon(() => expect(sts.calls).toHaveLength(1));
    release();
    const [disabled, ...others] = await Promise.allSettled(asked);
    expect(disabled).toMatchObject({
      reason: { kind: "denied", next: "Activate STS for me-south-1 in the account's settings in IAM." },
    });
    expect(others.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  });

  it("that could not be got are asked for again by the next call", async () => {
    const sts = await openSts();
    sts.answer = refusing("AccessDenied");
    const { eks } = connectRegions({ role })("us-west-2");
    await expect(eks.clusterNames()).rejects.toMatchObject({ kind: "denied" });
    sts.answer = lasting(60 * minute);
    expect(await eks.clusterNames()).toEqual(["ASIA2", "session-2"]);
  });
});

describe("a role that cannot be taken", () => {
  const letIn = "Allow the bot sts:AssumeRole on this role, and let it in by the role's trust policy.";
  it.each<[string, () => StsAnswer, TroubleKind, string]>([
    [
      "is told with what to allow",
      refusing("AccessDenied"),
      "denied",
      `${letIn} Both sides must have the same external id: the policy and fleet.yaml.`,
    ],
    [
      "by an ARN that is none is told by where it was written",
      refusing("ValidationError", 400),
      "refused",
      "Check roleArn and externalId in fleet.yaml.",
    ],
    [
      "since the bot's own credentials ended is told so",
      refusing("ExpiredToken"),
      "denied",
      "Give the bot valid AWS credentials: those it has are missing, expired or unknown to AWS.",
    ],
    ["since STS throttles is told as busy", refusing("Throttling", 400), "busy", ""],
  ])("%s", async (_, answer, kind, next) => {
    const sts = await openSts();
    sts.answer = answer;
    const { eks, clusterToken } = connectRegions({ role, ...one })("us-west-2");
    const trouble = { name: "Trouble", kind, call: "assume the role team/upgrades", next };
    await expect(eks.cluster("c")).rejects.toMatchObject(trouble);
    await expect(clusterToken("c")).rejects.toMatchObject(trouble);
  });

  it("without an external id is told with the place for one", async () => {
    const sts = await openSts();
    sts.answer = refusing("AccessDenied");
    await expect(connectRegions({ role: openRole })("us-west-2").eks.cluster("c")).rejects.toMatchObject({
      next: `${letIn} If that policy wants an external id, give it in fleet.yaml.`,
    });
  });

  it.each(["AccessDenied", "ValidationError", "Throttling", "SomethingNew"])(
    "tells nothing of the account, nor the external id: %s",
    async (code) => {
      const sts = await openSts();
      sts.answer = refusing(code, 400);
      const asked = connectRegions({ role, ...one })("us-west-2").eks.cluster("c");
      const trouble = await asked.catch((error: unknown) => error);
      expect(`${trouble} ${JSON.stringify(trouble)}`).not.toMatch(/\d{12}|open-sesame/);
    },
  );
});
