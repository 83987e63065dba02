import { createContext, useState } from "react";
import type { Inputs, Json } from "../protocol.js";
import { listAt, objectAt, textAt } from "./kit.js";

type Value = Inputs[string];

/** What was put into the fields of one modal or message. */
export interface Form {
  readonly values: ReadonlyMap<string, Value>;
  /** `undefined` empties the field. */
  readonly change: (field: string, value: Value | undefined) => void;
  /** By block_id. */
  readonly errors: Readonly<Record<string, string>>;
}

export const FormContext = createContext<Form>({ values: new Map(), change: () => {}, errors: {} });

export function useValues(): Pick<Form, "values" | "change"> {
  const [values, setValues] = useState<ReadonlyMap<string, Value>>(new Map());
  const change = (field: string, value: Value | undefined) =>
    setValues((before) => {
      const after = new Map(before);
      if (value === undefined) after.delete(field);
      else after.set(field, value);
      return after;
    });
  return { values, change };
}

/** A block with a new block_id is a new field, and empty, as in Slack. */
export function fieldOf(block: Json): string {
  return `${textAt(block, "block_id")} ${textAt(objectAt(block, "element"), "action_id")}`;
}

const inputBlocks = (blocks: readonly Json[]) => blocks.filter((block) => block.type === "input");

/** By action_id; what nobody touched is left to its initial value. */
export function inputsOf(blocks: readonly Json[], values: Form["values"]): Inputs {
  return Object.fromEntries(
    inputBlocks(blocks).flatMap((block) => {
      const value = values.get(fieldOf(block));
      return value === undefined ? [] : [[textAt(objectAt(block, "element"), "action_id"), value]];
    }),
  );
}

/** What has to be filled in and is not, by block_id. */
export function missing(blocks: readonly Json[], values: Form["values"]): Record<string, string> {
  const empty = inputBlocks(blocks).filter((block) => block.optional !== true && isEmpty(block, values));
  return Object.fromEntries(
    empty.map((block) => [textAt(block, "block_id"), "Please complete this required field."]),
  );
}

function isEmpty(block: Json, values: Form["values"]): boolean {
  const value = values.get(fieldOf(block));
  if (value !== undefined) return value.length === 0;
  const element = objectAt(block, "element");
  const initial = textAt(element, "initial_value") || objectAt(element, "initial_option");
  return !initial && listAt(element, "initial_options").length === 0;
}
