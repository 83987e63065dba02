import { z } from "zod";
import type { Members, Right } from "../core/access/rights.js";
import { day } from "../core/instant.js";
import { duration } from "./durations.js";
import { groups, members, someMembers, user } from "./members.js";
import { moment } from "./moments.js";

/** Who may do what; without those who may start or stop an upgrade there is no use in an environment. */
export const may = z
  .strictObject({
    plan: someMembers("plan").optional(),
    start: someMembers("start").optional(),
    force: members.optional(),
    cancel: someMembers("cancel").optional(),
    snooze: members.optional(),
    lock: members.optional(),
    breakGlass: members.optional(),
  })
  .prefault({});

/** What is said of each right, and what follows where nothing is. */
export function rightsOf(
  { breakGlass, ...said }: z.infer<typeof may>,
  operators: Members,
  approvers: Members,
): Record<Right, Members> {
  return {
    plan: said.plan ?? operators,
    start: said.start ?? operators,
    approve: approvers,
    force: said.force ?? operators,
    cancel: said.cancel ?? operators,
    snooze: said.snooze ?? operators,
    lock: said.lock ?? operators,
    "break glass": breakGlass ?? { groups: [], users: [] },
  };
}

export const approvals = z
  .strictObject({
    required: z.int().min(0, { error: "must be 0 (nobody has to approve), 1 or more" }).default(1),
    oneFromEach: groups,
    requesterMayApprove: z.boolean().default(false),
    expiresAfter: duration.default(day),
    reasonRequired: z.boolean().default(false),
    mode: z.enum(["slack", "slack+link"], { error: "must be slack or slack+link" }).default("slack"),
  })
  .prefault({});

export const deputy = z
  .strictObject({ of: user, deputy: user, from: moment, until: moment })
  .superRefine(({ of, deputy }, context) => {
    if (of !== deputy) return;
    const message = "must be somebody else: nobody is their own deputy";
    context.addIssue({ code: "custom", path: ["deputy"], message });
  });

/** "prod-eu", "live", "euProd"; but not "nonprod", nor "delivery". */
export function soundsLikeProduction(name: string): boolean {
  const words = name.replace(/([a-z])([A-Z])/g, "$1 $2");
  return /(?<!\p{L})(prod|production|live)(?!\p{L})/iu.test(words);
}
