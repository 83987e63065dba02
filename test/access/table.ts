import type { EntryPoint } from "./entries.js";
import { buttonEntries } from "./table-buttons.js";
import { commandEntries } from "./table-commands.js";
import { otherEntries } from "./table-others.js";

/** Every way in that there is. */
export const entries: readonly EntryPoint[] = [...commandEntries, ...buttonEntries, ...otherEntries];
