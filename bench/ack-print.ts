import { availableParallelism } from "node:os";
import { latency, size } from "./ack.js";
import type { Busy } from "./ack-busy.js";
import { type Ack, percentile } from "./ack-load.js";
import { hastyRate, type Measured, rate, warmUp } from "./ack-measure.js";
import { kinds } from "./ack-orders.js";
import type { Mode } from "./ack-stage.js";
import { printFigures, printTable, round } from "./print.js";

/** Milliseconds, with runs under way. */
const goal = { p99: 100 };
/** Told, without a goal: nobody calls a bot so, since whatever ends TLS before it keeps its connections. */
const untold: Mode = "HTTP, a connection each";

export interface Acks {
  /** What else this machine did before: processes that wanted a processor, over the last minute. */
  readonly load: number;
  readonly seconds: number;
  readonly measured: readonly Measured[];
}

/** False: a goal was missed. */
export function tellAcks({ load, seconds, measured }: Acks): boolean {
  const runs = size.clusters * (size.managed + size.selfManaged);
  const rows = measured.flatMap((each) => rowsOf(each, measured));
  const loaded = measured.filter(({ going }) => going > 0);
  const whole = loaded.length > 0 && loaded.every(({ going }) => going === runs);
  const judged = rows.filter(({ name, going }) => going > 0 && name !== untold);
  const met = whole && judged.every(({ p99, orders, acked }) => p99 <= goal.p99 && orders === acked);
  const drivers = `${size.clusters * size.managed} by EKS, ${size.clusters * size.selfManaged} by the bot's own driver`;
  console.log(
    `Slack's acknowledgement at ${rate} orders a second, with ${runs} upgrades under way (${drivers}) and with none; ms\n`,
  );
  printTable(
    ["", "under way", "orders", "acked", "p50", "p99", "max", "p50 ratio", "p99 ratio"],
    rows.map((row) => [
      ...[
        row.name,
        `${row.going}`,
        `${row.orders}`,
        `${row.acked}`,
        `${row.p50}`,
        `${row.p99}`,
        `${row.max}`,
      ],
      ...[row.ratio?.p50, row.ratio?.p99].map((ratio) => `${ratio ?? ""}`),
    ]),
  );
  tellProcesses(measured);
  tellKinds(loaded.filter(({ hasty, mode }) => !hasty && mode !== untold));
  tellWords(seconds, load);
  if (!whole) console.log(`Fewer than ${runs} upgrades were under way.`);
  console.log(`Goals: ${met ? "met" : "MISSED"}.\n`);
  const processes = measured.map((each) => ({
    ...placeOf(each),
    ...processesOf(each),
    limited: each.limited,
  }));
  printFigures({ bench: "ack", met, rate, seconds, runs, load: round(load), rows, processes });
  return met;
}

type Row = ReturnType<typeof rowOf>;

/** Of everybody, and of the one person who does not stop. */
function rowsOf(each: Measured, all: readonly Measured[]): Row[] {
  const { mode, going, acks, hasty } = each;
  const base = all.find((other) => mode.startsWith(other.mode) && other.going === 0);
  const row = (name: string, of: readonly Ack[]) =>
    rowOf(name, going, of, base !== each ? base?.acks : undefined);
  if (!hasty) return [row(mode, acks)];
  return [
    row(`${mode}: one person, ${hastyRate} a minute`, hasty.acks),
    row(`${mode}: everybody else meanwhile`, acks),
  ];
}

function rowOf(name: string, going: number, acks: readonly Ack[], base: readonly Ack[] | undefined) {
  const figures = figuresOf(acks);
  const before = base && figuresOf(base);
  return {
    ...{ name, going, orders: acks.length, acked: acks.filter(({ outcome }) => outcome === "acked").length },
    ...figures,
    ...(before && {
      ratio: { p50: round(figures.p50 / before.p50), p99: round(figures.p99 / before.p99) },
    }),
  };
}

function figuresOf(acks: readonly Ack[]) {
  return {
    p50: round(percentile(acks, 0.5), 1),
    p99: round(percentile(acks, 0.99), 1),
    max: round(percentile(acks, 1), 1),
  };
}

const placeOf = ({ mode, going, hasty }: Measured) => ({ mode, going, hasty: hasty !== undefined });

function processesOf({ bot, slack, answered, answeredAfter, hasty }: Measured) {
  const rounded = ({ processor, lateP99, lateMax }: Busy) => ({
    processor: round(processor),
    lateP99: round(lateP99, 1),
    lateMax: round(lateMax, 1),
  });
  return {
    ...{ bot: rounded(bot), slack: rounded(slack), answered, answeredAfter: round(answeredAfter, 1) },
    ...(hasty && { hastyAnswered: hasty.answered }),
  };
}

function tellProcesses(measured: readonly Measured[]): void {
  console.log("\nWhat the bot did meanwhile\n");
  const heads = [
    "",
    "under way",
    "processor",
    "late p99",
    "late max",
    "Slack's late p99",
    "answers",
    "last after s",
  ];
  const rows = measured.map((each) => {
    const { bot, slack, answered, answeredAfter } = processesOf(each);
    const name = each.hasty ? `${each.mode}, with one person who does not stop` : each.mode;
    const figures = [
      each.going,
      bot.processor,
      bot.lateP99,
      bot.lateMax,
      slack.lateP99,
      answered,
      answeredAfter,
    ];
    return [name, ...figures.map(String)];
  });
  printTable(heads, rows);
  for (const each of measured) {
    const limited = Object.entries(each.limited).map(([method, count]) => `${method} ${count} times`);
    const where = `${each.mode}, ${each.going} under way`;
    if (limited.length > 0) console.log(`${where}: Slack's rate limits refused ${limited.join(", ")}.`);
    if (each.hasty) console.log(`${where}: of the one person's orders ${each.hasty.answered} were answered.`);
  }
}

function tellKinds(loaded: readonly Measured[]): void {
  console.log("\nBy what was ordered, with upgrades under way\n");
  const rows = kinds.map((kind) => [
    kind,
    ...loaded.flatMap(({ acks }) => {
      const { p50, p99, max } = figuresOf(acks.filter((each) => each.kind === kind));
      return [p50, p99, max].map(String);
    }),
  ]);
  printTable(["", ...loaded.flatMap(({ mode }) => [`${mode} p50`, "p99", "max"])], rows);
}

function tellWords(seconds: number, load: number): void {
  const words = [
    "From the moment Slack makes an order up to the moment it has read the acknowledgement: over the bot's",
    "socket, or as a signed request by way of a gateway, in Slack's process, which keeps its connections to the",
    "bot; the last row does without. The bot is the compiled one (ROLE=all) with a Redis of its own; they, Slack,",
    `and AWS with the clusters have a process each. AWS and the clusters answer ${latency} ms late, in real time.`,
    `Before each ${seconds} s there were ${warmUp} s of the same that do not count. Orders come at random times, whether or not`,
    "those before are acknowledged. What the menu offers is in its acknowledgement: there the bot has looked",
    "before. Slack's own lateness is within all figures. The upgrades were asked for and approved over the wire,",
    "and were under way before and after. Of one person's orders all beyond thirty a minute are refused.",
    `Goal: p99 of ${goal.p99} ms with upgrades under way, and none unacknowledged, but for the last row.`,
    `Before it began, ${round(load, 1)} processes wanted one of this machine's ${availableParallelism()} processors.`,
  ];
  console.log(`\n${words.join("\n")}\n`);
}
