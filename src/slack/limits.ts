import type { DataTableBlock, KnownBlock, PlanBlock, TableBlock, TaskCardBlock } from "@slack/types";

/** What every message is made of. `text` is the notification and what a screen reader reads: it says all that matters. */
export interface View {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** Slack's limits, in characters or counts (Block Kit reference, `chat.update`). */
export const limits = {
  /** `chat.update` refuses more (`msg_too_long`), although `chat.postMessage` takes ten times as much. */
  text: 4_000,
  blocks: 50,
  sectionText: 3_000,
  sectionFields: 10,
  contextElements: 10,
  headerText: 150,
  blockId: 255,
  actionElements: 25,
  actionId: 255,
  buttonText: 75,
  buttonValue: 2_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  planTasks: 50,
  /** Not documented outside streams, where it is 256. Long titles wrap badly on phones. */
  taskTitle: 80,
  /** Not documented. Our own: a line of a task's details or output. */
  taskLine: 200,
  tableRows: 100,
  tableColumns: 20,
  /** Over all tables of a message. */
  tableCharacters: 10_000,
  /** Not documented: `msg_blocks_too_long` was seen at about 13 200 characters of block text. */
  messageCharacters: 12_000,
} as const;

/** Cuts to at most `max` characters, ellipsis included, and never in the middle of a surrogate pair. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  const endsInHalf = /[\ud800-\udbff]$/.test(cut);
  return `${(endsInHalf ? cut.slice(0, -1) : cut).trimEnd()}…`;
}

/** Every limit the message breaks, in words; empty when Slack can take it. */
export function violations(view: View): string[] {
  const found: string[] = [];
  const within = (what: string, value: number, max: number) => {
    if (value > max) found.push(`${what}: ${value}, at most ${max}`);
  };
  if (view.text.trim() === "") found.push("text: empty, screen readers and notifications need it");
  within("text", view.text.length, limits.text);
  within("blocks", view.blocks.length, limits.blocks);
  within("characters in all blocks", charactersOf(view.blocks), limits.messageCharacters);
  within("characters in all tables", charactersOf(view.blocks.filter(isTable)), limits.tableCharacters);
  found.push(
    ...twice(
      "block_id",
      view.blocks.flatMap((block) => block.block_id ?? []),
    ),
  );
  for (const [index, block] of view.blocks.entries()) {
    for (const [what, value, max] of measures(block)) within(`blocks[${index}] ${what}`, value, max);
    found.push(...emptiesOf(block).map((what) => `blocks[${index}] ${what}: empty`));
  }
  return found;
}

/** Throws on a message that Slack would refuse: for tests and for whoever writes a new view. */
export function assertLimits(view: View): void {
  const found = violations(view);
  if (found.length > 0) throw new Error(`Slack would refuse this message: ${found.join("; ")}`);
}

type Measure = readonly [what: string, value: number, max: number];

function measures(block: KnownBlock): Measure[] {
  const id: Measure = ["block_id", block.block_id?.length ?? 0, limits.blockId];
  switch (block.type) {
    case "section":
      return [
        id,
        ["text", block.text?.text.length ?? 0, limits.sectionText],
        ["fields", block.fields?.length ?? 0, limits.sectionFields],
      ];
    case "header":
      return [id, ["text", block.text.text.length, limits.headerText]];
    case "context":
      return [
        id,
        ["elements", block.elements.length, limits.contextElements],
        ["text", Math.max(0, ...block.elements.map(charactersOf)), limits.sectionText],
      ];
    case "actions":
      return [
        id,
        ["elements", block.elements.length, limits.actionElements],
        ...block.elements.flatMap(ofButton),
      ];
    case "plan":
      return [id, ["tasks", block.tasks?.length ?? 0, limits.planTasks], ...tasksOf(block).flatMap(ofTask)];
    case "table":
      return [
        id,
        ["rows", block.rows.length, limits.tableRows],
        ["columns", Math.max(0, ...block.rows.map((row) => row.length)), limits.tableColumns],
      ];
    case "data_table":
      return [
        id,
        // Beside its header.
        ["rows", block.rows.length - 1, limits.tableRows],
        ["columns", Math.max(0, ...block.rows.map((row) => row.length)), limits.tableColumns],
      ];
    default:
      return [id];
  }
}

function ofButton(element: { type: string }): Measure[] {
  if (!isButton(element)) return [];
  return [
    ["button text", element.text.text.length, limits.buttonText],
    ["button value", element.value?.length ?? 0, limits.buttonValue],
    ["action_id", element.action_id?.length ?? 0, limits.actionId],
    ["confirm title", element.confirm?.title?.text.length ?? 0, limits.confirmTitle],
    ["confirm text", element.confirm?.text.text.length ?? 0, limits.confirmText],
    ["confirm button", element.confirm?.confirm?.text.length ?? 0, limits.confirmButton],
    ["deny button", element.confirm?.deny?.text.length ?? 0, limits.confirmButton],
  ];
}

function ofTask(task: TaskCardBlock): Measure[] {
  const lines = [task.details, task.output].flatMap((block) => block?.elements ?? []);
  return [
    ["task title", task.title.length, limits.taskTitle],
    ...lines
      .flatMap((line) => (line.type === "rich_text_list" ? line.elements : [line]))
      .map((line): Measure => ["task line", charactersOf(line.elements), limits.taskLine]),
  ];
}

function emptiesOf(block: KnownBlock): string[] {
  if (block.type === "section" && !block.text?.text.trim() && !block.fields?.length) return ["text"];
  if (block.type === "context" && charactersOf(block.elements) === 0) return ["text"];
  if (block.type === "actions" && block.elements.length === 0) return ["elements"];
  if (block.type === "table" && block.rows.flat().some((cell) => charactersOf(cell) === 0)) return ["cell"];
  if (block.type === "plan")
    return twice(
      "task_id",
      tasksOf(block).map((task) => task.task_id),
    );
  return [];
}

function twice(what: string, ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size).map((id) => `${what} ${id} is there twice`);
}

function isTable(block: KnownBlock): block is TableBlock | DataTableBlock {
  return block.type === "table" || block.type === "data_table";
}

function tasksOf(plan: PlanBlock): TaskCardBlock[] {
  return (plan.tasks ?? []).filter((task): task is TaskCardBlock => task.type === "task_card");
}

interface Words {
  readonly text: string;
}

interface ButtonLike {
  readonly text: Words;
  readonly value?: string;
  readonly action_id?: string;
  readonly confirm?: {
    readonly title?: Words;
    readonly text: Words;
    readonly confirm?: Words;
    readonly deny?: Words;
  };
}

function isButton(element: { type: string }): element is { type: string } & ButtonLike {
  return element.type === "button" && "text" in element;
}

/** Characters a reader sees: every string under a `text` or `title` key, however deep. */
export function charactersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + charactersOf(each), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, each]) => {
    if (typeof each === "string") return key === "text" || key === "title" ? sum + each.length : sum;
    return sum + charactersOf(each);
  }, 0);
}
