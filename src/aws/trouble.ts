import { Trouble, type TroubleKind } from "../core/problems.js";

/** One call to AWS: the IAM action it needs, and what we do with it, in words. */
export interface AwsCall {
  /** "eks:DescribeNodegroup" */
  readonly action: string;
  /** "describe node group eks-workshop/default" */
  readonly doing: string;
}

/** Makes a call with an SDK's client: whatever fails becomes a Trouble, except that an abort throws the signal's reason. */
export async function ask<T>(
  call: AwsCall,
  signal: AbortSignal | undefined,
  send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await send(signal ? { abortSignal: signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw troubleOf(error, call);
  }
}

/** The part of an answer that it cannot be without: an answer that lacks it did not come from AWS. */
export function present<T>(part: T | undefined, call: AwsCall): T {
  if (part === undefined) throw new Trouble("unreachable", call.doing, "EmptyAnswer", checkTheWay);
  return part;
}

const checkTheWay = "Check the bot's way to AWS: DNS, proxy, firewall, VPC endpoint.";

/** Reads what failed from the error's name, HTTP status and, where AWS tells two things apart only there, its text. */
export function troubleOf(error: unknown, call: AwsCall): Trouble {
  if (error instanceof Trouble) return error;
  const failure = describe(error);
  const kind = kindOf(failure);
  return new Trouble(kind, call.doing, failure.code, nextStep(kind, failure, call), { cause: error });
}

interface Failure {
  /** The service's code, or Node's for a failed connection. */
  readonly code: string;
  readonly status?: number;
  readonly message: string;
}

function describe(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: "UnknownError", message: "" };
  const { code, $metadata: metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const status = metadata?.httpStatusCode;
  if (status !== undefined) return { code: error.name, status, message: error.message };
  return { code: typeof code === "string" ? code : error.name, message: error.message };
}

const badCredentials = new Set([
  "AuthFailure",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "RequestExpired",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
]);

/** AWS does not take the credentials, whatever they are allowed to do. */
export function refusesCredentials({ code }: Trouble): boolean {
  return badCredentials.has(code);
}

/** Codes that older protocols send with status 400, where the status says nothing. */
const byCode: ReadonlyMap<string, TroubleKind> = new Map([
  ["AccessDenied", "denied"],
  ["AccessDeniedException", "denied"],
  ["UnauthorizedOperation", "denied"],
  ["ResourceInUse", "conflict"],
  ["ResourceInUseException", "conflict"],
  ["ResourceInUseFault", "conflict"],
  ["ScalingActivityInProgressFault", "conflict"],
  ["BandwidthLimitExceeded", "busy"],
  ["PriorRequestNotComplete", "busy"],
  ["ProvisionedThroughputExceededException", "busy"],
  ["RequestLimitExceeded", "busy"],
  ["RequestThrottled", "busy"],
  ["RequestThrottledException", "busy"],
  ["SlowDown", "busy"],
  ["Throttling", "busy"],
  ["ThrottledException", "busy"],
  ["ThrottlingException", "busy"],
  ["TooManyRequestsException", "busy"],
]);

function kindOf({ code, status, message }: Failure): TroubleKind {
  if (badCredentials.has(code)) return "denied";
  const known = byCode.get(code);
  if (known) return known;
  // EC2: "InvalidLaunchTemplateId.VersionNotFound", "InvalidLaunchTemplateName.NotFoundException".
  if (/NotFound(?:Exception)?$/.test(code)) return "not found";
  if (status === undefined) return "unreachable";
  if (status === 401 || status === 403) return "denied";
  if (status === 404) return "not found";
  if (status === 409) return "conflict";
  if (status === 429 || status >= 500) return "busy";
  // EKS passes on that EC2 throttled it as a bad request; the SDK does not retry that.
  if (/request limit exceeded/i.test(message)) return "busy";
  // A success whose body cannot be read did not come from AWS: a proxy or a captive portal answered.
  return status < 400 ? "unreachable" : "refused";
}

function nextStep(kind: TroubleKind, failure: Failure, call: AwsCall): string {
  switch (kind) {
    case "denied":
      return badCredentials.has(failure.code)
        ? "Give the bot valid AWS credentials: those it has are missing, expired or unknown to AWS."
        : `Allow ${deniedAction(failure.message) ?? call.action} in the IAM policy of the bot's role.`;
    case "not found":
      return "Check that it exists in this AWS account and region; it may have been deleted.";
    case "conflict":
      return "Wait until the other change to it has ended.";
    case "refused":
      return refusal(failure.message);
    case "unreachable":
      return checkTheWay;
    case "busy":
      return "";
  }
}

/** AWS names what it denied; that is another action than the call's where credentials are got by assuming a role. */
function deniedAction(message: string): string | undefined {
  return /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/i.exec(message)?.[1];
}

function refusal(message: string): string {
  const sentence = withoutAccountData(message);
  return sentence ? `AWS says: ${sentence}` : "Look for the call in CloudTrail: AWS gave no reason.";
}

const longestRefusal = 300;

/** AWS' own sentence without ARNs, account ids and keys, which may not be shown. */
export function withoutAccountData(message: string): string {
  const clean = message
    .replace(/\barn:aws[\w-]*:[^\s"',;)\]]*/gi, "[ARN]")
    .replace(/\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ABIA|ACCA)[A-Z0-9]{12,}\b/g, "[key]")
    .replace(/(?<!\d)\d{12}(?!\d)/g, "[account]")
    .replace(/\s+/g, " ")
    .trim();
  return clean.length > longestRefusal ? `${clean.slice(0, longestRefusal - 1)}…` : clean;
}
