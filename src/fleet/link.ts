import { z } from "zod";

const people = z
  .record(z.string(), z.string().trim().min(1, { error: "must not be empty" }), {
    error: "must be a map such as { U0123ABCD: ana@example.com }",
  })
  .superRefine((people, context) => {
    const issue = (id: string, message: string) => context.addIssue({ code: "custom", path: [id], message });
    const ids = Object.keys(people);
    if (ids.length === 0) {
      const message = "must name at least one person, such as { U0123ABCD: ana@example.com }";
      context.addIssue({ code: "custom", message });
    }
    const known = new Map<string, string>();
    for (const [id, name] of Object.entries(people)) {
      if (!/^[UW][A-Z0-9]+$/.test(id)) issue(id, "must be a Slack user id such as U0123ABCD, not a name");
      const other = known.get(name.toLowerCase());
      if (other !== undefined) issue(id, `is ${name}, who is ${other} already: each is one person`);
      known.set(name.toLowerCase(), id);
    }
  });

/** How the page of a signed link knows who opened it. */
export const link = z.strictObject({
  userHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, { error: "must be the name of a header such as x-forwarded-email" })
    .transform((name) => name.toLowerCase()),
  people,
});
