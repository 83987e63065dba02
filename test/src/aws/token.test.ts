import { execFileSync } from "node:child_process";
import { EKS } from "@aws-sdk/client-eks";
import { describe, expect, it } from "vitest";
import { signToken, tokenMaker } from "../../../src/aws/token.js";
import { minute } from "../../../src/core/instant.js";

/** The key pair of AWS' own documentation. */
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const { sha256 } = new EKS({ region: "us-west-2", credentials: keys }).config;

function urlIn(token: string): string {
  return Buffer.from(token.replace("k8s-aws-v1.", ""), "base64url").toString();
}

const printed = [
  "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256",
  "X-Amz-Date=20261121T032658Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
] as const;

describe("signToken", () => {
  // Recorded from `aws eks get-token` with the key pair above.
  it.each([
    [
      "with lasting credentials",
      { cluster: "eks-workshop", region: "us-west-2", identity: keys },
      `https://sts.us-west-2.amazonaws.com/?${printed[0]}&X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Fus-west-2%2Fsts%2Faws4_request&${printed[1]}&X-Amz-Signature=2a3a8158322428fbbbd272f41232eea31dc9976a66ce3bd03eab89285961fab5`,
    ],
    [
      "with a session",
      {
        cluster: "prod_1-a",
        region: "eu-central-1",
        identity: { ...keys, sessionToken: "FwoG+/=session(tok*en)!'" },
      },
      `https://sts.eu-central-1.amazonaws.com/?${printed[0]}&X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Feu-central-1%2Fsts%2Faws4_request&${printed[1]}&X-Amz-Security-Token=FwoG%2B%2F%3Dsession%28tok%2Aen%29%21%27&X-Amz-Signature=9955b0caa6b2150bb488dd337bbdb0419d02a4837c5b7911f0ac26fb412f2181`,
    ],
    [
      "in China",
      { cluster: "c", region: "cn-north-1", identity: keys },
      `https://sts.cn-north-1.amazonaws.com.cn/?${printed[0]}&X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Fcn-north-1%2Fsts%2Faws4_request&${printed[1]}&X-Amz-Signature=9b4a65be2e551d9aa5fe7a83a42c07bcf848b6f3f59f786999398b1fcad4813b`,
    ],
  ])("is what the aws command prints %s", async (_, parts, url) => {
    const token = await signToken({ ...parts, sha256, date: new Date("2026-11-21T03:26:58Z") });
    expect(urlIn(token)).toBe(url);
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
  });

  it.skipIf(!hasAwsCommand())("is what the installed aws command prints now", async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    };
    const command = ["eks", "get-token", "--region", "us-west-2", "--cluster-name", "eks-workshop"];
    const theirs: string = JSON.parse(execFileSync("aws", command, { env, encoding: "utf8" })).status.token;
    const signedAt = new URL(urlIn(theirs)).searchParams.get("X-Amz-Date") ?? "";
    const date = new Date(signedAt.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z"));
    expect(
      await signToken({ cluster: "eks-workshop", region: "us-west-2", identity: keys, sha256, date }),
    ).toBe(theirs);
  });
});

function hasAwsCommand(): boolean {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("tokenMaker", () => {
  const start = Date.parse("2026-07-14T12:00:00Z");

  function maker(credentials: { expiration?: Date } = {}) {
    const state = { now: start, asked: 0, broken: false };
    const signing = async () => ({
      sha256,
      credentials: async () => {
        state.asked++;
        if (state.broken) throw Object.assign(new Error("none"), { name: "CredentialsProviderError" });
        return { ...keys, ...credentials };
      },
    });
    return { state, token: tokenMaker("us-west-2", signing, () => new Date(state.now)) };
  }

  it.each([
    ["is kept for 14 minutes", 14 * minute - 1, {}, true],
    ["is renewed after 14 minutes", 14 * minute, {}, false],
    [
      "is renewed when the credentials end before",
      5 * minute,
      { expiration: new Date(start + 5 * minute) },
      false,
    ],
    ["is kept until the credentials end", 5 * minute - 1, { expiration: new Date(start + 5 * minute) }, true],
  ])("a token %s", async (_, later, credentials, kept) => {
    const { state, token } = maker(credentials);
    const first = await token("c");
    state.now += later;
    expect((await token("c")) === first).toBe(kept);
  });

  it("has one token for all who ask at once, and one for each cluster", async () => {
    const { state, token } = maker();
    const [a, b, other] = await Promise.all([token("c"), token("c"), token("d")]);
    expect(a).toBe(b);
    expect(other).not.toBe(a);
    expect(state.asked).toBe(2);
  });

  it("makes a new token at once when told to, and keeps that", async () => {
    const { state, token } = maker();
    const first = await token("c");
    state.now += minute;
    const renewed = await token("c", { renew: true });
    expect(renewed).not.toBe(first);
    expect(await token("c")).toBe(renewed);
  });

  it("throws Trouble without credentials, and does not keep the failure", async () => {
    const { state, token } = maker();
    state.broken = true;
    await expect(token("c")).rejects.toMatchObject({ name: "Trouble", kind: "denied" });
    state.broken = false;
    expect(await token("c")).toContain("k8s-aws-v1.");
  });
});
