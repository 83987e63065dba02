import { parseArgs } from "node:util";
import { benchAck } from "./ack.js";
import { benchDrain } from "./drain.js";
import { benchRoll } from "./roll.js";
import { benchScan } from "./scan.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ nodes: { type: "string" }, whole: { type: "boolean" } },
    ...{ clusters: { type: "string" }, groups: { type: "string" } },
    ...{ seconds: { type: "string" }, profile: { type: "string" } },
  },
});

/** Each prints a table and a last line of JSON, and resolves with whether its goals were met. */
const benches: Readonly<Record<string, () => Promise<boolean>>> = {
  // --seconds 10 for shorter measurements; --profile <folder> for processor profiles of the bot.
  ack: () =>
    benchAck({
      ...(values.seconds !== undefined && { seconds: Number(values.seconds) }),
      ...(values.profile !== undefined && { profile: values.profile }),
    }),
  drain: () => benchDrain(process.env.BENCH_KUBECONFIG),
  // --nodes 10,100 for other sizes of groups; --whole to replace every node of the largest, too.
  roll: () =>
    benchRoll({
      ...(values.nodes !== undefined && { sizes: values.nodes.split(",").map(Number) }),
      ...{ whole: values.whole ?? false, path: process.env.PATH ?? "" },
    }),
  // --clusters 10 --groups 5 for a smaller fleet.
  scan: () =>
    benchScan({
      ...(values.clusters !== undefined && { clusters: Number(values.clusters) }),
      ...(values.groups !== undefined && { groups: Number(values.groups) }),
    }),
};

const [name = ""] = positionals;
const bench = benches[name];
if (!bench) {
  console.error(`There is no benchmark "${name}". There are: ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}
process.exit((await bench()) ? 0 : 1);
