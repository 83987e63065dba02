import { z } from "zod";

/** Lengths and counts of Block Kit's smallest parts (Slack docs: composition objects). */
const filled = (max: number) => z.string().min(1).max(max);

export const plain = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: filled(max), emoji: z.boolean().optional() });

export const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal("mrkdwn"), text: filled(max), verbatim: z.boolean().optional() });

export const anyText = (max: number) => z.discriminatedUnion("type", [plain(max), mrkdwn(max)]);

export const blockId = { block_id: filled(255).optional() };
export const actionId = { action_id: filled(255).optional() };

const style = z.enum(["primary", "danger"]);

export const confirm = z.strictObject({
  title: plain(100).optional(),
  text: anyText(300),
  confirm: plain(30).optional(),
  deny: plain(30).optional(),
  style: style.optional(),
});

export const option = z.strictObject({
  text: anyText(75),
  value: filled(75),
  url: filled(3000).optional(),
  description: anyText(75).optional(),
});

export const options = (max: number) => z.array(option).min(1).max(max);

export const optionGroups = z
  .array(z.strictObject({ label: plain(75), options: options(100) }))
  .min(1)
  .max(100);

export { filled, style };
