import type { Member } from "../../../../src/core/roll/members.js";
import type { RollNodeSeen } from "../../../../src/core/roll/seen.js";
import { rollNode } from "../../../seen.js";

interface MemberOver {
  readonly old?: boolean | undefined;
  readonly serving?: boolean;
  readonly lifecycle?: string;
  readonly protected?: boolean;
  readonly node?: Partial<RollNodeSeen> | "none";
}

/** A member of zone "a", "b" or "c", named "a1" after it; old and serving where nothing else is said. */
export function member(name: string, over: MemberOver = {}): Member {
  const zone = name[0] ?? "a";
  const { lifecycle = "InService", node = {}, serving = true } = over;
  return {
    instance: {
      id: `i-${name}`,
      zone,
      lifecycle,
      ...(over.protected !== undefined && { protected: over.protected }),
    },
    ...(node !== "none" && { node: rollNode(name, { zone, ...node }) }),
    old: "old" in over ? over.old : true,
    zone,
    serving,
  };
}

export const olds = (...names: readonly string[]) => names.map((name) => member(name));
export const news = (...names: readonly string[]) => names.map((name) => member(name, { old: false }));
