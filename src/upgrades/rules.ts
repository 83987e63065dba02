import type { ApprovalRules } from "../core/decide.js";
import type { Hours } from "../core/windows.js";
import type { Environment } from "../fleet.js";

export function rulesOf(environment: Environment): ApprovalRules {
  const { approvals, approvers, may } = environment;
  const breakers = may["break glass"];
  return {
    required: approvals.required,
    requesterMayApprove: approvals.requesterMayApprove,
    expiresAfter: approvals.expiresAfter,
    oneFromEach: approvals.oneFromEach,
    linkNeeded: approvals.mode === "slack+link",
    approverGroups: approvers.groups,
    approverUsers: approvers.users,
    mayBreakGlass: breakers.groups.length + breakers.users.length > 0,
    hours: hoursOf(environment),
  };
}

/** When upgrades of the environment may start and go on. */
export function hoursOf({ windows, freezes }: Environment): Hours {
  return { ...(windows && { windows }), freezes };
}
