import { createHash, createHmac } from "node:crypto";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";

export const credentials = { accessKeyId: "AKIDPLAYGROUND", secretAccessKey: "not-a-secret" };

class Sha256 {
  private readonly hash;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = key === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(key));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}

export interface TokenWish {
  readonly cluster?: string;
  readonly region?: string;
  readonly host?: string;
  readonly path?: string;
  readonly signedAt?: Date;
  readonly expiresIn?: number;
  readonly action?: string;
  readonly headers?: Record<string, string>;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
}

/** The presigned URL inside an EKS token, signed by AWS's own signer. */
export async function presign(wish: TokenWish = {}): Promise<URL> {
  const { cluster = "town", region = "us-west-2", signedAt = new Date(), expiresIn = 60 } = wish;
  const { host = `sts.${region}.amazonaws.com`, path = "/", action = "GetCallerIdentity" } = wish;
  const { secretAccessKey = credentials.secretAccessKey, sessionToken } = wish;
  const signer = new SignatureV4({
    service: "sts",
    region,
    sha256: Sha256,
    credentials: { ...credentials, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
  });
  const request = new HttpRequest({
    method: "GET",
    protocol: "https:",
    hostname: host,
    path,
    query: { Action: action, Version: "2011-06-15" },
    headers: wish.headers ?? { host, "x-k8s-aws-id": cluster },
  });
  const signed = await signer.presign(request, { expiresIn, signingDate: signedAt });
  const query = Object.entries(signed.query ?? {}).map(([name, value]) => {
    return `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;
  });
  return new URL(`https://${host}${path}?${query.sort().join("&")}`);
}

export const tokenOf = (url: URL | string) => `k8s-aws-v1.${Buffer.from(String(url)).toString("base64url")}`;

export const makeToken = async (wish?: TokenWish) => tokenOf(await presign(wish));
