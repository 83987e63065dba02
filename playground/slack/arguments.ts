import { isObject, type Json, type JsonObject, parseJson } from "./json.js";
import { Refusal, refusalWithReasons } from "./refusal.js";

/** Arguments whose value is JSON inside the form. */
const nested = new Set(["blocks", "attachments", "metadata", "view"]);

/** The arguments of one Web API request, whichever of the two content types carried them. */
export class Arguments {
  constructor(readonly values: JsonObject) {}

  text(name: string): string | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === "string" ? value : String(value);
  }

  required(name: string): string {
    const value = this.text(name);
    if (!value) throw refusalWithReasons("invalid_arguments", [`missing required field: ${name}`]);
    return value;
  }

  flag(name: string): boolean {
    return ["true", "1"].includes(this.text(name) ?? "");
  }

  number(name: string, otherwise: number): number {
    const value = Number(this.text(name) ?? otherwise);
    if (!Number.isFinite(value)) throw refusalWithReasons("invalid_arguments", [`must be a number: ${name}`]);
    return value;
  }

  json(name: string): Json | undefined {
    return this.values[name];
  }

  object(name: string, error: string): JsonObject | undefined {
    const value = this.values[name];
    if (value === undefined) return undefined;
    if (!isObject(value)) throw new Refusal(error);
    return value;
  }
}

/** Reads a request's body. Slack takes forms and JSON; anything else is refused. */
export function readArguments(contentType: string, body: string): Arguments {
  const type = contentType.split(";")[0]?.trim();
  if (type === "application/json") {
    const parsed = parseJson(body);
    if (!isObject(parsed)) throw new Refusal("invalid_json");
    return new Arguments(parsed);
  }
  if (type !== "application/x-www-form-urlencoded") throw new Refusal("invalid_post_type");
  const values: Record<string, Json> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    values[name] = nested.has(name) ? (parseJson(value) ?? value) : value;
  }
  return new Arguments(values);
}
