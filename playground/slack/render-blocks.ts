import { field, isList, isObject, type Json, type JsonObject, objectsOf, textOf } from "./json.js";
import { formatDate } from "./render-date.js";
import {
  mentionChannel,
  mentionGroup,
  mentionUser,
  type RenderOptions,
  renderEmoji,
  renderMrkdwn,
} from "./render-text.js";

type Render = (block: JsonObject, options: RenderOptions) => string[];

const ruler = "─".repeat(40);
const taskMarks: Readonly<Record<string, string>> = {
  pending: "○",
  in_progress: "▸",
  complete: "✔",
  error: "✖",
};

const renderers: Readonly<Record<string, Render>> = {
  actions: (block) => [objectsOf(block.elements).map(renderElement).join(" ")],
  alert: (block, options) => [`! ${renderTextObject(block.text, options)}`],
  card: (block, options) =>
    [block.title, block.subtitle, block.body].flatMap((text) => linesOf(renderTextObject(text, options))),
  carousel: (block, options) => renderBlocks(objectsOf(block.elements), options),
  container: (block, options) => [
    ...linesOf(renderTextObject(block.title, options)),
    ...indented(renderBlocks(objectsOf(block.child_blocks), options)),
  ],
  context: (block, options) => [
    objectsOf(block.elements)
      .map((element) => renderTextObject(element, options) || `[${textOf(element.alt_text)}]`)
      .join("  "),
  ],
  data_table: (block, options) => [textOf(block.caption), ...renderTable(block, options)],
  divider: () => [ruler],
  header: (block, options) => {
    const title = renderTextObject(block.text, options);
    return [title, "═".repeat(Math.min(title.length, ruler.length))];
  },
  image: (block) => [`[${textOf(block.alt_text)}]`],
  input: (block, options) => [`${renderTextObject(block.label, options)}: ${renderElement(block.element)}`],
  markdown: (block, options) => linesOf(renderMrkdwn(textOf(block.text), options)),
  plan: (block, options) => [
    textOf(block.title),
    ...objectsOf(block.tasks).flatMap((task) => renderTask(task, options)),
  ],
  rich_text: (block, options) => renderRichText(block, options),
  section: renderSection,
  table: renderTable,
  task_card: renderTask,
};

/** Blocks as lines of plain text; a block the renderer does not know shows its type. */
export function renderBlocks(blocks: readonly JsonObject[], options: RenderOptions): string[] {
  return blocks.flatMap((block) => {
    const type = textOf(block.type);
    return renderers[type]?.(block, options) ?? [`[${type}]`];
  });
}

function renderSection(block: JsonObject, options: RenderOptions): string[] {
  const lines = linesOf(renderTextObject(block.text, options));
  const fields = objectsOf(block.fields).flatMap((text) => linesOf(renderTextObject(text, options)));
  const accessory = isObject(block.accessory) ? [renderElement(block.accessory)] : [];
  return [...lines, ...fields, ...accessory];
}

function renderTask(task: JsonObject, options: RenderOptions): string[] {
  const inner = [task.details, task.output].flatMap((part) => renderRichText(part, options));
  return [`${taskMarks[textOf(task.status)] ?? "?"} ${textOf(task.title)}`, ...indented(inner, "    ")];
}

/** Columns as wide as their widest cell; numbers and right-aligned columns end together. */
function renderTable(block: JsonObject, options: RenderOptions): string[] {
  const rows = isList(block.rows) ? block.rows.map(objectsOf) : [];
  const cells = rows.map((row) => row.map((cell) => renderCell(cell, options)));
  const widths: number[] = [];
  for (const row of cells)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  const settings = isList(block.column_settings) ? block.column_settings : [];
  const align = (cell: string, row: number, at: number) => {
    const right = field(settings[at], "align") === "right" || rows[row]?.[at]?.type === "raw_number";
    return right ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
  };
  return cells.map((row, index) =>
    row
      .map((cell, at) => align(cell, index, at))
      .join("  ")
      .trimEnd(),
  );
}

function renderCell(cell: JsonObject, options: RenderOptions): string {
  return cell.type === "rich_text" ? renderRichText(cell, options).join(" ") : textOf(cell.text);
}

function renderRichText(block: Json | undefined, options: RenderOptions): string[] {
  return objectsOf(field(block, "elements")).flatMap((part) => {
    if (part.type !== "rich_text_list") return linesOf(renderSpans(part, options));
    return objectsOf(part.elements).flatMap((item, index) => {
      const mark = part.style === "ordered" ? `${index + 1}.` : "•";
      return [`${"  ".repeat(Number(part.indent ?? 0))}${mark} ${renderSpans(item, options)}`];
    });
  });
}

function renderSpans(section: JsonObject, options: RenderOptions): string {
  return objectsOf(section.elements)
    .map((span) => renderSpan(span, options))
    .join("");
}

function renderSpan(span: JsonObject, options: RenderOptions): string {
  switch (span.type) {
    case "user":
      return mentionUser(textOf(span.user_id), options);
    case "usergroup":
      return mentionGroup(textOf(span.usergroup_id), options);
    case "channel":
      return mentionChannel(textOf(span.channel_id), options);
    case "broadcast":
      return `@${textOf(span.range)}`;
    case "emoji":
      return renderEmoji(textOf(span.name));
    case "date":
      return formatDate(Number(span.timestamp), textOf(span.format), options) ?? textOf(span.fallback);
    default:
      return textOf(span.text) || textOf(span.url);
  }
}

/** A button as [Approve]; any other element by what it would show. */
function renderElement(element: Json | undefined): string {
  const label = textOf(field(field(element, "text"), "text"));
  if (label) return `[${label}]`;
  const hint = textOf(field(field(element, "placeholder"), "text"));
  return `[${hint || textOf(field(element, "type"))}]`;
}

function renderTextObject(text: Json | undefined, options: RenderOptions): string {
  const words = textOf(field(text, "text"));
  return field(text, "type") === "mrkdwn" ? renderMrkdwn(words, options) : words;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

function indented(lines: readonly string[], by = "  "): string[] {
  return lines.map((line) => `${by}${line}`);
}
