import { z } from "zod";

const ids = (pattern: RegExp, error: string) => z.array(z.string().regex(pattern, { error })).default([]);

/** Slack user groups and people, by their ids. */
export const members = z.strictObject({
  groups: ids(/^S[A-Z0-9]+$/, "must be a Slack user group id such as S0123ABCD, not a handle"),
  users: ids(/^[UW][A-Z0-9]+$/, "must be a Slack user id such as U0123ABCD, not a name"),
});

export const channel = z
  .string({ error: "must be a Slack channel id such as C0123ABCD (channel details, at the bottom)" })
  .regex(/^[CG][A-Z0-9]+$/, {
    error: "must be a Slack channel id such as C0123ABCD, not a name (channel details, at the bottom)",
  });
