import { z } from "zod";
import { richText } from "./rich-text.js";
import { actionId, confirm, filled, option, optionGroups, options, plain, style } from "./text.js";

/** Interactive elements and their limits (Slack docs: block elements). */
const common = { ...actionId, confirm: confirm.optional() };
const focus = { focus_on_load: z.boolean().optional() };
const placeholder = { placeholder: plain(150).optional() };
const typed = {
  ...actionId,
  ...focus,
  ...placeholder,
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z.array(z.enum(["on_enter_pressed", "on_character_entered"])).optional(),
    })
    .optional(),
};
const picked = { ...common, ...focus, ...placeholder };
const many = { max_selected_items: z.int().min(1).optional() };
const filter = z.looseObject({}).optional();

export const image = z.strictObject({
  type: z.literal("image"),
  alt_text: filled(2000),
  image_url: filled(3000).optional(),
  slack_file: z.looseObject({}).optional(),
});

export const button = z.strictObject({
  type: z.literal("button"),
  ...common,
  text: plain(75),
  value: filled(2000).optional(),
  url: filled(3000).optional(),
  style: style.optional(),
  accessibility_label: filled(75).optional(),
});

const menus = [
  z.strictObject({
    type: z.literal("static_select"),
    ...picked,
    options: options(100).optional(),
    option_groups: optionGroups.optional(),
    initial_option: option.optional(),
  }),
  z.strictObject({
    type: z.literal("multi_static_select"),
    ...picked,
    ...many,
    options: options(100).optional(),
    option_groups: optionGroups.optional(),
    initial_options: options(100).optional(),
  }),
  z.strictObject({
    type: z.literal("external_select"),
    ...picked,
    initial_option: option.optional(),
    min_query_length: z.int().min(0).optional(),
  }),
  z.strictObject({
    type: z.literal("multi_external_select"),
    ...picked,
    ...many,
    initial_options: options(100).optional(),
    min_query_length: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal("users_select"), ...picked, initial_user: z.string().optional() }),
  z.strictObject({
    type: z.literal("multi_users_select"),
    ...picked,
    ...many,
    initial_users: z.array(z.string()).optional(),
  }),
  z.strictObject({
    type: z.literal("conversations_select"),
    ...picked,
    initial_conversation: z.string().optional(),
    default_to_current_conversation: z.boolean().optional(),
    response_url_enabled: z.boolean().optional(),
    filter,
  }),
  z.strictObject({
    type: z.literal("channels_select"),
    ...picked,
    initial_channel: z.string().optional(),
    response_url_enabled: z.boolean().optional(),
  }),
] as const;

const choices = [
  z.strictObject({
    type: z.literal("checkboxes"),
    ...common,
    ...focus,
    options: options(10),
    initial_options: options(10).optional(),
  }),
  z.strictObject({
    type: z.literal("radio_buttons"),
    ...common,
    ...focus,
    options: options(10),
    initial_option: option.optional(),
  }),
  z.strictObject({ type: z.literal("datepicker"), ...picked, initial_date: z.string().optional() }),
  z.strictObject({
    type: z.literal("timepicker"),
    ...picked,
    initial_time: z.string().optional(),
    timezone: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("datetimepicker"),
    ...common,
    ...focus,
    initial_date_time: z.int().optional(),
  }),
] as const;

const overflow = z.strictObject({ type: z.literal("overflow"), ...common, options: options(5) });

const richTextInput = z.strictObject({
  type: z.literal("rich_text_input"),
  ...typed,
  initial_value: richText.optional(),
  min_lines: z.int().optional(),
  max_lines: z.int().optional(),
});

const lines = { initial_value: z.string().max(3000).optional() };

const typedInputs = [
  z.strictObject({
    type: z.literal("plain_text_input"),
    ...typed,
    ...lines,
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
  }),
  z.strictObject({
    type: z.literal("number_input"),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.strictObject({ type: z.literal("email_text_input"), ...typed, ...lines }),
  z.strictObject({ type: z.literal("url_text_input"), ...typed, ...lines }),
] as const;

export const actionElement = z.discriminatedUnion("type", [
  button,
  overflow,
  richTextInput,
  ...menus,
  ...choices,
]);
export const accessory = z.discriminatedUnion("type", [button, overflow, image, ...menus, ...choices]);
export const inputElement = z.discriminatedUnion("type", [
  richTextInput,
  ...typedInputs,
  ...menus,
  ...choices,
]);

const feedback = z.strictObject({
  text: plain(75),
  accessibility_label: filled(75).optional(),
  value: filled(2000),
});

export const contextAction = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("feedback_buttons"),
    ...actionId,
    positive_button: feedback,
    negative_button: feedback,
  }),
  z.strictObject({
    type: z.literal("icon_button"),
    ...common,
    icon: filled(255),
    text: plain(75),
    accessibility_label: filled(75).optional(),
    value: filled(2000).optional(),
    visible_to_user_ids: z.array(z.string()).optional(),
  }),
]);
