import type { z } from "zod";
import {
  field,
  isList,
  isObject,
  type Json,
  type JsonObject,
  objectsOf,
  objectsWithin,
  textOf,
} from "../json.js";
import { Refusal, refusalWithReasons } from "../refusal.js";
import { blockKinds, type Surface } from "./blocks.js";

const mostBlocks: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };
/** Of tables, and likely of data tables, whose own limit Slack's page does not finish saying. */
const mostTableText = 10_000;
const mostMarkdown = 12_000;
/** Not documented by Slack; met in the field (bolt-js issue 2509). */
const mostBlockText = 13_200;

/** The blocks, once they pass Slack's checks. @throws Refusal with a reason for every fault */
export function checkedBlocks(
  value: Json | undefined,
  surface: Surface,
  at = "/blocks",
): readonly JsonObject[] {
  if (!isList(value)) throw new Refusal("invalid_blocks_format");
  const reasons = [...faultsOf(value, surface, at)];
  if (reasons.length > 0) throw refusalWithReasons("invalid_blocks", reasons);
  const blocks = objectsOf(value);
  if (surface === "message" && textWithin(blocks) > mostBlockText) throw new Refusal("msg_blocks_too_long");
  return blocks;
}

export function* faultsOf(blocks: readonly Json[], surface: Surface, at: string): Generator<string> {
  if (blocks.length > mostBlocks[surface]) yield say(`no more than ${mostBlocks[surface]} items allowed`, at);
  for (const [index, block] of blocks.entries()) yield* faultsOfBlock(block, surface, `${at}/${index}`);
  yield* repeatedIds(objectsOf(blocks), at);
  yield* totals(objectsOf(blocks), at);
}

function* faultsOfBlock(block: Json, surface: Surface, at: string): Generator<string> {
  const type = textOf(field(block, "type"));
  const kind = blockKinds[type];
  if (!isObject(block) || !type) return yield say("missing required field: type", at);
  if (!kind?.surfaces.includes(surface)) return yield say(`unsupported type: ${type}`, `${at}/type`);
  const parsed = kind.schema.safeParse(block, { reportInput: true });
  for (const issue of parsed.error?.issues ?? []) yield* reasonsOf(issue, at);
  yield* missingAlternatives(block, type, at);
  if (type === "data_table" && parsed.success) yield* unevenness(block, at);
}

/** All rows of a data table are as wide as its header, which holds no rich text (Slack docs: data table block). */
function* unevenness(block: JsonObject, at: string): Generator<string> {
  const rows = isList(block.rows) ? block.rows.map(objectsOf) : [];
  const [header = [], ...others] = rows;
  for (const [column, { type }] of header.entries())
    if (type === "rich_text") yield say("unsupported type: rich_text", `${at}/rows/0/${column}/type`);
  for (const [row, { length }] of others.entries())
    if (length !== header.length)
      yield say(`must have ${header.length} cells, as the header has`, `${at}/rows/${row + 1}`);
  const named = Number(block.row_header_column_index ?? 0);
  if (named >= header.length) yield say("there is no such column", `${at}/row_header_column_index`);
}

/** Blocks that need one of several fields. */
function* missingAlternatives(block: JsonObject, type: string, at: string): Generator<string> {
  const needed: Readonly<Record<string, readonly string[]>> = {
    section: ["text", "fields"],
    card: ["hero_image", "title", "actions", "body"],
    container: ["title", "rich_text_title"],
    image: ["image_url", "slack_file"],
  };
  const names = needed[type];
  if (names && !names.some((name) => block[name] !== undefined)) {
    yield say(`must define one of the fields: ${names.join(", ")}`, at);
  }
}

function* reasonsOf(issue: z.core.$ZodIssue, at: string): Generator<string> {
  const where = [at, ...issue.path].join("/");
  if (issue.code === "too_big") yield say(tooMuch(issue.origin, Number(issue.maximum)), where);
  else if (issue.code === "too_small") yield say(tooLittle(issue.origin, Number(issue.minimum)), where);
  else if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) yield say(`invalid additional property: ${key}`, where);
  } else if (issue.code === "invalid_union") yield say("unsupported type", where);
  else if (issue.input === undefined)
    yield say(`missing required field: ${String(issue.path.at(-1))}`, where);
  else yield say(issue.message, where);
}

function tooMuch(origin: string, most: number): string {
  if (origin === "string") return `must be less than ${most + 1} characters`;
  return origin === "array" ? `no more than ${most} items allowed` : `must be at most ${most}`;
}

function tooLittle(origin: string, least: number): string {
  if (origin === "string") return `must be more than ${least - 1} characters`;
  return origin === "array" ? `no fewer than ${least} items allowed` : `must be at least ${least}`;
}

function* repeatedIds(blocks: readonly JsonObject[], at: string): Generator<string> {
  for (const id of repeated(blocks.map((block) => textOf(block.block_id)))) {
    yield say(`block_id already exists: ${id}`, at);
  }
  for (const [index, block] of blocks.entries()) {
    const inside = [...objectsWithin(block)];
    for (const id of repeated(inside.map((part) => textOf(part.action_id)))) {
      yield say(`action_id already exists: ${id}`, `${at}/${index}`);
    }
    for (const id of repeated(objectsOf(block.tasks).map((task) => textOf(task.task_id)))) {
      yield say(`task_id already exists: ${id}`, `${at}/${index}/tasks`);
    }
  }
}

function repeated(ids: readonly string[]): Set<string> {
  return new Set(ids.filter((id, index) => id !== "" && ids.indexOf(id) !== index));
}

function* totals(blocks: readonly JsonObject[], at: string): Generator<string> {
  // Those inside containers too.
  const everything = [...objectsWithin(blocks)];
  const ofType = (type: string) => everything.filter((block) => block.type === type);
  if (textWithin(ofType("table")) > mostTableText) {
    yield say(`all tables together must be less than ${mostTableText + 1} characters`, at);
  }
  if (textWithin(ofType("data_table")) > mostTableText) {
    yield say(`all data tables together must be less than ${mostTableText + 1} characters`, at);
  }
  if (textWithin(ofType("markdown")) > mostMarkdown) {
    yield say(`all markdown together must be less than ${mostMarkdown + 1} characters`, at);
  }
  const types = blocks.map(({ type }) => type);
  if (types.includes("plan") && types.includes("task_card")) {
    yield say("plan and task_card may not stand in one message", at);
  }
}

/** How many characters people would read. */
function textWithin(blocks: readonly JsonObject[]): number {
  let length = 0;
  for (const part of objectsWithin(blocks)) length += textOf(part.text).length + textOf(part.title).length;
  return length;
}

const say = (reason: string, pointer: string) => `${reason} [json-pointer:${pointer}]`;
