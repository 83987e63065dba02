import type { View } from "../limits.js";
import { code, fitLines, foreign, sections } from "../text.js";

/** An update that is under way at EKS and that no run follows. */
export interface Unfollowed {
  readonly cluster: string;
  readonly nodeGroup: string;
  /** What it goes to, where EKS tells. */
  readonly release?: string;
}

/** Said once, when the bot finds its store empty: whoever relied on a thread must know that nobody writes it any more. */
export function forgottenNotice(updates: readonly Unfollowed[]): View {
  const lines = [
    "*My store is empty: I remember no upgrades, and follow none.*",
    "Either I was newly installed, or Redis lost its data. These updates are under way, and EKS goes on with them by itself:",
    ...updates.map(({ cluster, nodeGroup, release }) => {
      const target = `${cluster}/${nodeGroup}`;
      const to = release === undefined ? "" : ` to ${foreign(release)}`;
      return `• ${foreign(target)}${to}: ${code(`/eks-upgrade watch ${target}`, 200)} has me follow it`;
    }),
    "Requests that waited for approval are gone: ask again for those.",
  ];
  return { text: fitLines(lines, 3_000), blocks: sections(lines) };
}
