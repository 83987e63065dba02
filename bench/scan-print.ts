import { printFigures, printTable, round } from "./print.js";
import { latency, type Scanned, type Scans } from "./scan.js";

/** Ours over the naive loop's time, in a process that has connected to nothing yet. */
const goal = { time: 0.05 };

/** False: a goal was missed. */
export function tellScans(scans: Scans): boolean {
  const { clusters, groups, naive, ours, again } = scans;
  const [ratio, ratioAgain] = [ratiosOf(ours, naive), ratiosOf(again, naive)];
  const parameters = parametersOf(scans);
  const agree = [ours, again].every((each) => each.groups === naive.groups && each.behind === naive.behind);
  const fewest = parameters.every((each) => each.ours === each.least && each.again === each.least);
  const met = agree && fewest && ratio.time <= goal.time;
  console.log(`A scan of ${clusters} clusters with ${groups} node groups each, ${latency} ms a call\n`);
  tellSides(scans, [ratio, ratioAgain]);
  tellParameters(parameters);
  tellWords(scans, agree);
  printFigures({
    ...{ bench: "scan", met, clusters, groups, latency, ratio, ratioAgain },
    ...{ naive: figuresOf(naive), ours: figuresOf(ours), again: figuresOf(again), parameters },
  });
  return met;
}

type Ratios = ReturnType<typeof ratiosOf>;

function ratiosOf(ours: Scanned, naive: Scanned) {
  return {
    time: round(ours.seconds / naive.seconds, 4),
    processor: round(ours.processorSeconds / naive.processorSeconds, 2),
    calls: round(callsOf(ours) / callsOf(naive), 2),
    ssm: round(of(ours, parameterCall) / of(naive, parameterCall), 4),
  };
}

const parameterCall = "ssm GetParameters";
const of = ({ counts }: Scanned, call: string) => counts.aws[call] ?? 0;
const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((all, count) => all + count, 0);
const callsOf = ({ counts }: Scanned) => sum(counts.aws);

function figuresOf({ counts, ...scanned }: Scanned) {
  return {
    ...scanned,
    seconds: round(scanned.seconds),
    processorSeconds: round(scanned.processorSeconds),
    calls: callsOf({ counts, ...scanned }),
    ...counts,
  };
}

/** By region: what SSM had to be asked for, by how many calls that can be, and by how many it was. */
function parametersOf({ naive, ours, again }: Scans) {
  return Object.entries(ours.counts.parameters).map(([region, { calls, names }]) => ({
    ...{ region, names, least: Math.ceil(names / 10), ours: calls },
    again: again.counts.parameters[region]?.calls ?? 0,
    naive: naive.counts.parameters[region]?.calls ?? 0,
  }));
}

function tellSides({ naive, ours, again }: Scans, [ratio, ratioAgain]: readonly [Ratios, Ratios]): void {
  const all = [naive, ours, again];
  const operations = [...new Set(all.flatMap(({ counts }) => Object.keys(counts.aws)))].sort();
  const requests = [...new Set(all.flatMap(({ counts }) => Object.keys(counts.kubernetes)))].sort();
  const counted = (name: string, count: (side: Scanned) => number) => [
    ...[name, `${count(naive)}`, `${count(ours)}`, "", `${count(again)}`, ""],
  ];
  const timed = (name: string, seconds: (side: Scanned) => number, key: "time" | "processor") => [
    ...[name, seconds(naive).toFixed(2), seconds(ours).toFixed(2), `${ratio[key]}`],
    ...[seconds(again).toFixed(2), `${ratioAgain[key]}`],
  ];
  const totals = counted("calls to AWS", callsOf);
  printTable(
    ["", "naive", "ours", "ratio", "ours again", "ratio"],
    [
      timed("seconds", ({ seconds }) => seconds, "time"),
      timed("processor seconds", ({ processorSeconds }) => processorSeconds, "processor"),
      totals.map(
        (cell, column) => [cell, cell, cell, `${ratio.calls}`, cell, `${ratioAgain.calls}`][column] ?? "",
      ),
      ...operations.map((name) => counted(`  ${name}`, (side) => of(side, name))),
      ...requests.map((name) => counted(`Kubernetes ${name}`, ({ counts }) => counts.kubernetes[name] ?? 0)),
    ],
  );
}

function tellParameters(parameters: ReturnType<typeof parametersOf>): void {
  console.log("\nCalls to SSM\n");
  printTable(
    ["region", "parameters", "at ten a call", "ours", "ours again", "naive"],
    parameters.map(({ region, names, least, ours, again, naive }) => [
      region,
      ...[names, least, ours, again, naive].map(String),
    ]),
  );
}

function tellWords({ naive, ours }: Scans, agree: boolean): void {
  const words = [
    "The naive loop lists the node groups of each cluster, describes each and asks SSM for its newest",
    "release, one after another, over kept connections. Ours does that and looks at every node and at Auto",
    "Scaling, too: first in a process that has connected to nothing yet, then once more. Both have loaded",
    "the SDK before the clock runs. All of it was run, nothing is scaled up.",
    agree
      ? `Both found ${naive.behind} of ${naive.groups} node groups behind.`
      : `They DISAGREE: ${naive.behind} of ${naive.groups} are behind, or ${ours.behind} of ${ours.groups}.`,
    `Goals: ${goal.time} of the time; as few calls to SSM as can be, in each region.`,
  ];
  console.log(`\n${words.join("\n")}\n`);
}
