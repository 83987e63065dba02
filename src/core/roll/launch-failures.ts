import type { Problem } from "../problems.js";

/** Why EC2 did not launch an instance, told from the message of the scaling activity; the first that fits. */
const causes: readonly { code: string; says: RegExp; next: string }[] = [
  {
    code: "QuotaUsedUp",
    says: /vcpu (capacity|limit)|LimitExceeded|CountExceeded|exceed(s|ed)? .*(quota|limit)|quota/i,
    next: "Have the EC2 quota of this instance family raised in Service Quotas, or stop what is not needed; then wait on.",
  },
  {
    code: "NoAddresses",
    says: /free addresses|InsufficientFreeAddresses|InsufficientCidrBlocks/i,
    next: "Free addresses in that subnet, or add a subnet of the zone to the group; then wait on.",
  },
  {
    code: "NoCapacity",
    says: /sufficient .*capacity|InsufficientInstanceCapacity|capacity-not-available|no spot capacity|UnfulfillableCapacity/i,
    next: "Wait on: EC2 often has some within the hour. Otherwise allow more instance types in the group, or stop here.",
  },
  {
    code: "ImageNotUsable",
    says: /InvalidAMI|\bAMI\b|\bimage id\b|ami-[0-9a-f]{8}/i,
    next: "See that the AMI exists in this region, is shared with this account, and fits the instance type's architecture; then plan again with one that does.",
  },
  {
    code: "TypeNotOffered",
    says: /not supported|Unsupported/i,
    next: "The zone does not offer this instance type: allow others in the group, or take the zone's subnet out of it.",
  },
  {
    code: "LaunchNotPermitted",
    says: /not authorized|Unauthorized|AccessDenied|PassRole|instance profile|KMS|Client\.InternalError|Client error on launch/i,
    next: "The group's service-linked role must be allowed to launch: see its IAM permissions, the instance profile, and the KMS key of encrypted volumes.",
  },
  {
    code: "TemplateNotUsable",
    says: /launch template|security group|key pair|subnet|InvalidGroup|InvalidParameter/i,
    next: "Something that the launch template names is gone or does not fit: correct it in a new version of the template, and plan again.",
  },
];

/** `message` as Auto Scaling gives it; `what`: what is missing because of it. */
export function launchFailure(message: string, what: string): Problem {
  const cause = causes.find(({ says }) => says.test(message));
  return {
    code: cause?.code ?? "LaunchFailed",
    what: `${what}. Auto Scaling: ${cut(message)}`,
    next: cause?.next ?? "See the group's Activity tab in the Auto Scaling console.",
  };
}

const longest = 200;

/** What AWS says, short and without what only the account's owner should read: ids of accounts, encoded messages. */
export function cut(message: string): string {
  const plain = message
    .replace(/\s*Encoded authorization failure message:.*$/s, "")
    .replace(/arn:aws[\w-]*:[\w-]*:[\w-]*:\d*:([\w/.@+=:-]+)/g, "$1")
    .replace(/\b\d{12}\b/g, "(account)")
    .replace(/\s*Launching EC2 instance failed\.?\s*$/, "")
    .replace(/\s+/g, " ")
    .trim();
  return plain.length <= longest ? plain : `${plain.slice(0, plain.lastIndexOf(" ", longest))} …`;
}
