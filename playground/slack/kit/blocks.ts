import { z } from "zod";
import { accessory, actionElement, button, contextAction, image, inputElement } from "./elements.js";
import { richText } from "./rich-text.js";
import { anyText, blockId, filled, mrkdwn, plain } from "./text.js";

export type Surface = "message" | "modal" | "home";

const block = <Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) =>
  z.strictObject({ type: z.literal(type), ...blockId, ...fields });

const section = block("section", {
  text: anyText(3000).optional(),
  fields: z.array(anyText(2000)).min(1).max(10).optional(),
  accessory: accessory.optional(),
  expand: z.boolean().optional(),
});
const header = block("header", { text: plain(150) });
const divider = block("divider", {});
const context = block("context", {
  elements: z
    .array(z.discriminatedUnion("type", [plain(3000), mrkdwn(3000), image]))
    .min(1)
    .max(10),
});
const actions = block("actions", { elements: z.array(actionElement).min(1).max(25) });
const input = block("input", {
  label: plain(2000),
  hint: plain(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
});
const picture = z.strictObject({ ...image.shape, ...blockId, title: plain(2000).optional() });

const cell = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("raw_text"), text: z.string() }),
  z.strictObject({ type: z.literal("raw_number"), value: z.number(), text: z.string() }),
  richText,
]);
const table = block("table", {
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z.strictObject({
        align: z.enum(["left", "center", "right"]).optional(),
        is_wrapped: z.boolean().optional(),
      }),
    )
    .max(20)
    .optional(),
});
/** Its first row is the header. How wide rows are, and what a header may hold, `check.ts` sees to. */
const dataTable = block("data_table", {
  rows: z.array(z.array(cell).min(1).max(20)).min(2).max(101),
  caption: filled(255),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).optional(),
});

const task = {
  task_id: filled(255),
  title: filled(256),
  status: z.enum(["pending", "in_progress", "complete", "error"]),
  // One rich_text block each; Slack refuses a plain string here.
  details: richText.optional(),
  output: richText.optional(),
  sources: z
    .array(z.strictObject({ type: z.literal("url"), url: filled(3000), text: filled(255) }))
    .optional(),
};
const taskCard = block("task_card", task);
const plan = block("plan", {
  title: filled(256),
  tasks: z
    .array(z.strictObject({ type: z.literal("task_card").optional(), ...blockId, ...task }))
    .max(50)
    .optional(),
});

const card = block("card", {
  hero_image: image.optional(),
  icon: image.optional(),
  title: mrkdwn(150).optional(),
  subtitle: mrkdwn(150).optional(),
  body: mrkdwn(200).optional(),
  actions: z.array(button).optional(),
});
const container = block("container", {
  title: plain(150).optional(),
  rich_text_title: richText.optional(),
  subtitle: anyText(150).optional(),
  icon: image.optional(),
  width: z.enum(["narrow", "standard", "wide", "full"]).optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
  child_blocks: z
    .array(
      z.discriminatedUnion("type", [
        actions,
        context,
        divider,
        header,
        picture,
        input,
        richText,
        section,
        table,
      ]),
    )
    .max(10),
});

const everywhere: readonly Surface[] = ["message", "modal", "home"];

/** Every block type the simulated Slack takes, and where it may stand (Slack docs: blocks). */
export const blockKinds: Readonly<Record<string, { schema: z.ZodType; surfaces: readonly Surface[] }>> = {
  actions: { schema: actions, surfaces: everywhere },
  alert: {
    schema: block("alert", {
      text: anyText(3000),
      level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
    }),
    surfaces: ["modal"],
  },
  card: { schema: card, surfaces: everywhere },
  carousel: { schema: block("carousel", { elements: z.array(card).min(1).max(10) }), surfaces: ["message"] },
  container: { schema: container, surfaces: ["message", "home"] },
  context: { schema: context, surfaces: everywhere },
  context_actions: {
    schema: block("context_actions", { elements: z.array(contextAction).min(1).max(5) }),
    surfaces: ["message"],
  },
  data_table: { schema: dataTable, surfaces: ["message", "home"] },
  divider: { schema: divider, surfaces: everywhere },
  header: { schema: header, surfaces: everywhere },
  image: { schema: picture, surfaces: everywhere },
  input: { schema: input, surfaces: everywhere },
  markdown: { schema: block("markdown", { text: filled(12_000) }), surfaces: ["message"] },
  plan: { schema: plan, surfaces: ["message"] },
  rich_text: { schema: richText, surfaces: everywhere },
  section: { schema: section, surfaces: everywhere },
  table: { schema: table, surfaces: ["message", "home"] },
  task_card: { schema: taskCard, surfaces: ["message"] },
};
