import type { ImageSeen, TemplateVersionSeen } from "../src/core/roll/seen.js";
import type { SelfManagedGroup } from "../src/core/self-managed.js";
import type { SelfManagedLook } from "../src/core/target-self-managed.js";
import { zones } from "./builders.js";
import {
  aCluster,
  anImage,
  aRelease,
  aScalingGroup,
  ec2Instance,
  oldImage,
  oldInstance,
  rollNode,
} from "./seen.js";

/** What is seen of a self-managed group of three nodes on the old AMI; say what is different. */

const names = ["a", "b", "c"] as const;

/** What the group's instances run. */
export const theOldImage = (over: Partial<ImageSeen> = {}): ImageSeen =>
  anImage({
    id: oldImage,
    name: "amazon-eks-node-al2023-x86_64-standard-1.34-v20260301",
    createdAt: Date.UTC(2026, 2, 1),
    ...over,
  });

export function aTemplate(over: Partial<TemplateVersionSeen> = {}): TemplateVersionSeen {
  return {
    template: "lt-0aaa",
    name: "workers",
    number: 7,
    image: oldImage,
    instanceType: "m6i.large",
    madeByEks: false,
    ...over,
  };
}

export function aSelfManagedGroup(over: Partial<SelfManagedGroup> = {}): SelfManagedGroup {
  return {
    group: aScalingGroup({
      name: "workers",
      instances: names.map((name) => oldInstance(name)),
      template: {
        kind: "launch template",
        template: { id: "lt-0aaa", name: "workers", version: "$Latest" },
      },
    }),
    nodes: names.map((name, at) => rollNode(name, { zone: zones[at] ?? zones[0] })),
    instances: names.map((name, at) => ec2Instance(name, { zone: zones[at] ?? zones[0] })),
    images: [theOldImage(), anImage()],
    ...over,
  };
}

export function aSelfManagedLook(over: Partial<SelfManagedLook> = {}): SelfManagedLook {
  return {
    cluster: aCluster(),
    found: aSelfManagedGroup(),
    templates: [aTemplate()],
    freeAddresses: Object.fromEntries(zones.map((zone) => [zone, 100])),
    refreshing: false,
    release: aRelease(),
    ...over,
  };
}
