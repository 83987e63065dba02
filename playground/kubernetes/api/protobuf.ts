/** A message of the Protocol Buffers wire format that holds only strings and messages: its fields by number. */
type Fields = ReadonlyMap<number, Buffer>;

/** How every Kubernetes object in Protocol Buffers begins. */
const magic = Buffer.from("k8s\0");

/**
 * The one object that kubectl sends in Protocol Buffers only (`kubectl auth can-i`), as the JSON it stands for; undefined for
 * any other. Field numbers are those of runtime.Unknown and authorization.k8s.io/v1.
 */
export function decodeAccessReview(bytes: Buffer): unknown {
  if (!bytes.subarray(0, magic.length).equals(magic)) return undefined;
  const envelope = fieldsOf(bytes.subarray(magic.length));
  const kind = text(message(envelope, 1), 2);
  if (kind !== "SelfSubjectAccessReview") return undefined;
  const spec = message(message(envelope, 2), 2);
  return {
    apiVersion: text(message(envelope, 1), 1),
    kind,
    spec: {
      resourceAttributes: named(spec, 1, [
        "namespace",
        "verb",
        "group",
        "version",
        "resource",
        "subresource",
        "name",
      ]),
      nonResourceAttributes: named(spec, 2, ["path", "verb"]),
    },
  };
}

/** The strings of a message under their names, in order of their numbers; undefined where there is no such message. */
function named(fields: Fields, number: number, names: readonly string[]) {
  if (!fields.has(number)) return undefined;
  const inner = message(fields, number);
  return Object.fromEntries(names.map((name, index) => [name, text(inner, index + 1)]));
}

const message = (fields: Fields, number: number): Fields => fieldsOf(fields.get(number) ?? Buffer.alloc(0));

const text = (fields: Fields, number: number): string => fields.get(number)?.toString("utf8") ?? "";

function fieldsOf(bytes: Buffer): Fields {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const tag = readNumber(bytes, at);
    const value = readNumber(bytes, tag.next);
    at = value.next;
    if ((tag.value & 7) !== 2) continue;
    at += value.value;
    fields.set(tag.value >>> 3, bytes.subarray(value.next, at));
  }
  return fields;
}

/** A varint: seven bits a byte, the lowest first, for as long as the eighth is set. */
function readNumber(bytes: Buffer, start: number): { value: number; next: number } {
  let value = 0;
  for (let at = start, shift = 0; at < bytes.length; at++, shift += 7) {
    const byte = bytes[at] ?? 0;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, next: at + 1 };
  }
  return { value, next: bytes.length };
}
