import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";
import { day, hour, minute } from "./core/instant.js";

/**
 * All clusters the bot may touch, and who may do what where. Authorisation fails closed: an environment without
 * operators can be operated by nobody, and unknown keys are refused rather than ignored.
 */
export interface Fleet {
  readonly environments: readonly Environment[];
}

export interface Environment {
  readonly name: string;
  /** Slack channel id: requests, live messages and their threads go here. */
  readonly channel: string;
  readonly operators: Members;
  readonly approvers: Members;
  readonly approvals: {
    readonly required: number;
    readonly requesterMayApprove: boolean;
    /** Milliseconds. */
    readonly expiresAfter: number;
  };
  readonly clusters: readonly { readonly name: string; readonly region: string }[];
  /** How self-managed groups are rolled, as tags of theirs would say it: their own tags say otherwise. */
  readonly rolls: Readonly<Record<string, string>>;
}

/** Slack user group ids and user ids. */
export interface Members {
  readonly groups: readonly string[];
  readonly users: readonly string[];
}

const units = { m: minute, h: hour, d: day } as const;

const duration = z
  .string({ error: "must be a length of time such as 30m, 24h or 7d" })
  .regex(/^[1-9]\d*[mhd]$/, { error: "must be a length of time such as 30m, 24h or 7d" })
  .transform((text) => Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units]);

const channel = z
  .string({ error: "must be a Slack channel id such as C0123ABCD (channel details, at the bottom)" })
  .regex(/^[CG][A-Z0-9]+$/, {
    error: "must be a Slack channel id such as C0123ABCD, not a name (channel details, at the bottom)",
  });

const ids = (pattern: RegExp, error: string) => z.array(z.string().regex(pattern, { error })).default([]);

const members = (verb: string) =>
  z
    .strictObject({
      groups: ids(/^S[A-Z0-9]+$/, "must be a Slack user group id such as S0123ABCD, not a handle"),
      users: ids(/^[UW][A-Z0-9]+$/, "must be a Slack user id such as U0123ABCD, not a name"),
    })
    .refine(({ groups, users }) => groups.length + users.length > 0, {
      error: `names nobody: nobody could ${verb} anything here`,
    });

const amount = "must be a number such as 2, or a share such as 33%";

/** The same words as the groups' own tags (`core/roll-settings.ts`). */
const rolls = z
  .strictObject({
    maxUnavailable: z
      .union(
        [
          z.int().min(1, { error: amount }).max(100, { error: amount }),
          z.string().regex(/^([1-9]\d?|100)%$/, { error: amount }),
        ],
        { error: amount },
      )
      .optional(),
    surge: z.int({ error: "must be a whole number of nodes, 0 for none" }).min(0).max(999).optional(),
    drainPause: z
      .string()
      .regex(/^\d{1,4}s$/, { error: "must be seconds, such as 90s" })
      .optional(),
    watchTargets: z.boolean().optional(),
  })
  .default({})
  .transform(({ maxUnavailable, surge, drainPause, watchTargets }) => ({
    ...(maxUnavailable !== undefined && { "eks-upgrade-bot:max-unavailable": String(maxUnavailable) }),
    ...(surge !== undefined && { "eks-upgrade-bot:surge": String(surge) }),
    ...(drainPause !== undefined && { "eks-upgrade-bot:drain-pause": drainPause }),
    ...(watchTargets !== undefined && { "eks-upgrade-bot:watch-targets": String(watchTargets) }),
  }));

const environment = z.strictObject({
  name: z.string().min(1, { error: "must not be empty" }),
  channel,
  operators: members("start"),
  approvers: members("approve"),
  approvals: z
    .strictObject({
      required: z.int().min(1, { error: "must be at least 1" }).default(1),
      requesterMayApprove: z.boolean().default(false),
      expiresAfter: duration.default(day),
    })
    .default({ required: 1, requesterMayApprove: false, expiresAfter: day }),
  clusters: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, { error: "is not the name of an EKS cluster" }),
        region: z
          .string()
          .regex(/^[a-z]{2}(-[a-z]+)+-\d+$/, { error: "must be an AWS region such as us-west-2" }),
      }),
    )
    .min(1, { error: "must name at least one cluster" }),
  rolls,
});

const fleet = z.strictObject({
  environments: z.array(environment).min(1, { error: "must name at least one environment" }),
});

/** Only the names, whatever else is wrong: so that names used twice are reported together with the rest. */
const named = { name: z.string().catch("") };
const clusterNames = z.array(z.object(named).catch({ name: "" })).catch([]);
const namesOnly = z.object({
  environments: z.array(z.object({ ...named, clusters: clusterNames }).catch({ name: "", clusters: [] })),
});

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function namesUsedTwice(data: unknown): Issue[] {
  const { environments } = namesOnly.safeParse(data).data ?? { environments: [] };
  const names = new Set<string>();
  const environmentOf = new Map<string, string>();
  return environments.flatMap(({ name, clusters }, i) => {
    const path = ["environments", i];
    const twice = name !== "" && names.has(name);
    names.add(name);
    const own: Issue[] = twice ? [{ path: [...path, "name"], message: `"${name}" is used twice` }] : [];
    return own.concat(
      clusters.flatMap((cluster, j) => {
        const other = environmentOf.get(cluster.name);
        if (cluster.name !== "") environmentOf.set(cluster.name, name);
        if (other === undefined) return [];
        const message = `"${cluster.name}" is in environment ${other} already: commands name a cluster by its name alone, so it must be unique`;
        return [{ path: [...path, "clusters", j, "name"], message }];
      }),
    );
  });
}

const examples: Readonly<Record<string, string>> = {
  operators: "write { groups: [S…], users: [U…] }",
  approvers: "write { groups: [S…], users: [U…] }",
  clusters: "write [{ name: …, region: … }]",
  environments: "begin with fleet.example.yaml",
};

const kinds: Readonly<Record<string, string>> = {
  object: "a map of keys and values",
  array: "a list",
  string: "a text",
  int: "a whole number",
  number: "a whole number",
  boolean: "true or false",
};

/** Words for what a rule has none of its own for. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "invalid_type") return undefined;
  if (issue.input === undefined || issue.input === null) {
    const example = examples[String(issue.path?.at(-1) ?? "environments")];
    const lack = issue.input === null ? "is empty" : "is missing";
    return example ? `${lack}: ${example}` : lack;
  }
  return `must be ${kinds[issue.expected] ?? issue.expected}`;
}

/** Keys that nobody knows are told one by one, each with its own line. */
function apart(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== "unrecognized_keys") return [issue];
  return issue.keys.map((key) => ({
    path: [...issue.path, key],
    message: "is no key that the bot knows: check its spelling and its indentation",
  }));
}

/** Reads a fleet file; every problem names its line and what to write. */
export function parseFleet(text: string, file: string): { fleet: Fleet } | { problems: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const syntax = document.errors.map((error) => ({ line: at(error.pos[0]), text: error.message }));
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      const text = `*${alias.source} is no anchor of this file: put a text that begins with * in quotes`;
      syntax.push({ line: at(alias.range?.[0] ?? 0), text });
    },
  });
  if (syntax.length > 0) return { problems: inOrder(syntax, file) };

  const data: unknown = document.toJS();
  const parsed = fleet.safeParse(data, { error: words });
  const issues = [...(parsed.error?.issues.flatMap(apart) ?? []), ...namesUsedTwice(data)];
  if (parsed.success && issues.length === 0) return { fleet: parsed.data };
  const problems = issues.map(({ path, message }) => ({
    line: at(offsetOf(document, path)),
    text: `${where(path)} ${message}`,
  }));
  return { problems: inOrder(problems, file) };
}

function inOrder(problems: readonly { line: number; text: string }[], file: string): string[] {
  return [...problems].sort((a, b) => a.line - b.line).map(({ line, text }) => `${file}:${line}: ${text}`);
}

/** The offset of the key or list item that the path names, or of the deepest one that is in the file. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (!isScalar(pair?.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else {
      node = isSeq(node) ? node.items[Number(part)] : undefined;
      if (!isNode(node)) return offset;
      offset = node.range?.[0] ?? offset;
    }
  }
  return offset;
}

/** environments[0].clusters[1].name */
function where(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the file";
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`))
    .join("");
}
