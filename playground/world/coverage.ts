/** One behaviour of the simulated AWS: the fact it models, what it leaves out, and the test (its title) that shows it. */
export interface Behaviour {
  readonly behaviour: string;
  readonly fact: string;
  readonly leavesOut?: string;
  readonly testedBy: string;
  readonly test: string;
}

const update = "test/playground/world/managed-update.test.ts";
const failures = "test/playground/world/failures.test.ts";
const requests = "test/playground/world/request-update.test.ts";
const own = "test/playground/world/self-managed.test.ts";
const templates = "test/playground/world/own-template.test.ts";
const autoscaler = "test/playground/world/cluster-autoscaler.test.ts";
const deeds = "test/playground/world/deeds.test.ts";
const offers = "test/playground/world/offer.test.ts";
const places = "test/playground/aws/places.test.ts";
const writes = "test/playground/aws/auto-scaling-writes.test.ts";
const guide = "Auto Scaling user guide";
const updatePhases = "EKS user guide: managed node update behaviour";

export const worldCoverage: readonly Behaviour[] = [
  {
    behaviour: "An update has four phases in order",
    fact: updatePhases,
    testedBy: update,
    test: "goes through the four phases in order and ends within 12 to 20 minutes",
  },
  {
    behaviour: "Setup makes a launch template version and points the Auto Scaling group at it",
    fact: updatePhases,
    testedBy: update,
    test: "points the Auto Scaling group at a new launch template version before it grows",
  },
  {
    behaviour: "Scale up puts a new node into every zone that has old ones, within the guide's bound",
    fact: updatePhases,
    leavesOut:
      "the real increment is undocumented below its bound: here it is the least that serves every zone",
    testedBy: update,
    test: "one node per zone where one may be missing",
  },
  {
    behaviour: "Old nodes are made unschedulable and leave load balancers before the first is drained",
    fact: updatePhases,
    leavesOut: "the taint that older updates used instead",
    testedBy: update,
    test: "drains no node before every zone has a new Ready one and the old ones take no pods",
  },
  {
    behaviour: "Old nodes go in random order, at most maxUnavailable at a time, 60 s after they are empty",
    fact: updatePhases,
    testedBy: update,
    test: "replaces one old node after the other, a minute between empty and terminated",
  },
  {
    behaviour: "Evictions respect budgets",
    fact: updatePhases,
    testedBy: update,
    test: "never takes more pods than the budgets allow",
  },
  {
    behaviour: "Scale down takes max and desired back one by one",
    fact: updatePhases,
    leavesOut: "the early exit when Cluster Autoscaler scales the group up meanwhile",
    testedBy: update,
    test: "raises max and desired at once, and gives them back one by one",
  },
  {
    behaviour: "MINIMAL cordons all old nodes first and never exceeds the group's size",
    fact: updatePhases,
    testedBy: update,
    test: "cordons all nodes first, never has more than before, and waits for each replacement",
  },
  {
    behaviour: "The node group reads UPDATING a moment after the update was accepted",
    fact: "EKS API: DescribeNodegroup is eventually consistent",
    testedBy: update,
    test: "shows UPDATING a little late, and the new release once it is over",
  },
  {
    behaviour: "New nodes that do not join within 15 minutes fail the update",
    fact: updatePhases,
    leavesOut: "any roll back by EKS (not documented)",
    testedBy: failures,
    test: "%s: NodeCreationFailure after 15 minutes, the old nodes untouched",
  },
  {
    behaviour: "Pods that do not leave within 15 minutes fail the update, or are deleted under force",
    fact: updatePhases,
    testedBy: failures,
    test: "PodEvictionFailure after 15 minutes names the node, which stays unschedulable",
  },
  {
    behaviour: "A pod under two budgets is never evicted: force alone gets rid of it",
    fact: "EKS user guide: managed node update behaviour; Kubernetes: API-initiated eviction",
    testedBy: failures,
    test: "%s: under force they are deleted after 15 minutes, and the update goes on",
  },
  {
    behaviour:
      "Instances that never register, and launches that fail, degrade the group until their cause is gone",
    fact: "EKS API: Issue",
    leavesOut:
      "all other health issues; PodEvictionFailure as one, since the same update is accepted after it",
    testedBy: failures,
    test: "%s, until the cause is gone",
  },
  {
    behaviour: "Sizes that a failed update left raised are not lowered before the next one scales down",
    fact: updatePhases,
    testedBy: failures,
    test: "the same update again keeps the larger group until it scales down (seed %i)",
  },
  {
    behaviour: "Somebody scales a Deployment or changes a budget in the middle of an update",
    fact: "Kubernetes: the disruption controller keeps a budget's status",
    testedBy: "test/playground/world/acts.test.ts",
    test: "%s: the drain that was stuck goes on at once",
  },
  {
    behaviour: "The same update again goes on where a failed one stopped",
    fact: "EKS workshop: nodes that already have the new AMI are spared",
    testedBy: failures,
    test: "the same update again spares the nodes that are new already, and puts the sizes back",
  },
  {
    behaviour: "A token that was used before answers with the update it started",
    fact: "EKS API: clientRequestToken",
    testedBy: requests,
    test: "answers with the update it started, while that runs and after",
  },
  {
    behaviour: "One update per node group at a time",
    fact: "EKS API: ResourceInUseException",
    testedBy: requests,
    test: "a second update while one runs",
  },
  {
    behaviour: "A running instance dies: its node falls silent, Auto Scaling launches another in its place",
    fact: "Auto Scaling: health checks of instances; Kubernetes: node leases",
    leavesOut:
      "pods that turn unready on an unreachable node, and the time until their owners replace them there",
    testedBy: "test/playground/world/loss.test.ts",
    test: "%s: another one comes up in its place",
  },
  {
    behaviour: "A group with a custom AMI is updated by a version of its owner's launch template alone",
    fact: "EKS user guide: launch templates",
    leavesOut: "what else a template can hold, and which of it EKS refuses",
    testedBy: templates,
    test: "is updated to another version of it, from which EKS makes a version of its own",
  },
  {
    behaviour: "Changing the Auto Scaling group of a managed node group degrades it",
    fact: "EKS API: Issue",
    leavesOut:
      "tags and resumed processes, which do no harm; the real code for changed sizes is undocumented",
    testedBy: writes,
    test: "whoever changes a managed node group's %s degrades it",
  },
  {
    behaviour: "Nobody drains a self-managed node that is terminated",
    fact: guide,
    leavesOut: "lifecycle hooks of self-managed groups",
    testedBy: own,
    test: "die with their pods when they are terminated undrained, and the record says so",
  },
  {
    behaviour:
      "Instances come from the launch template version that the group points at when they are launched",
    fact: `${guide}: launch templates`,
    leavesOut: "launch configurations",
    testedBy: own,
    test: "what a new instance is launched from",
  },
  {
    behaviour: "A MixedInstancesPolicy launches from its overrides",
    fact: `${guide}: mixed instances groups`,
    leavesOut: "Spot, weights and allocation strategies: overrides come in turn",
    testedBy: own,
    test: "overrides of a MixedInstancesPolicy in turn, each from its own template where it has one",
  },
  {
    behaviour: "A zone without capacity fails in the activities, and others take its share",
    fact: `${guide}: Availability Zones`,
    leavesOut: "managed groups: there the same zone is tried again",
    testedBy: own,
    test: "gets none, the others get its share, and the activities tell both",
  },
  {
    behaviour: "A suspended process does nothing until it is resumed",
    fact: `${guide}: suspend and resume processes`,
    leavesOut:
      "AddToLoadBalancer, AlarmNotification, InstanceRefresh and ScheduledActions, which do nothing here; an instance that is " +
      "terminated by its id goes though Terminate is suspended",
    testedBy: own,
    test: "%s does not happen before it is resumed",
  },
  {
    behaviour:
      "AZRebalance launches in the emptiest zone first, then terminates in the fullest without a drain",
    fact: `${guide}: rebalancing activities`,
    leavesOut: "managed groups; it looks when members change, not all the time",
    testedBy: own,
    test: "launches in the emptiest zone first, then terminates in the fullest, undrained",
  },
  {
    behaviour:
      "Where desired is lowered Auto Scaling chooses: fullest zone, oldest template version, none that is protected",
    fact: `${guide}: default termination policy`,
    testedBy: own,
    test: "whoever lowers desired leaves the choice to Auto Scaling: the fullest zone, undrained, and never a protected one",
  },
  {
    behaviour:
      "Cluster Autoscaler removes nodes that were empty for ten minutes, unless an annotation keeps them",
    fact: "Cluster Autoscaler FAQ: scale-down",
    leavesOut: "nodes whose pods would fit elsewhere; managed groups; delays after a scale-up",
    testedBy: autoscaler,
    test: "takes away nodes that were empty for ten minutes, and no sooner",
  },
  {
    behaviour: "Cluster Autoscaler adds a node while a pod has no place",
    fact: "Cluster Autoscaler FAQ: scale-up",
    leavesOut: "whether the pod would fit on the new node",
    testedBy: autoscaler,
    test: "adds a node at a time while a pod has no place, up to max",
  },
  {
    behaviour: "Somebody changes a group's sizes or processes, or cordons a node: that is theirs",
    fact: `${guide}: manual scaling`,
    testedBy: deeds,
    test: "somebody raises desired by three",
  },
  {
    behaviour:
      "A release is published: it is the recommended one in every region at once, with an AMI of its own",
    fact: "EKS user guide: retrieving AMI ids; amazon-eks-ami: releases",
    leavesOut: "the hours that a real release takes from region to region",
    testedBy: offers,
    test: "is recommended, told, and there for updates, in every region with an AMI of its own",
  },
  {
    behaviour: "A release is taken back: the one before is recommended again, nodes and AMI stay",
    fact: "amazon-eks-ami: releases marked as abandoned",
    leavesOut: "deprecation of its AMI",
    testedBy: offers,
    test: "is recommended no more, and its own parameters are gone; its AMI stays",
  },
  {
    behaviour: "What is in another region or account is neither listed nor touched",
    fact: "AWS general reference: regions; IAM user guide: cross-account access",
    leavesOut: "resources that accounts share",
    testedBy: places,
    test: "an Auto Scaling group: it is not listed, and cannot be written to",
  },
  {
    behaviour: "A cluster's API lets in whom its own account knows",
    fact: "EKS user guide: access entries",
    leavesOut: "access entries for principals of other accounts",
    testedBy: "test/playground/accounts.test.ts",
    test: "a cluster's API lets in the credentials of its own account, and no others",
  },
];
