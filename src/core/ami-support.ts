import type { Instant } from "./instant.js";
import type { Problem } from "./problems.js";
import { amiTypes, familyOf } from "./releases.js";
import { compareMinors, isMinor } from "./versions.js";

const lastMinorWithAmazonLinux2 = "1.32";
const firstMinorWithWindows2025 = "1.35";

/** The last day an Amazon Linux 2 AMI was published. Date.UTC counts months from 0. */
export const amazonLinux2End: Instant = Date.UTC(2025, 10, 26);

/** Why this amiType has no release for a Kubernetes minor, if so: a blocker. */
export function whyNoReleases(amiType: string, minor: string): Problem | undefined {
  if (amiType === "CUSTOM") return customAmi;
  if (!amiTypes.includes(amiType)) return unknownAmiType(amiType);
  if (!isMinor(minor)) return notAMinor(minor);
  if (familyOf(amiType) === "Amazon Linux 2" && compareMinors(minor, lastMinorWithAmazonLinux2) > 0) {
    return noAmazonLinux2(minor);
  }
  if (/^WINDOWS_.*_2025_/.test(amiType) && compareMinors(minor, firstMinorWithWindows2025) < 0) {
    return noWindows2025(minor);
  }
  return undefined;
}

/** Why only the latest release of this amiType can be chosen, if so. */
export function whyOnlyLatest(amiType: string): Problem | undefined {
  if (familyOf(amiType) !== "Windows") return undefined;
  return {
    code: "ReleaseNotListed",
    what: "AWS lists only the latest Windows AMI release: no other can be looked up.",
    next: "Leave the release out to get the latest one.",
  };
}

/** Why this amiType gets no new AMIs any more, if so: a warning. What was published before can still be launched. */
export function whyNoNewReleases(amiType: string, now: Instant): Problem | undefined {
  if (familyOf(amiType) !== "Amazon Linux 2" || now <= amazonLinux2End) return undefined;
  return {
    code: "AmazonLinux2Ended",
    what: "Amazon Linux 2 is past its end: EKS has published no AMI since 26 Nov 2025, not even for security.",
    next: "Plan a move to a new node group with an Amazon Linux 2023 or Bottlerocket AMI.",
  };
}

const customAmi: Problem = {
  code: "AmiTypeCustom",
  what: "The node group runs a custom AMI: the launch template carries the AMI, so EKS has no releases for it.",
  next: "Make a version of the launch template with the new AMI, and move the node group to it in EKS.",
};

function unknownAmiType(amiType: string): Problem {
  return {
    code: "AmiTypeUnknown",
    what: `This bot does not know the AMI type ${amiType || "of the node group: EKS names none"}.`,
    next: "Update the bot, or upgrade the node group in EKS.",
  };
}

function notAMinor(text: string): Problem {
  return {
    code: "VersionInvalid",
    what: `"${text}" is not a Kubernetes version as EKS spells it.`,
    next: 'Write it like "1.34".',
  };
}

function noAmazonLinux2(minor: string): Problem {
  return {
    code: "AmazonLinux2HasNoAmi",
    what: `There is no Amazon Linux 2 AMI for Kubernetes ${minor}: ${lastMinorWithAmazonLinux2} was the last to get one.`,
    next: "Create a node group with an Amazon Linux 2023 or Bottlerocket AMI and move the pods there: EKS cannot change a node group's AMI type.",
  };
}

function noWindows2025(minor: string): Problem {
  return {
    code: "Windows2025HasNoAmi",
    what: `There is no Windows Server 2025 AMI for Kubernetes ${minor}: ${firstMinorWithWindows2025} is the first to get one.`,
    next: `Upgrade to Kubernetes ${firstMinorWithWindows2025} or newer, or use Windows Server 2022.`,
  };
}
