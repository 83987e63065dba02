import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** For tests that hold the project's files against each other. Paths are relative to the root, with slashes. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Every TypeScript file under these folders. */
export function sourcesIn(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => posix.join(folder, name.replaceAll("\\", "/"))),
  );
}

export interface Import {
  /** A package or node: name as written, or the path of a file of ours. */
  readonly target: string;
  /** Gone after compilation: `import type` or `export type`. An inline `type` does not count: the module is still loaded. */
  readonly typeOnly: boolean;
}

/** Declarations begin a line (the formatter sees to it); `[^"';]` keeps a match inside one of them. */
const declaration = /^(?:import|export)(\s+type)?\b(?:[^"'`;]*?\bfrom)?\s*["']([^"'\n]+)["']/gm;
/** `import("x")` as an expression and in types, and `require("x")`. */
const call = /\b(?:import|require)\s*\(\s*(?:["'`]([^"'`\n]+)["'`])?/g;

/** What a file imports. An import whose name is worked out at run time is listed as "(computed)": it cannot be judged. */
export function importsOf(file: string, source = read(file)): Import[] {
  const declared = [...source.matchAll(declaration)].map(([, type, target = ""]) => ({
    target: resolve(file, target),
    typeOnly: type !== undefined,
  }));
  const called = [...source.matchAll(call)].map(([, target]) => ({
    target: target === undefined ? "(computed)" : resolve(file, target),
    typeOnly: false,
  }));
  return [...declared, ...called];
}

function resolve(file: string, target: string): string {
  if (!target.startsWith(".")) return target;
  return posix.join(posix.dirname(file), target).replace(/\.js$/, ".ts");
}
