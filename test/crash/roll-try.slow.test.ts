import { it } from "vitest";
import { rollOut, everyNth } from "./roll-carried.js";
import { rollStories } from "./roll-stories.js";
const which = process.env.STORY ?? "";
const stride = Number(process.env.STRIDE ?? 6);
const rows = rollStories.filter(({ name }) => name.includes(which)).flatMap((story) => (["before", "after"] as const).flatMap((side) => Array.from({ length: stride }, (_, o) => [story.name, side, o, story] as const)));
it.each(rows)("%s %s %i", async (name, side, o, story) => {
  const t = performance.now();
  const diesAt = everyNth(side, stride, o);
  try {
  const { writes, records, deaths } = await rollOut(story, { diesAt, outage: o % 2 === 0 ? 0 : 90_000 });
  console.log(name, side, o, Math.round(performance.now() - t), "ms", records.length, "looks", writes.length, deaths, "deaths");
  } catch (e) { console.log("DEATHS", name, side, o, diesAt.deaths().map((d) => d.slice(0, 150)).join("\n")); throw e; }
}, 90000);
