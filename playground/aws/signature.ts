import { Refusal } from "../world/state.js";

const form =
  /^AWS4-HMAC-SHA256 Credential=[^/\s]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/;

/**
 * Reads region and service from a Signature Version 4 header. The signature itself cannot be checked: the world does not
 * know the client's secret. Throws a Refusal for a request that is not signed, or signed for another region.
 */
export function signedFor(authorization: string | undefined, region: string): { service: string } {
  if (authorization === undefined)
    throw new Refusal("MissingAuthenticationTokenException", "Missing Authentication Token");
  const [, signedRegion, service] = form.exec(authorization) ?? [];
  if (signedRegion === undefined || service === undefined)
    throw new Refusal(
      "IncompleteSignatureException",
      "The Authorization header is not a Signature Version 4.",
    );
  if (signedRegion !== region)
    throw new Refusal(
      "InvalidSignatureException",
      `Credential should be scoped to a valid region, not '${signedRegion}'.`,
    );
  return { service };
}
