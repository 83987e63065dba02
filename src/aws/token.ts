import type { EKS } from "@aws-sdk/client-eks";
import { minute } from "../core/instant.js";
import { ask } from "./trouble.js";

/** What a client of the SDK signs with: its own credentials, which it renews, and its own hash. */
export interface Signing {
  readonly credentials: () => Promise<Identity>;
  readonly sha256: EKS["config"]["sha256"];
}

type Identity = Awaited<ReturnType<EKS["config"]["credentials"]>>;

/**
 * A bearer token for the Kubernetes API of a cluster, renewed before it ends. `renew` makes a new one at once: the
 * API server said no to the last. Throws `Trouble` ("denied") where there are no credentials.
 */
export type ClusterToken = (cluster: string, options?: TokenOptions) => Promise<string>;

export interface TokenOptions {
  readonly renew?: boolean;
}

/** EKS takes a token for 15 minutes after it was signed; the last one is left for clocks that disagree. */
const tokenLife = 14 * minute;

/**
 * `now` is real time, whatever clock the rest of the bot goes by: AWS and the API server hold it against theirs.
 */
export function tokenMaker(
  region: string,
  signing: () => Promise<Signing>,
  now: () => Date = () => new Date(),
): ClusterToken {
  const kept = new Map<string, Kept>();

  async function sign(cluster: string): Promise<Signed> {
    const { credentials, sha256 } = await signing();
    const identity = await credentials();
    const date = now();
    const ends = identity.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    const token = await signToken({ cluster, region, date, identity, sha256 });
    return { token, renewAt: Math.min(date.getTime() + tokenLife, ends) };
  }

  function make(cluster: string): Promise<string> {
    const call = { action: "sts:GetCallerIdentity", doing: `sign in to the Kubernetes API of ${cluster}` };
    const signed = ask(call, undefined, () => sign(cluster));
    const entry = { signed, renewAt: Number.POSITIVE_INFINITY };
    kept.set(cluster, entry);
    return signed.then(
      ({ token, renewAt }) => {
        entry.renewAt = renewAt;
        return token;
      },
      (error) => {
        if (kept.get(cluster) === entry) kept.delete(cluster);
        throw error;
      },
    );
  }

  return (cluster, options) => {
    const last = kept.get(cluster);
    const usable = last && !options?.renew && now().getTime() < last.renewAt;
    return usable ? last.signed.then(({ token }) => token) : make(cluster);
  };
}

interface Signed {
  readonly token: string;
  readonly renewAt: number;
}

/** Kept while it is being signed, too, so that callers at the same time share one. */
interface Kept {
  readonly signed: Promise<Signed>;
  renewAt: number;
}

interface TokenParts {
  readonly cluster: string;
  readonly region: string;
  readonly date: Date;
  readonly identity: Identity;
  readonly sha256: Signing["sha256"];
}

/**
 * A presigned sts:GetCallerIdentity, which the cluster's authenticator calls to learn who we are. It refuses any
 * query parameter it does not know, so the URL is put together here and not by the SDK, which adds one.
 */
export async function signToken({ cluster, region, date, identity, sha256 }: TokenParts): Promise<string> {
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const host = `sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  const signer = new SignatureV4({ service: "sts", region, credentials: identity, sha256 });
  const request = {
    method: "GET",
    protocol: "https:",
    hostname: host,
    path: "/",
    query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
    headers: { host, "x-k8s-aws-id": cluster },
  };
  const { query = {} } = await signer.presign(request, { expiresIn: 60, signingDate: date });
  const url = `https://${host}/?${encodeQuery(query)}`;
  return `k8s-aws-v1.${Buffer.from(url).toString("base64url")}`;
}

/** All that the authenticator knows, in the order in which `aws eks get-token` writes them. */
const parameters = [
  "Action",
  "Version",
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
];

function encodeQuery(query: Readonly<Record<string, unknown>>): string {
  const given = parameters.filter((name) => query[name] !== undefined);
  return given.map((name) => `${name}=${encode(String(query[name]))}`).join("&");
}

/** As RFC 3986 wants it; encodeURIComponent leaves some marks as they are. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
