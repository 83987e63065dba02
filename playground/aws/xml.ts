/** What an XML answer is made of. Absent values leave no element; a list is repeated inside its element. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

/** One element. `item` is what a list's entries are called: "member" in Query, "item" in EC2. */
export function element(name: string, value: XmlValue, item: string, namespace?: string): string {
  if (value === undefined) return "";
  const open = namespace === undefined ? name : `${name} xmlns="${escapeXml(namespace)}"`;
  return `<${open}>${content(value, item)}</${name}>`;
}

function content(value: Exclude<XmlValue, undefined>, item: string): string {
  if (isList(value)) return value.map((entry) => element(item, entry, item)).join("");
  if (typeof value !== "object") return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, inner]) => element(name, inner, item))
    .join("");
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escapeXml(raw: string): string {
  return raw.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
