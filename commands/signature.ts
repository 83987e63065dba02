import { createHmac, timingSafeEqual } from "node:crypto";

/** Real seconds that a request may be old (Slack docs: verifying requests from Slack). */
export const oldAtMost = 300;
/** Real seconds that it may be ahead of this machine's clock: nothing comes from the future but a clock's error. */
export const aheadAtMost = 60;

/** A request as it arrived: its headers of these names, and its body byte by byte. */
export interface Signed {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Buffer;
}

/** Why a request is not from Slack, or not from now: for the log. Undefined when it is genuine. */
export function whyForged(
  { timestamp, signature, body }: Signed,
  secret: string,
  now: number,
): string | undefined {
  if (timestamp === undefined || signature === undefined) return "it is not signed";
  if (!/^[1-9]\d{0,11}$/.test(timestamp)) return "its time is no number of seconds";
  const late = Math.floor(now / 1000) - Number(timestamp);
  if (late > oldAtMost) return `it is ${late} s old; is the clock of this machine right?`;
  if (late < -aheadAtMost) return `it comes from ${-late} s ahead; is the clock of this machine right?`;
  const mac = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body);
  const ours = Buffer.from(`v0=${mac.digest("hex")}`);
  const theirs = Buffer.from(signature);
  const same = ours.length === theirs.length && timingSafeEqual(ours, theirs);
  return same ? undefined : "its signature is wrong; is SLACK_SIGNING_SECRET this app's?";
}
