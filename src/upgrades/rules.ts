import type { ApprovalRules } from "../core/decide.js";
import type { Environment } from "../fleet.js";

export function rulesOf(environment: Environment): ApprovalRules {
  const { approvals, approvers } = environment;
  return { ...approvals, approverGroups: approvers.groups, approverUsers: approvers.users };
}
