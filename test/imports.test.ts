import { expect, it } from "vitest";
import { z } from "zod";
import { read } from "./sources.js";

const names = z.record(z.string(), z.string());
const { dependencies, devDependencies } = z
  .object({ dependencies: names, devDependencies: names })
  .parse(JSON.parse(read("package.json")));

/** Programs, not libraries: nothing of ours imports them. */
const programs = ["@biomejs/biome", "knip", "tsx", "typescript"];

const libraries = [...Object.keys(dependencies), ...Object.keys(devDependencies)].filter(
  (name) => !name.startsWith("@types/") && !programs.includes(name),
);

it.each(libraries)(`%s loads on Node ${process.versions.node}`, async (name) => {
  expect(Object.keys(await import(name))).not.toEqual([]);
});
