import { titleOf } from "./plan.js";
import type { Problem } from "./problems.js";
import type { Run } from "./run.js";

/** How a node group gets back to the AMI it came from: a command that asks for it, or why there is none. */
export type WayBack = { readonly command: string } | { readonly why: Problem };

/**
 * From what the run recorded. Where we, or a template of the customer's own, choose the AMI, the former one is as good a
 * target as any; a release that EKS has taken a node group to, it does not take back.
 */
export function wayBack({ plan }: Pick<Run, "plan">): WayBack {
  const [step, ...more] = plan.steps;
  if (!step || more.length > 0) return { why: severalGroups };
  const { image, release } = step.from;
  if (image !== undefined) return { command: `/eks-upgrade start ${titleOf(plan)} --ami ${image}` };
  return {
    why: {
      code: "EksGoesForward",
      what: `EKS does not take node group ${step.nodeGroup} back to an earlier release`,
      next: `Create a node group with release ${release} beside it (EKS accepts that for a new one), move the pods there, and delete this one. Or wait for the next release.`,
    },
  };
}

const severalGroups: Problem = {
  code: "SeveralNodeGroups",
  what: "The run is not about a single node group",
  next: "Take each node group back by itself.",
};
