/** The few ASN.1 values that a certificate is made of, in their distinguished encoding (X.690). */
function encode(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const digits = size.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

export const sequence = (...items: readonly Uint8Array[]) => encode(0x30, ...items);
export const set = (...items: readonly Uint8Array[]) => encode(0x31, ...items);
export const yes = () => encode(0x01, Buffer.from([0xff]));
export const octets = (content: Uint8Array) => encode(0x04, content);
export const text = (content: string) => encode(0x0c, Buffer.from(content, "utf8"));
/** Bits counted from the left: 0 is the highest bit of the first byte. Only for named bits 0 to 7. */
export const bits = (...numbers: readonly number[]) => {
  const byte = numbers.reduce((sum, number) => sum | (0x80 >> number), 0);
  const unused = 7 - Math.max(...numbers);
  return encode(0x03, Buffer.from([unused, byte]));
};
export const bitString = (content: Uint8Array) => encode(0x03, Buffer.from([0]), content);
/** Context-specific: [number], around other values or in place of a primitive one. */
export const tagged = (number: number, content: Uint8Array) => encode(0xa0 | number, content);
export const implicit = (number: number, content: Uint8Array) => encode(0x80 | number, content);

/** From its bytes, which must not be empty; a leading zero keeps it positive. */
export const integer = (bytes: Uint8Array) =>
  encode(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes);

/** "1.2.840.10045.4.3.2". */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return encode(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): number[] {
  const high = Math.floor(arc / 128);
  const last = arc % 128;
  return high === 0 ? [last] : [...base128(high).map((byte) => byte | 0x80), last];
}

/** GeneralizedTime for years from 2050 on, UTCTime before, as RFC 5280 wants it. */
export function time(moment: Date): Buffer {
  const digits = moment.toISOString().replace(/[-:T]|\.\d+/g, "");
  const isLate = moment.getUTCFullYear() >= 2050;
  return encode(isLate ? 0x18 : 0x17, Buffer.from(isLate ? digits : digits.slice(2), "ascii"));
}

export function pem(label: string, content: Uint8Array): string {
  const lines = Buffer.from(content)
    .toString("base64")
    .match(/.{1,64}/g);
  return [`-----BEGIN ${label}-----`, ...(lines ?? []), `-----END ${label}-----`, ""].join("\n");
}
