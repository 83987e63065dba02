import { createContext } from "react";

/** World time at the last look: what is of another day says so. */
export const Now = createContext(0);
