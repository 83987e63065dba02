import { createHash, createHmac, timingSafeEqual } from "node:crypto";

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a role's session: it belongs to the key. */
  readonly sessionToken?: string;
}

export interface TokenRules {
  /** The name that the token's x-k8s-aws-id must have been signed with. */
  readonly cluster: string;
  /** Decides the partition of the STS hosts (cn-* has its own). */
  readonly region: string;
  /**
   * With the secret key the signature is checked too, and with it the cluster's name, which the URL does not show. Or how
   * the keys that may come in are found by their id.
   */
  readonly credentials?: Keys | ((accessKeyId: string) => Keys | undefined) | undefined;
  /** Real time in milliseconds: tokens are signed with real time even where the world's runs faster. */
  readonly now: number;
}

const prefix = "k8s-aws-v1.";
const maximumBytes = 4096;
const lifetime = 15 * 60_000;
const allowedSkew = 5 * 60_000;

const allowedParameters = [
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
];

/** Why an EKS token is refused, by the rules of aws-iam-authenticator; undefined when it is good. */
export function refusalOfToken(token: string, rules: TokenRules): string | undefined {
  if (!token.startsWith(prefix)) return `the token does not begin with ${prefix}`;
  if (Buffer.byteLength(token) > maximumBytes) return `the token is longer than ${maximumBytes} bytes`;
  const encoded = token.slice(prefix.length);
  if (!/^[A-Za-z0-9_-]+$/.test(encoded)) return "the token is not base64url without padding";
  const text = Buffer.from(encoded, "base64url").toString("utf8");
  if (!URL.canParse(text)) return "the token does not hold a URL";
  const url = new URL(text);
  return refusalOfPlace(url, rules) ?? refusalOfQuery(url, rules) ?? refusalOfSignature(url, rules);
}

function refusalOfPlace(url: URL, { region }: TokenRules): string | undefined {
  if (url.protocol !== "https:") return "the URL is not https";
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const isGlobal = url.host === `sts.${domain}`;
  if (!isGlobal && !stsRegion(url)) return `${url.host} is not an STS endpoint`;
  if (!url.host.endsWith(`.${domain}`)) return `${url.host} belongs to another partition`;
  if (url.pathname !== "/") return "the path is not /";
  return undefined;
}

const stsRegion = (url: URL) =>
  url.host.match(/^sts(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$/)?.[1];

function refusalOfQuery(url: URL, { now }: TokenRules): string | undefined {
  const query = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    const key = name.toLowerCase();
    if (!allowedParameters.includes(key)) return `the query parameter ${name} is not allowed`;
    if (query.has(key)) return `the query parameter ${name} is given twice`;
    query.set(key, value);
  }
  if (query.get("action") !== "GetCallerIdentity") return "the action is not GetCallerIdentity";
  const signed = query.get("x-amz-signedheaders")?.toLowerCase().split(";") ?? [];
  if (!signed.includes("x-k8s-aws-id")) return "the header x-k8s-aws-id is not signed";
  const expires = Number(query.get("x-amz-expires") || Number.NaN);
  if (!Number.isInteger(expires) || expires < 0 || expires > 900)
    return "X-Amz-Expires is not within 0 to 900";
  return refusalOfDate(query.get("x-amz-date") ?? "", now);
}

function refusalOfDate(date: string, now: number): string | undefined {
  const signedAt = Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  if (Number.isNaN(signedAt)) return "X-Amz-Date cannot be read";
  if (now - signedAt > lifetime) return "the token has expired";
  if (signedAt - now > allowedSkew) return "the token was signed in the future";
  return undefined;
}

function refusalOfSignature(url: URL, { credentials, cluster }: TokenRules): string | undefined {
  const read = (name: string) => url.searchParams.get(name) ?? "";
  if (read("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256") return "the algorithm is not AWS4-HMAC-SHA256";
  const [keyId, date = "", region = "", service, end, ...more] = read("X-Amz-Credential").split("/");
  if (service !== "sts" || end !== "aws4_request" || more.length > 0)
    return "the credential's scope is not STS";
  if (date !== read("X-Amz-Date").slice(0, 8)) return "the credential's scope is of another day";
  if (region !== (stsRegion(url) ?? region)) return "the credential's scope is of another region";
  if (!credentials) return undefined;
  const keys = typeof credentials === "function" ? credentials(keyId ?? "") : credentials;
  if (!keys || keyId !== keys.accessKeyId) return "the access key is unknown";
  if (keys.sessionToken !== undefined && read("X-Amz-Security-Token") !== keys.sessionToken)
    return "the session token is not that of the access key";
  // STS sees exactly these two headers, so a signature over others could not be verified there either.
  if (read("X-Amz-SignedHeaders") !== "host;x-k8s-aws-id") return "other headers are signed";
  const scope = `${date}/${region}/sts/aws4_request`;
  const expected = sign(keys.secretAccessKey, { url, cluster, scope, time: read("X-Amz-Date") });
  const given = Buffer.from(read("X-Amz-Signature"));
  if (given.length === expected.length && timingSafeEqual(given, Buffer.from(expected))) return undefined;
  return "the signature is not that of this cluster's name and key";
}

interface Signable {
  readonly url: URL;
  readonly cluster: string;
  readonly scope: string;
  readonly time: string;
}

/** Signature Version 4 of a presigned GET with an empty body. */
function sign(secret: string, { url, cluster, scope, time }: Signable): string {
  const query = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .sort()
    .join("&");
  const headers = `host:${url.host}\nx-k8s-aws-id:${cluster}\n`;
  const request = ["GET", "/", query, headers, "host;x-k8s-aws-id", sha256("")].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(request)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`);
  return hmac(key, text).toString("hex");
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

const percentEncode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
