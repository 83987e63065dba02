import { benchDrain } from "./drain.js";

/** Each prints a table and a last line of JSON, and resolves with whether its goals were met. */
const benches: Readonly<Record<string, () => Promise<boolean>>> = {
  drain: () => benchDrain(process.env.BENCH_KUBECONFIG),
};

const [name = ""] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`There is no benchmark "${name}". There are: ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}
process.exit((await bench()) ? 0 : 1);
