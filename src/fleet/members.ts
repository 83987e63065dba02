import { z } from "zod";

/** An id that is listed twice was meant to be another one. */
export function noneTwice(ids: readonly string[], context: z.RefinementCtx): void {
  for (const [i, id] of ids.entries()) {
    if (ids.indexOf(id) === i) continue;
    context.addIssue({ code: "custom", path: [i], message: `"${id}" is listed twice` });
  }
}

const group = z
  .string()
  .regex(/^S[A-Z0-9]+$/, { error: "must be a Slack user group id such as S0123ABCD, not a handle" });

export const user = z
  .string()
  .regex(/^[UW][A-Z0-9]+$/, { error: "must be a Slack user id such as U0123ABCD, not a name" });

export const groups = z.array(group).superRefine(noneTwice).default([]);

/** Slack user groups and people, by their ids. */
export const members = z.strictObject({ groups, users: z.array(user).superRefine(noneTwice).default([]) });

export const someMembers = (verb: string) =>
  members.refine(({ groups, users }) => groups.length + users.length > 0, {
    error: `names nobody: nobody could ${verb} anything here`,
  });

export const channel = z
  .string({ error: "must be a Slack channel id such as C0123ABCD (channel details, at the bottom)" })
  .regex(/^[CG][A-Z0-9]+$/, {
    error: "must be a Slack channel id such as C0123ABCD, not a name (channel details, at the bottom)",
  });
