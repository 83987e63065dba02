import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";

/** The page's program and its style, ready for a browser. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** Compiled or not, this runs within the project: its root has package.json beside the page's sources. */
function projectRoot(from = dirname(fileURLToPath(import.meta.url))): string {
  if (existsSync(join(from, "playground/page/app/main.tsx"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("The page's sources (playground/page/app) are not here.");
  return projectRoot(parent);
}

/** Bundles the page in memory: about half a second. */
export async function bundlePage(): Promise<Bundle> {
  const root = projectRoot();
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { app: "playground/page/app/main.tsx" },
    outdir: "/",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  // It leaves a process waiting for more work.
  await stop();
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: textOf(".js"), style: textOf(".css") };
}
