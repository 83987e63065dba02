import { describe, expect, it } from "vitest";
import { refusalOfToken } from "../../../playground/kubernetes/token.js";
import { credentials, makeToken, presign, tokenOf } from "./signing.js";

const now = Date.parse("2026-03-01T08:00:00Z");
const minute = 60_000;
const rules = { cluster: "town", region: "us-west-2", credentials, now };
const at = (offset: number) => new Date(now + offset);

async function changed(change: (url: URL) => void): Promise<string> {
  const url = await presign({ signedAt: at(0) });
  change(url);
  return tokenOf(url);
}

describe("an EKS token is good", () => {
  it.each([
    ["when it is fresh", {}],
    ["when it is 15 minutes old, whatever X-Amz-Expires says", { signedAt: at(-15 * minute), expiresIn: 60 }],
    ["when its clock runs five minutes ahead", { signedAt: at(5 * minute) }],
    ["from another region's STS", { region: "eu-central-1" }],
    ["from the global STS", { region: "us-east-1", host: "sts.amazonaws.com" }],
    ["with a session's credentials", { sessionToken: "abc/def+ghi==" }],
    ["with the longest expiry", { expiresIn: 900 }],
  ])("%s", async (_case, wish) => {
    expect(refusalOfToken(await makeToken({ signedAt: at(0), ...wish }), rules)).toBeUndefined();
  });
});

describe("an EKS token is refused", () => {
  it.each([
    ["for another cluster", { cluster: "city" }, "the signature is not that of this cluster's name and key"],
    [
      "by another key",
      { secretAccessKey: "guess" },
      "the signature is not that of this cluster's name and key",
    ],
    ["after 15 minutes", { signedAt: at(-15 * minute - 1000) }, "the token has expired"],
    ["from the future", { signedAt: at(5 * minute + 1000) }, "the token was signed in the future"],
    ["with too long an expiry", { expiresIn: 901 }, "X-Amz-Expires is not within 0 to 900"],
    ["for another action", { action: "AssumeRole" }, "the action is not GetCallerIdentity"],
    ["with another path", { path: "/x" }, "the path is not /"],
    ["from a host that is not STS", { host: "sts.example.com" }, "sts.example.com is not an STS endpoint"],
    [
      "from a host that only begins like STS",
      { host: "sts.us-west-2.amazonaws.com.example.com" },
      /is not an STS/,
    ],
    [
      "from another partition",
      { region: "cn-north-1", host: "sts.cn-north-1.amazonaws.com.cn" },
      "sts.cn-north-1.amazonaws.com.cn belongs to another partition",
    ],
    [
      "without the cluster's header",
      { headers: { host: "sts.us-west-2.amazonaws.com" } },
      /x-k8s-aws-id is not signed/,
    ],
    [
      "with other signed headers, which STS would not see",
      { headers: { host: "sts.us-west-2.amazonaws.com", "x-k8s-aws-id": "town", "x-more": "1" } },
      "other headers are signed",
    ],
    [
      "when region and host differ",
      { region: "us-east-2", host: "sts.us-west-2.amazonaws.com" },
      /another region/,
    ],
  ])("%s", async (_case, wish, why) => {
    expect(refusalOfToken(await makeToken({ signedAt: at(0), ...wish }), rules)).toMatch(why);
  });

  it.each([
    [
      "with the parameter x-id",
      (url: URL) => url.searchParams.set("x-id", "GetCallerIdentity"),
      /x-id is not allowed/,
    ],
    ["with a parameter given twice", (url: URL) => url.searchParams.append("action", "x"), /given twice/],
    ["over http", (url: URL) => Object.assign(url, { protocol: "http:" }), "the URL is not https"],
    [
      "with a date nobody can read",
      (url: URL) => url.searchParams.set("X-Amz-Date", "today"),
      /cannot be read/,
    ],
    [
      "with a changed signature",
      (url: URL) => url.searchParams.set("X-Amz-Signature", "00"),
      /the signature is not/,
    ],
    ["with no expiry", (url: URL) => url.searchParams.delete("X-Amz-Expires"), /X-Amz-Expires/],
    ["with a negative expiry", (url: URL) => url.searchParams.set("X-Amz-Expires", "-1"), /X-Amz-Expires/],
    [
      "with an unknown key",
      (url: URL) => url.searchParams.set("X-Amz-Credential", "OTHER/20260301/us-west-2/sts/aws4_request"),
      "the access key is unknown",
    ],
    [
      "signed for another service",
      (url: URL) => url.searchParams.set("X-Amz-Credential", "OTHER/20260301/us-west-2/eks/aws4_request"),
      "the credential's scope is not STS",
    ],
  ])("%s", async (_case, change, why) => {
    expect(refusalOfToken(await changed(change), rules)).toMatch(why);
  });

  it.each([
    ["without its prefix", "abc", "the token does not begin with k8s-aws-v1."],
    ["with padding", "k8s-aws-v1.YQ==", "the token is not base64url without padding"],
    ["with nothing in it", "k8s-aws-v1.", "the token is not base64url without padding"],
    ["without a URL", tokenOf("sts"), "the token does not hold a URL"],
    ["when it is too long", tokenOf(`https://${"x".repeat(4096)}`), "the token is longer than 4096 bytes"],
  ])("%s", (_case, token, why) => {
    expect(refusalOfToken(token, rules)).toBe(why);
  });

  it.each([
    ["where nobody has its access key", () => undefined, "the access key is unknown"],
    [
      "with another session's token",
      () => ({ ...credentials, sessionToken: "mine" }),
      "the session token is not that of the access key",
    ],
    [
      "never where the session is that of the key",
      () => ({ ...credentials, sessionToken: "theirs" }),
      undefined,
    ],
  ])("%s, by a ring of keys", async (_case, ring, why) => {
    const token = await makeToken({ signedAt: at(0), sessionToken: "theirs" });
    expect(refusalOfToken(token, { ...rules, credentials: ring })).toBe(why);
  });

  it("never for its cluster where the secret key is not known", async () => {
    const token = await makeToken({ signedAt: at(0), cluster: "city" });
    expect(refusalOfToken(token, { cluster: "town", region: "us-west-2", now })).toBeUndefined();
  });
});
