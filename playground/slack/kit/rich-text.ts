import { z } from "zod";
import { blockId, filled } from "./text.js";

const style = z
  .strictObject({
    bold: z.boolean().optional(),
    code: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    underline: z.boolean().optional(),
  })
  .optional();

const span = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string().min(1), style }),
  z.strictObject({
    type: z.literal("link"),
    url: filled(3000),
    text: z.string().optional(),
    unsafe: z.boolean().optional(),
    style,
  }),
  z.strictObject({ type: z.literal("user"), user_id: filled(255), style }),
  z.strictObject({ type: z.literal("usergroup"), usergroup_id: filled(255), style }),
  z.strictObject({ type: z.literal("channel"), channel_id: filled(255), style }),
  z.strictObject({ type: z.literal("team"), team_id: filled(255), style }),
  z.strictObject({ type: z.literal("broadcast"), range: z.enum(["here", "channel", "everyone"]), style }),
  z.strictObject({ type: z.literal("color"), value: filled(255), style }),
  z.strictObject({
    type: z.literal("emoji"),
    name: filled(255),
    unicode: z.string().optional(),
    url: z.string().optional(),
    style,
  }),
  z.strictObject({
    type: z.literal("date"),
    timestamp: z.int(),
    format: filled(255),
    url: z.string().optional(),
    fallback: z.string().optional(),
    style,
  }),
]);

const border = z.union([z.literal(0), z.literal(1)]).optional();
const section = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(span) });

export const richText = z.strictObject({
  type: z.literal("rich_text"),
  ...blockId,
  elements: z.array(
    z.discriminatedUnion("type", [
      section,
      z.strictObject({
        type: z.literal("rich_text_list"),
        elements: z.array(section),
        style: z.enum(["bullet", "ordered"]),
        indent: z.int().optional(),
        offset: z.int().optional(),
        border,
      }),
      z.strictObject({ type: z.literal("rich_text_quote"), elements: z.array(span), border }),
      z.strictObject({ type: z.literal("rich_text_preformatted"), elements: z.array(span), border }),
    ]),
  ),
});
