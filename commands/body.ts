import { parse } from "node:querystring";

/** Read as Bolt reads it: by this very header, and a form's JSON instead of the form. */
const form = "application/x-www-form-urlencoded";

/** What a request of Slack's asks. Undefined where that is no object: Bolt would throw where nobody catches it. */
export function orderIn(contentType: string | undefined, body: Buffer): object | undefined {
  if (contentType !== form) return objectIn(body.toString());
  const fields = parse(body.toString());
  return isCheck(fields) || typeof fields.payload !== "string" ? fields : objectIn(fields.payload);
}

/**
 * Whether it may come twice. What a menu offers for the typed letters changes nothing, and two such requests within
 * one second may be the same byte by byte: they bear nothing of their own.
 */
export function onlyReads(order: object): boolean {
  return isCheck(order) || ("type" in order && order.type === "block_suggestion");
}

/** Slack looks whether our certificate is good. */
function isCheck(order: object): boolean {
  return "ssl_check" in order && order.ssl_check === "1";
}

function objectIn(json: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
