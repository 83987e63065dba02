import type { LockedOut, Rules } from "./enough.js";
import type { Issue } from "./issue.js";

interface Told extends Rules {
  readonly production: boolean;
}

/** Says who is locked out, at the key to change; the path begins within the environment. */
export function lockoutIssue(found: LockedOut, rules: Told): Issue {
  const { required, oneFromEach } = rules.approvals;
  const more = rules.letIn ? "name more in approvers and link.people" : "name more in approvers";
  switch (found.why) {
    case "nobody starts":
      return {
        path: ["may", "start"],
        message: "has nobody in it, so nothing could ever start: add people to its user groups in Slack",
      };
    case "too few": {
      const some = found.approvers === 0 ? "nobody" : `only ${found.approvers}`;
      const fewer = required > 1 ? ", or require fewer" : "";
      const message = `is ${required}, but ${some} may approve, so nothing could ever start: ${more}${fewer}`;
      return { path: ["approvals", "required"], message };
    }
    case "group without approvers":
      return {
        path: ["approvals", "oneFromEach", oneFromEach.indexOf(found.group)],
        message:
          "has nobody in it who may approve, so nothing could ever start: add people to it in Slack, or leave it out",
      };
    case "no other": {
      const message = `is not enough: nobody may approve their own request, and nobody of those who may start has ${othersIn(rules)}: ${more}${orAlone(rules)}`;
      return { path: ["approvers"], message };
    }
  }
}

/** "1 other approver", "2 other approvers with one of each group in oneFromEach". */
export function othersIn({ approvals: { required, oneFromEach } }: Rules): string {
  const others = `${required} other approver${required === 1 ? "" : "s"}`;
  return oneFromEach.length > 0 ? `${others} with one of each group in oneFromEach` : others;
}

/** Where it is no way out, it is not said to be one. */
export function orAlone({ production, approvals }: Told): string {
  return production && approvals.required === 1 ? "" : ", or set requesterMayApprove: true";
}
