import { field, isObject, type Json, type JsonObject, objectsOf, textOf } from "./json.js";

/** What a person puts into one field: a text, the value of an option, or several of either. */
export type Input = string | readonly string[] | JsonObject;

/** What is in the fields of these blocks: the person's inputs (by action_id or block_id) over the initial values. */
export function stateOf(blocks: readonly JsonObject[], inputs: Readonly<Record<string, Input>>): JsonObject {
  const values: Record<string, JsonObject> = {};
  for (const block of blocks) {
    for (const element of statefulElements(block)) {
      const actionId = textOf(element.action_id);
      const blockId = textOf(block.block_id);
      const entry = entryOf(element, inputs[actionId] ?? inputs[blockId]);
      values[blockId] = { ...values[blockId], [actionId]: { type: element.type, ...entry } };
    }
  }
  return values;
}

/** Labels of the fields that must be filled and are not: Slack does not submit such a modal. */
export function unfilled(blocks: readonly JsonObject[], values: JsonObject): string[] {
  return blocks
    .filter((block) => block.type === "input" && block.optional !== true)
    .filter((block) => {
      const entry = field(values[textOf(block.block_id)], textOf(field(block.element, "action_id")));
      const { type: _type, ...content } = isObject(entry) ? entry : {};
      return !Object.values(content).some((value) => !isEmpty(value));
    })
    .map((block) => textOf(field(block.label, "text")));
}

/** The most that fits into a text field, unless it says less (Slack docs: plain-text input). */
const longestText = 3_000;

/** Labels of text fields with fewer or more characters than they take: Slack does not submit such a modal. */
export function ofWrongLength(blocks: readonly JsonObject[], values: JsonObject): string[] {
  return blocks
    .filter((block) => field(block.element, "type") === "plain_text_input")
    .filter(({ block_id, element }) => {
      const entry = field(values[textOf(block_id)], textOf(field(element, "action_id")));
      const { length } = textOf(field(entry, "value"));
      const least = Number(field(element, "min_length") ?? 0);
      const most = Number(field(element, "max_length") ?? longestText);
      return length > most || (length > 0 && length < least);
    })
    .map((block) => textOf(field(block.label, "text")));
}

function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

function statefulElements(block: JsonObject): readonly JsonObject[] {
  const inside = [block.element, block.accessory, ...objectsOf(block.elements)].filter(isObject);
  return inside.filter((element) => element.type !== "button" && fieldOf(element) !== undefined);
}

/** Under which name Slack keeps the content of each kind of field, and its initial value. */
const fields: Readonly<Record<string, readonly [name: string, initial: string]>> = {
  plain_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  multi_users_select: ["selected_users", "initial_users"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
};

const fieldOf = (element: JsonObject) => fields[textOf(element.type)];

function entryOf(element: JsonObject, input: Input | undefined): JsonObject {
  const [name, initial] = fieldOf(element) ?? ["value", "initial_value"];
  const empty = name === "selected_options" ? [] : null;
  if (input === undefined) return { [name]: element[initial] ?? empty };
  if (name === "selected_option") return { [name]: optionOf(element, input) };
  if (name !== "selected_options") return { [name]: input };
  const chosen = typeof input === "string" || isObject(input) ? [input] : input;
  return { [name]: chosen.map((one) => optionOf(element, one)) };
}

/** The option with this value, as the menu lists it. A menu filled by the app (external) takes the option itself. */
export function optionOf(element: JsonObject, input: Input): JsonObject {
  if (isObject(input)) return input;
  const listed = [
    ...objectsOf(element.options),
    ...objectsOf(element.option_groups).flatMap((g) => objectsOf(g.options)),
  ];
  const found = listed.find((option) => option.value === input);
  if (!found) throw new Error(`The menu "${textOf(element.action_id)}" offers no "${String(input)}".`);
  return found;
}
