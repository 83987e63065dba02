import { createHmac } from "node:crypto";

/** The headers by which an app knows that a request comes from Slack (Slack docs: verifying requests from Slack). */
export function signed(secret: string, body: string, seconds: number): Readonly<Record<string, string>> {
  const signature = createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex");
  return { "x-slack-request-timestamp": `${seconds}`, "x-slack-signature": `v0=${signature}` };
}
