import type { AccessRule } from "../../src/authority.js";
import { type Role, unwelcome } from "./cast.js";
import type { EntryPoint } from "./entries.js";
import type { RoomName } from "./rooms.js";
import { entries } from "./table.js";

/** Which entry points are for whom. */

/** Those that need a part in some environment. */
export const restricted = entries.filter(({ who }) => who !== "everybody" && who !== "members");
/** Those that are for members of the workspace alone. */
export const guarded = entries.filter(({ who }) => who !== "everybody");

export const named = (list: readonly EntryPoint[]) => list.map((entry) => [entry.name, entry] as const);

/** Who may do this, and where there is somebody like that nothing else. */
export function doer({ who }: EntryPoint, room: RoomName): Role {
  if (typeof who === "string") return room === "plain" ? "who may snooze" : "operator";
  const [right, ...more] = who;
  if (right === "approve") return "approver";
  if (right === "break glass") return "who may break the glass";
  const alone = right !== undefined && more.length === 0 && (right !== "snooze" || room === "plain");
  return alone ? `who may ${right}` : "operator";
}

/** Who has another right than the one that is wanted: they see the environment, and are told whom to ask. */
export function onlooker({ who }: EntryPoint): Role {
  return who.includes("snooze") ? "who may lock" : "who may snooze";
}

/** Of whom nobody takes orders, and by which rule. */
export const nobodys = Object.entries(unwelcome) as readonly (readonly [Role, AccessRule])[];
