/** Just enough of Redis' protocol (RESP 2 and 3) to see where one command or one answer ends. */

const newline = "\r\n";
/** Followed by so many bytes. */
const sized = new Set(["$", "!", "="]);
/** Followed by so many values; a map by twice as many. */
const gathered: Readonly<Record<string, number>> = { "*": 1, "~": 1, ">": 1, "%": 2 };

/** Where the value that begins at `at` ends; undefined while a part of it is still to come. */
function endOfValue(bytes: Buffer, at = 0): number | undefined {
  const line = bytes.indexOf(newline, at);
  if (line === -1) return undefined;
  const end = line + newline.length;
  const type = String.fromCharCode(bytes[at] ?? 0);
  const count = Number(bytes.toString("latin1", at + 1, line));
  if (sized.has(type)) {
    const last = count < 0 ? end : end + count + newline.length;
    return last <= bytes.length ? last : undefined;
  }
  return endOfValues(bytes, end, Math.max(0, count) * (gathered[type] ?? 0));
}

function endOfValues(bytes: Buffer, from: number, count: number): number | undefined {
  let end: number | undefined = from;
  for (let left = count; left > 0 && end !== undefined; left -= 1) end = endOfValue(bytes, end);
  return end;
}

/** A command as its words: an array of strings. */
export function wordsOf(command: Buffer): string[] {
  const words: string[] = [];
  let at = command.indexOf(newline) + newline.length;
  while (at < command.length) {
    const text = command.indexOf(newline, at) + newline.length;
    const length = Number(command.toString("latin1", at + 1, text - newline.length));
    words.push(command.toString("utf8", text, text + length));
    at = text + length + newline.length;
  }
  return words;
}

/** Cuts a stream of bytes into values. */
export class Values {
  #rest: Buffer = Buffer.alloc(0);

  /** The values that are complete now. */
  read(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const values: Buffer[] = [];
    for (let end = endOfValue(this.#rest); end !== undefined; end = endOfValue(this.#rest)) {
      values.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
    return values;
  }
}
