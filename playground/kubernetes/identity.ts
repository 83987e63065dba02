import { createHash } from "node:crypto";

/** The letters Kubernetes takes for generated names: no vowels, no words by accident. */
const letters = "bcdfghjklmnpqrstvwxz2456789";

/** A short name that follows from a text. */
export function safeName(text: string, length: number): string {
  const digest = createHash("sha256").update(text).digest();
  return Array.from(digest.subarray(0, length), (byte) => letters[byte % letters.length]).join("");
}

/** A uid that follows from a text, so that a scenario looks the same each time. */
export function uidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
