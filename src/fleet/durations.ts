import { z } from "zod";
import { day, hour, minute } from "../core/instant.js";

const units = { m: minute, h: hour, d: day } as const;
const shape = "must be a length of time such as 30m, 24h or 7d";

/** Milliseconds, of what is written as "24h". */
export const duration = z
  .string({ error: shape })
  .regex(/^[1-9]\d*[mhd]$/, { error: shape })
  .transform((text) => Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units]);
