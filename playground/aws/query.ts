import type { Refusal } from "../world/state.js";
import type { Answer, Input, Operation, RawRequest, Skin } from "./skin.js";
import { element, type XmlValue } from "./xml.js";

/** An operation of a Query service: what it returns becomes XML. */
export type QueryOperation = (...parameters: Parameters<Operation>) => { readonly [name: string]: XmlValue };

/** A service that speaks AWS Query: a form field names the operation, the answer is XML inside `<Operation>Result`. */
export function querySkin(
  service: string,
  namespace: string,
  operations: Readonly<Record<string, QueryOperation>>,
): Skin {
  return {
    service,
    operations,
    read: readForm,
    write(operation, output, requestId) {
      const body = {
        [`${operation}Result`]: output as XmlValue,
        ResponseMetadata: { RequestId: requestId },
      };
      return xmlAnswer(200, requestId, element(`${operation}Response`, body, "member", namespace));
    },
    refuse(refusal, requestId) {
      const error = { Type: "Sender", Code: queryCode(refusal), Message: refusal.message };
      const body = { Error: error, RequestId: requestId };
      return xmlAnswer(statusOf(refusal), requestId, element("ErrorResponse", body, "member", namespace));
    },
  };
}

/** EC2 has its own words for credentials that are no good. */
const ec2Codes: Readonly<Record<string, string>> = {
  UnrecognizedClientException: "AuthFailure",
  ExpiredTokenException: "RequestExpired",
};

/** EC2's dialect: lower camel names, lists of `item`, no Result element, errors in a list. */
export function ec2Skin(namespace: string, operations: Readonly<Record<string, QueryOperation>>): Skin {
  return {
    service: "ec2",
    operations,
    read: readForm,
    write(operation, output, requestId) {
      const body = { requestId, ...(output as { readonly [name: string]: XmlValue }) };
      return xmlAnswer(200, requestId, element(`${operation}Response`, body, "item", namespace));
    },
    refuse(refusal, requestId) {
      const code = ec2Codes[refusal.code] ?? queryCode(refusal);
      const body = { Errors: { Error: { Code: code, Message: refusal.message } }, RequestID: requestId };
      return xmlAnswer(
        code === "RequestExpired" ? 400 : statusOf(refusal),
        requestId,
        element("Response", body, "item"),
      );
    },
  };
}

function readForm({ body }: RawRequest): { operation: string; input: Input } | undefined {
  const form = new URLSearchParams(body);
  const operation = form.get("Action");
  return operation === null ? undefined : { operation, input: parseForm(form) };
}

/** "Filters.member.1.Values.member.2=x" or "Filter.1.Value.2=x" → Filters: [{ Values: [ , "x"] }]. */
export function parseForm(form: Iterable<readonly [string, string]>): Input {
  const input: Record<string, unknown> = {};
  for (const [name, value] of form) {
    const path = name.split(".").filter((part) => part !== "member");
    let place: Record<string, unknown> = input;
    for (const part of path.slice(0, -1)) {
      const next = place[part] ?? {};
      place[part] = next;
      place = next as Record<string, unknown>;
    }
    place[path.at(-1) ?? name] = value;
  }
  return listed(input) as Input;
}

/** Structures whose names are all numbers are lists. */
function listed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, listed(inner)] as const);
  if (entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name)))
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, inner]) => inner);
  return Object.fromEntries(entries);
}

/** Query services name the errors of a request's signature in their own way. */
function queryCode({ code }: Refusal): string {
  if (code === "UnrecognizedClientException") return "InvalidClientTokenId";
  if (code === "InvalidSignatureException") return "SignatureDoesNotMatch";
  return statusOf({ code }) === 403 ? code.replace(/Exception$/, "") : code;
}

function statusOf({ code }: Pick<Refusal, "code">): number {
  return /^AccessDenied$|^(MissingAuthenticationToken|IncompleteSignature|InvalidSignature|UnrecognizedClient|ExpiredToken)Exception$/.test(
    code,
  )
    ? 403
    : 400;
}

function xmlAnswer(status: number, requestId: string, body: string): Answer {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
}

/** XML protocols carry moments as ISO 8601. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
