import { Refusal } from "../world/state.js";

const form =
  /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/;

export interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Reads the key's id, region and service from a Signature Version 4 header. The signature itself cannot be checked: the world does not
 * know the client's secret. Throws a Refusal for a request that is not signed.
 */
export function signedFor(authorization: string | undefined): Scope {
  if (authorization === undefined)
    throw new Refusal("MissingAuthenticationTokenException", "Missing Authentication Token");
  const [, accessKeyId, region, service] = form.exec(authorization) ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined)
    throw new Refusal(
      "IncompleteSignatureException",
      "The Authorization header is not a Signature Version 4.",
    );
  return { accessKeyId, region, service };
}

/** What sts.amazonaws.com, which belongs to no region, is signed for. */
const global = "us-east-1";

/** Throws a Refusal for a request that was signed for a region where the world has nothing. */
export function checkRegion(scope: Scope, regions: readonly string[]): void {
  if (regions.includes(scope.region) || (scope.service === "sts" && scope.region === global)) return;
  throw new Refusal(
    "InvalidSignatureException",
    `Credential should be scoped to a valid region, not '${scope.region}'.`,
  );
}
