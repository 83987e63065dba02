import type { Input } from "./skin.js";

/** Readers for what clients send: absent and wrongly typed values are undefined, a single value counts as a list of one. */

export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" ? value : undefined;
}

export function texts(input: Input, name: string): string[] | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
}

export function number(input: Input, name: string): number | undefined {
  const value = Number(input[name] ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

export function flag(input: Input, name: string): boolean | undefined {
  const value = input[name];
  if (typeof value === "boolean") return value;
  return value === "true" ? true : value === "false" ? false : undefined;
}

export function structures(input: Input, name: string): Input[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "object" && item !== null) : [];
}

export function structure(input: Input, name: string): Input | undefined {
  const value = input[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Input) : undefined;
}
