import type { Run } from "../../src/core/run.js";
import type { Role } from "./cast.js";
import type { EntryPoint, Wanted } from "./entries.js";
import type { RoomName } from "./rooms.js";
import type { Scene } from "./scene.js";
import { entries } from "./table.js";

/**
 * Rules of an environment that are about what is wanted, not about who wants it: everybody here has the right to it. Each
 * rule with every way in that it makes sense for.
 */
export interface RuleRow {
  readonly rule:
    | "window"
    | "lock"
    | "order"
    | "reason"
    | "quorum"
    | "requester"
    | "force"
    | "plan changed"
    | "expired"
    | "decided";
  /** What somebody tries. */
  readonly tries: string;
  readonly way: EntryPoint["way"];
  readonly room: RoomName;
  readonly by: Role | { readonly id: string };
  /** As the audit names the rule, and what they are told; absent: they get what they want. */
  readonly refused?: { readonly rule?: string; readonly says: RegExp };
  prepare(scene: Scene): Promise<Wanted>;
}

export const find = (name: string): EntryPoint => {
  const entry = entries.find((each) => each.name === name);
  if (!entry) throw new Error(`There is no entry "${name}".`);
  return entry;
};

/** The same way in, in an environment with that rule. */
export function through(
  names: readonly string[],
  { room, by, ...row }: Pick<RuleRow, "rule" | "room" | "refused"> & { by?: Role },
  done?: (scene: Scene, wanted: Wanted, user: string) => Promise<unknown>,
): RuleRow[] {
  return names.map((name) => {
    const entry = find(name);
    return {
      ...{ ...row, room, tries: name, way: entry.way, by: by ?? roleOf(entry) },
      async prepare(scene) {
        const wanted = await entry.prepare(scene, room);
        return done
          ? { ...wanted, done: async ({ user }) => void (await done(scene, wanted, user)) }
          : wanted;
      },
    };
  });
}

/** Who is named needs no group that Slack would have to be asked for, which it lets nobody do often. */
export function roleOf({ who }: EntryPoint): Role {
  if (who.includes("break glass")) return "who may break the glass";
  return who.includes("approve") ? "both" : "operator";
}

/** What the buttons of its card carry. */
export const clickOn = (run: Run) => `${run.id}|${run.plan.hash}`;
const groupOf = ({ plan }: Run) => plan.steps[0]?.nodeGroup ?? "";
export const about = (run: Run) => ({ run, group: groupOf(run), done: async () => {} });
