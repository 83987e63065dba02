import type { __Client } from "@aws-sdk/client-eks";
import { troubleOf } from "./trouble.js";

/** A call to AWS that changes something, and what came of it. In our words: nothing secret, and no text of AWS'. */
export interface AwsWrite {
  /** "eks:UpdateNodegroupVersion" */
  readonly what: string;
  readonly region: string;
  /** "eks-workshop/default", "auto-scaling-group/workers", "instance/i-0a" */
  readonly on?: string;
  readonly cluster?: string;
  /** "failed", too, where no answer came: then it may have been carried out all the same. */
  readonly outcome: "done" | "failed";
  /** Why it failed: "ResourceInUseException", "ECONNRESET". */
  readonly code?: string;
  readonly answered: boolean;
  /** Of every attempt that was answered. */
  readonly requestIds: readonly string[];
  /** How often it was sent. */
  readonly attempts: number;
  /** What was asked for: "DesiredCapacity", "LaunchTemplate.Version". */
  readonly asked: Readonly<Record<string, string | number | boolean>>;
}

export type OnAwsWrite = (write: AwsWrite) => void;

/** Any client of the SDK: everything that it sends passes through its stack. */
export type Client<Input extends object, Output extends Answer> = Pick<
  __Client<unknown, Input, Output, never>,
  "middlewareStack"
>;

export interface Answer {
  readonly $metadata: object;
}

/** What was sent of one call, and answered. */
interface Sent {
  attempts: number;
  readonly requestIds: string[];
}

/** Tells of every call of the client that changes something, when it is over. `service`: as IAM calls it. */
export function recordWrites<Input extends object, Output extends Answer>(
  { middlewareStack }: Client<Input, Output>,
  { service, region, onWrite }: { service: string; region: string; onWrite: OnAwsWrite },
): void {
  const underWay = new WeakMap<object, Sent>();
  middlewareStack.add(
    (next, context) => async (args) => {
      const operation = context.commandName?.replace(/Command$/, "") ?? "";
      const input: object = args.input;
      if (changesNothing(operation, input)) return next(args);
      const sent: Sent = { attempts: 0, requestIds: [] };
      underWay.set(context, sent);
      const tell = (ending: Pick<AwsWrite, "outcome" | "code" | "answered">) =>
        onWrite({ what: `${service}:${operation}`, region, ...aboutOf(input), ...ending, ...sent });
      const result = await next(args).catch((error: unknown) => {
        tell({ outcome: "failed", ...whyOf(error, operation) });
        throw error;
      });
      tell({ outcome: "done", answered: true });
      return result;
    },
    { step: "initialize", priority: "high", name: "recordWrites" },
  );
  // Nearest to the wire: once for each attempt, before the answer is read.
  middlewareStack.add(
    (next, context) => async (args) => {
      const sent = underWay.get(context);
      if (sent) sent.attempts += 1;
      const result = await next(args);
      const id = requestIdOf(result.response);
      if (id !== undefined) sent?.requestIds.push(id);
      return result;
    },
    { step: "deserialize", priority: "low", name: "noteRequestIds" },
  );
}

/** Whatever is not known to read alone is taken for a write. */
function changesNothing(operation: string, input: object): boolean {
  return /^(Describe|List|Get|AssumeRole)/.test(operation) || ("DryRun" in input && input.DryRun === true);
}

function whyOf(error: unknown, operation: string): Pick<AwsWrite, "code" | "answered"> {
  const { code } = troubleOf(error, { action: operation, doing: operation });
  const metadata = error instanceof Error && "$metadata" in error ? error.$metadata : undefined;
  const answered = typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata;
  return { code, answered };
}

const idHeaders = ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"];

function requestIdOf(response: unknown): string | undefined {
  if (typeof response !== "object" || response === null || !("headers" in response)) return undefined;
  const headers = new Map(Object.entries(response.headers ?? {}));
  const found = idHeaders.map((name) => headers.get(name)).find((id) => typeof id === "string");
  return typeof found === "string" ? found.slice(0, longestValue) : undefined;
}

const longestValue = 200;

/** What a call is about, and the rest that it asks for. */
function aboutOf(input: object): Pick<AwsWrite, "on" | "cluster" | "asked"> {
  const given = new Map<string, unknown>(Object.entries(input));
  const text = (name: string) => {
    const value = given.get(name);
    return typeof value === "string" ? value : undefined;
  };
  const cluster = text("clusterName");
  const on = targetOf(text, given.get("Tags"));
  const asked = Object.fromEntries([...given].filter(([name]) => !names.has(name)).flatMap(flat));
  return { ...(on !== undefined && { on }), ...(cluster !== undefined && { cluster }), asked };
}

type Shown = readonly [name: string, value: string | number | boolean];

/** Tokens say nothing: they only keep a call from being made twice. The others we never send. */
const untold = /token$|^userdata$|password|secret/i;

/** "LaunchTemplate.Version": a structure's parts by their names. Of lists only words are told: not what tags say. */
function flat([name, value]: readonly [string, unknown]): Shown[] {
  if (untold.test(name)) return [];
  if (typeof value === "number" || typeof value === "boolean") return [[name, value]];
  if (typeof value === "string") return [[name, value.slice(0, longestValue)]];
  if (Array.isArray(value)) {
    const words = value.length > 0 && value.every((each) => typeof each === "string");
    return words ? [[name, value.join(" ").slice(0, longestValue)]] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([inner, part]) =>
    flat([inner, part]).map(([path, shown]): Shown => [`${name}.${path}`, shown]),
  );
}

/** Fields of the SDK's inputs that say what a call is about. */
const names = new Set([
  "clusterName",
  "nodegroupName",
  "AutoScalingGroupName",
  "InstanceId",
  "LaunchTemplateId",
]);

function targetOf(text: (name: string) => string | undefined, tags: unknown): string | undefined {
  const nodeGroup = text("nodegroupName");
  if (nodeGroup !== undefined) return `${text("clusterName") ?? ""}/${nodeGroup}`;
  const group = text("AutoScalingGroupName") ?? taggedGroup(tags);
  if (group !== undefined) return `auto-scaling-group/${group}`;
  const instance = text("InstanceId");
  if (instance !== undefined) return `instance/${instance}`;
  const template = text("LaunchTemplateId");
  return template === undefined ? text("clusterName") : `launch-template/${template}`;
}

/** Auto Scaling's tags each name what they are on. */
function taggedGroup(tags: unknown): string | undefined {
  const [first]: unknown[] = Array.isArray(tags) ? tags : [];
  if (typeof first !== "object" || first === null || !("ResourceId" in first)) return undefined;
  return typeof first.ResourceId === "string" ? first.ResourceId : undefined;
}
