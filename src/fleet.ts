import { isNode, LineCounter, parseDocument } from "yaml";
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

const members = z.strictObject(
  {
    groups: z
      .array(
        z
          .string()
          .regex(/^S[A-Z0-9]+$/, { error: "must be a Slack user group id such as S0123ABCD, not a handle" }),
      )
      .default([]),
    users: z
      .array(
        z
          .string()
          .regex(/^[UW][A-Z0-9]+$/, { error: "must be a Slack user id such as U0123ABCD, not a name" }),
      )
      .default([]),
  },
  {
    error: (issue) =>
      issue.input === undefined ? "is missing: write { groups: [S…], users: [U…] }" : undefined,
  },
);

const environment = z
  .strictObject({
    name: z.string().min(1, { error: "must not be empty" }),
    channel,
    operators: members,
    approvers: members,
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
  })
  .superRefine((value, context) => {
    for (const role of ["operators", "approvers"] as const) {
      if (value[role].groups.length + value[role].users.length > 0) continue;
      context.addIssue({
        code: "custom",
        path: [role],
        message: `names nobody: nobody could ${role === "operators" ? "start" : "approve"} anything here`,
      });
    }
  });

const fleet = z
  .strictObject({
    environments: z.array(environment).min(1, { error: "must name at least one environment" }),
  })
  .superRefine((value, context) => {
    const seen = new Map<string, string>();
    value.environments.forEach((each, i) => {
      each.clusters.forEach((cluster, j) => {
        const other = seen.get(cluster.name);
        if (other !== undefined) {
          const path = ["environments", i, "clusters", j, "name"];
          context.addIssue({
            code: "custom",
            path,
            message: `"${cluster.name}" is in environment ${other} already: commands name a cluster by its name alone, so it must be unique`,
          });
        }
        seen.set(cluster.name, each.name);
      });
    });
    const names = value.environments.map((each) => each.name);
    names.forEach((name, i) => {
      if (names.indexOf(name) !== i)
        context.addIssue({
          code: "custom",
          path: ["environments", i, "name"],
          message: `"${name}" is used twice`,
        });
    });
  });

/** Reads a fleet file; every problem names its line and what to write. */
export function parseFleet(text: string, file: string): { fleet: Fleet } | { problems: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(
        (error) => `${file}:${lineOf(lines, error.pos[0])}: ${firstLine(error.message)}`,
      ),
    };
  }
  const parsed = fleet.safeParse(document.toJS());
  if (parsed.success) return { fleet: parsed.data };
  return {
    problems: parsed.error.issues.map((issue) => {
      const line = lineOf(lines, offsetOf(document, issue.path));
      return `${file}:${line}: ${where(issue.path)} ${issue.message}`;
    }),
  };
}

/** The offset of the deepest part of the path that is in the file. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

const lineOf = (lines: LineCounter, offset: number) => Math.max(1, lines.linePos(offset).line);

const firstLine = (message: string) => message.split("\n")[0] ?? message;

/** environments[0].clusters[1].name */
function where(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the file";
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`))
    .join("");
}
