import type { Instant } from "./instant.js";

/** Families of node AMIs: within one, releases are spelled alike and have an order. */
export type AmiFamily = "Amazon Linux 2" | "Amazon Linux 2023" | "Bottlerocket" | "Windows";

export interface Release {
  /** The Kubernetes minor it belongs to: "1.34". Bottlerocket's releases do not say. */
  readonly minor?: string;
  /** Compared number by number, from the left. */
  readonly order: readonly number[];
  /** Midnight UTC of the day it was made. Bottlerocket's releases do not say. */
  readonly date?: Instant;
}

/** Undefined for what is no release of this family, such as the AMI id of a custom AMI. */
export function parseRelease(family: AmiFamily, text: string): Release | undefined {
  switch (family) {
    case "Amazon Linux 2":
    case "Amazon Linux 2023":
      return parseLinux(text);
    case "Bottlerocket":
      return parseBottlerocket(text);
    case "Windows":
      return parseWindows(text);
  }
}

/** "1.34.9-20260714": Kubernetes version of the kubelet, day of the AMI. */
function parseLinux(text: string): Release | undefined {
  const numbers = numbersIn(text, /^(\d+)\.(\d+)\.(\d+)-(\d{4})(\d{2})(\d{2})$/);
  if (!numbers) return undefined;
  const [major = 0, minor = 0, , year = 0, month = 0, day = 0] = numbers;
  return dated(`${major}.${minor}`, numbers, [year, month, day]);
}

/** "1.34-2026.01.22": Kubernetes minor, day of the AMI. */
function parseWindows(text: string): Release | undefined {
  const numbers = numbersIn(text, /^(\d+)\.(\d+)-(\d{4})\.(\d{2})\.(\d{2})$/);
  if (!numbers) return undefined;
  const [major = 0, minor = 0, year = 0, month = 0, day = 0] = numbers;
  return dated(`${major}.${minor}`, numbers, [year, month, day]);
}

/** "1.50.0-1602f3a8": version of the OS; the commit behind it has no order and may be left out. */
function parseBottlerocket(text: string): Release | undefined {
  const order = numbersIn(text, /^(\d+)\.(\d+)\.(\d+)(?:-[0-9a-f]{8})?$/);
  return order && { order };
}

function numbersIn(text: string, pattern: RegExp): number[] | undefined {
  return pattern.exec(text)?.slice(1).map(Number);
}

/** Undefined for a day that the calendar does not have: then the text is no release. */
function dated(
  minor: string,
  order: number[],
  [year, month, day]: [number, number, number],
): Release | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return { minor, order, date: date.getTime() };
}
