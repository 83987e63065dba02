import { useSyncExternalStore } from "react";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function subscribe(changed: () => void): () => void {
  dark.addEventListener("change", changed);
  return () => dark.removeEventListener("change", changed);
}

/** Whether this person's system prefers dark colours. */
export function useDark(): boolean {
  return useSyncExternalStore(subscribe, () => dark.matches);
}
