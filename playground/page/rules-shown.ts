import type {
  ScenarioEnvironment,
  ScenarioRules,
  ScenarioWindows,
  Weekday,
} from "../scenarios/environments.js";
import { objectsWithin } from "../slack/json.js";
import type { SimulatedSlack } from "../slack/server.js";
import type { Message } from "../slack/types.js";
import { type HoursThen, hoursThen, spanOf } from "../world/hours.js";
import type { World } from "../world/state.js";
import { localTimes } from "../world/time.js";
import type { EnvironmentShown } from "./protocol-rules.js";

const week = 7 * 24 * 3600_000;
const approveAction = "eks-upgrade:approve";

/**
 * The rules of the scenario's environments and how they stand: hours by the world's clock, locks and approvals by what
 * the bot says of them in Slack. None where no environment has rules.
 */
export function environmentsShown(world: World, slack: SimulatedSlack | undefined): EnvironmentShown[] {
  const { environments = [] } = world.scenario;
  if (!environments.some(({ rules }) => rules)) return [];
  return environments.map((environment) => environmentShown(environment, world, slack));
}

function environmentShown(
  environment: ScenarioEnvironment,
  { clock, origin }: World,
  slack: SimulatedSlack | undefined,
): EnvironmentShown {
  const { name, rules = {} } = environment;
  const { windows, after, freezes = [], approvals } = rules;
  const zone = windows?.timeZone ?? "UTC";
  const channel = environment.channel === "test" ? slack?.testChannel : slack?.channel;
  const messages = channel === undefined ? [] : (slack?.workspace.messages(channel) ?? []);
  const handleOf = (group: string) => `@${slack?.workspace.groups.get(group)?.handle ?? group}`;
  return {
    name,
    ...hoursShown(rules, origin, clock.now()),
    ...(windows && { window: windowWords(windows) }),
    freezes: freezes
      .map((freeze) => ({ ...spanOf(freeze, origin, zone), reason: freeze.reason }))
      .filter(({ until }) => until > clock.now())
      .map(({ from, until, reason }) => `${dateIn(zone, from)} to ${dateIn(zone, until - 1)}: ${reason}`),
    ...(after && {
      order: `after ${after.environment} has run the release for ${after.soak} without a failure`,
    }),
    approvals: approvalWords(approvals, handleOf),
    asked: askedIn(messages, approvals?.required ?? 1),
    locks: locksIn(messages),
  };
}

/** When the first of those windows opens that are closed now. */
export function openingShown({ clock, origin, scenario }: World): { readonly opensAt?: number } {
  const openings = (scenario.environments ?? []).flatMap(({ rules }) => {
    const then = rules && hoursThen(rules, origin, clock.now());
    return then && then.state !== "open" && then.until !== undefined ? [then.until] : [];
  });
  return openings.length > 0 ? { opensAt: Math.min(...openings) } : {};
}

type Hours = Pick<EnvironmentShown, "state" | "says" | "localTime">;

function hoursShown(rules: ScenarioRules, origin: number, now: number): Hours {
  const then = hoursThen(rules, origin, now);
  if (!rules.windows) return { state: then.state, says: saysOf(then, now, "UTC") };
  const { timeZone } = rules.windows;
  return {
    state: then.state,
    says: saysOf(then, now, timeZone),
    localTime: `${dayAndTime(timeZone, now)} in ${timeZone.split("/").at(-1)?.replace("_", " ")}`,
  };
}

function saysOf({ state, until, reason }: HoursThen, now: number, zone: string): string {
  const end =
    until === undefined
      ? ""
      : ` until ${until - now < week ? "" : `${dateIn(zone, until)}, `}${dayAndTime(zone, until)}`;
  if (state === "ends soon") return `nothing may start${end}`;
  if (state === "frozen") return `frozen${end}: ${reason}`;
  return `${state}${end}`;
}

/** "Mon 10:00" */
function dayAndTime(zone: string, moment: number): string {
  const { day, time } = localTimes(zone)(moment);
  return `${capital(day)} ${time}`;
}

/** "2 Nov" */
function dateIn(timeZone: string, moment: number): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short" }).format(moment);
}

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

const weekdays: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** "Mon–Thu 10:00–16:00, Europe/Berlin; nothing starts in its last 2h" */
function windowWords({ timeZone, open, noStartWithin }: ScenarioWindows): string {
  const hours = open.map(({ days, from, to }) => `${daysWords(days)} ${from}–${to}`);
  const last = noStartWithin === undefined ? "" : `; nothing starts in its last ${noStartWithin}`;
  return `${hours.join(" and ")}, ${timeZone}${last}`;
}

function daysWords(days: readonly Weekday[]): string {
  const places = days.map((day) => weekdays.indexOf(day)).sort();
  const [first = 0, last = 0] = [places[0], places.at(-1)];
  const isRow = places.length > 2 && last - first === places.length - 1;
  const names = places.map((place) => capital(weekdays[place] ?? ""));
  return isRow ? `${names[0]}–${names.at(-1)}` : names.join(", ");
}

function approvalWords(approvals: ScenarioRules["approvals"], handleOf: (group: string) => string): string {
  const { required = 1, oneFromEach = [], reasonRequired = false } = approvals ?? {};
  if (required === 0) return "no approval";
  const count = required === 1 ? "1 approval" : `${required} approvals`;
  const groups = oneFromEach.map((group) => `one of ${handleOf(group)}`);
  return [count, ...groups, ...(reasonRequired ? ["with a reason"] : [])].join(", ");
}

/** Requests that wait for approval, by their cards. */
function askedIn(messages: readonly Message[], required: number): EnvironmentShown["asked"] {
  const cards = messages.filter(({ blocks }) =>
    [...objectsWithin(blocks)].some(({ action_id }) => action_id === approveAction),
  );
  return cards.map(({ text }) => {
    const [, given = "0", wanted = `${required}`] = /(\d+) of (\d+) approvals?/.exec(text) ?? [];
    const what = /upgrade (\S+) in /.exec(text)?.[1] ?? "an upgrade";
    return { what, given: Number(given), wanted: Number(wanted) };
  });
}

const locked = /^:lock: <@\w+> locked \*(.+?)\*: (.*)$/m;
const unlocked = /^:unlock: .* off \*(.+?)\*/m;

/** Those that were put on and not taken off again, as the bot told the channel. */
function locksIn(messages: readonly Message[]): string[] {
  const locks = new Map<string, string>();
  for (const { text } of messages) {
    const [, on, reason = ""] = locked.exec(text) ?? [];
    if (on !== undefined) locks.set(on, `${on}: ${reason}`);
    const off = unlocked.exec(text)?.[1];
    if (off !== undefined) locks.delete(off);
  }
  return [...locks.values()];
}
