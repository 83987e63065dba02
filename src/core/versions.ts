/** Kubernetes versions as EKS spells them: a minor ("1.34") for clusters and node groups, a kubelet's ("v1.34.9-eks-1a2b3c4") for nodes. */

export interface KubeletVersion {
  /** "1.34" */
  readonly minor: string;
  readonly patch: number;
}

/** Is this a minor as EKS spells it: "1.34"? */
export function isMinor(text: string): boolean {
  return /^[1-9]\d*\.\d+$/.test(text);
}

/** Negative where `a` is older, 0 where equal, positive where newer. Throws RangeError for what is not a minor. */
export function compareMinors(a: string, b: string): number {
  const [majorA, minorA] = splitMinor(a);
  const [majorB, minorB] = splitMinor(b);
  return majorA - majorB || minorA - minorB;
}

/** The only minor that a control plane can be upgraded to: EKS skips none. */
export function nextMinor(version: string): string {
  const [major, minor] = splitMinor(version);
  return `${major}.${minor + 1}`;
}

/** Undefined for a text that is no kubelet version, such as that of a node which has not reported yet. */
export function parseKubelet(text: string): KubeletVersion | undefined {
  const match = /^v?(\d+\.\d+)\.(\d+)(?:[-+].*)?$/.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  return { minor: match[1], patch: Number(match[2]) };
}

function splitMinor(text: string): [major: number, minor: number] {
  if (!isMinor(text)) throw new RangeError(`Not a Kubernetes minor: "${text}". Write it like "1.34".`);
  const [major = 0, minor = 0] = text.split(".").map(Number);
  return [major, minor];
}
