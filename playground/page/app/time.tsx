import { type ReactNode, useEffect, useState } from "react";
import { type BotShown, type JumpId, jumpIds, type TimeShown } from "../protocol.js";
import { useActing } from "./acting.js";
import type { Live } from "./live.js";
import { Why } from "./why.js";
import { clockToTheSecond, dayOf, moment } from "./words.js";

const speeds = [1, 10, 60, 300] as const;
/** How often the clock moves on between two snapshots. */
const tick = 250;
/** From here on a second, the least between two posts to a channel, is five minutes of the world. */
const tooFastForSlack = 300;

interface TimeProps {
  readonly time: TimeShown;
  readonly bot: BotShown;
  readonly live: Live;
}

/** The world's time with its controls, and how the bot is. */
export function Time({ time, bot, live }: TimeProps) {
  const { act, underWay, why } = useActing();
  const { speed, paused, fixed } = time;
  const set = (next: { speed: number; paused: boolean }) => act({ act: "time", ...next });
  const choices = [...new Set<number>([...speeds, speed])].sort((one, other) => one - other);
  return (
    <section aria-label="Time and the bot" className="time">
      <Clock live={live} time={time} />
      <button
        className="kit"
        disabled={underWay || fixed !== undefined}
        onClick={() => set({ speed, paused: !paused })}
        title={fixed ?? (paused ? "Let the world go on" : "Stop the world’s clock")}
        type="button"
      >
        {paused ? "▶ Resume" : "❚❚ Pause"}
      </button>
      <fieldset className="speeds" disabled={underWay || fixed !== undefined} title={fixed}>
        <legend>Speed</legend>
        {choices.map((choice) => (
          <label key={choice} title={fixed ?? `One second here is ${choice} s in the world`}>
            <input
              checked={choice === speed}
              name="speed"
              onChange={() => set({ speed: choice, paused })}
              type="radio"
            />
            {choice}×
          </label>
        ))}
      </fieldset>
      <fieldset className="jumps" disabled={underWay || fixed !== undefined} title={fixed}>
        <legend>Forward</legend>
        {jumpIds
          .filter((to) => to !== "opening" || time.opensAt !== undefined)
          .map((to) => (
            <button
              aria-busy={underWay}
              className="kit"
              key={to}
              onClick={() => act({ act: "jump", to })}
              title={fixed ?? jumpTitle(to, time)}
              type="button"
            >
              {jumpLabels[to]}
            </button>
          ))}
      </fieldset>
      <Bot bot={bot} />
      <Hint>{fixed}</Hint>
      <Hint>{bot.why}</Hint>
      <Hint>
        {speed >= tooFastForSlack && !paused && "At this speed Slack’s own limits make the thread lag."}
      </Hint>
      <Why>{why}</Why>
    </section>
  );
}

const jumpLabels: Readonly<Record<JumpId, string>> = {
  "1 hour": "+1 hour",
  "1 day": "+1 day",
  "09:00": "to 09:00",
  opening: "to the opening",
};

function jumpTitle(to: JumpId, { timeZone }: TimeShown): string {
  if (to === "opening") return "When the window opens: all that is due until then happens now";
  if (to === "09:00") return `The next 09:00 (${timeZone}): all that is due until then happens now`;
  return `${to} forward: all that is due in it happens now`;
}

function Hint({ children }: { readonly children?: ReactNode }) {
  return children ? (
    <p className="hint" role="status">
      {children}
    </p>
  ) : null;
}

function Clock({ time, live }: Omit<TimeProps, "bot">) {
  const [, redraw] = useState(0);
  const stands = time.paused || !live.connected;
  useEffect(() => {
    if (stands) return;
    const timer = setInterval(() => redraw((count) => count + 1), tick);
    return () => clearInterval(timer);
  }, [stands]);
  const now = stands ? time.now : time.now + (Date.now() - live.receivedAt) * time.speed;
  return (
    <time className="clock" dateTime={new Date(now).toISOString()} title={`World time: ${moment(now)}`}>
      {clockToTheSecond(now)} <span className="faint">{dayOf(now)}</span>
    </time>
  );
}

const botWords: Readonly<Record<BotShown["state"], string>> = {
  starting: "starting…",
  running: "running",
  ended: "dead",
  elsewhere: "runs elsewhere",
};

function Bot({ bot }: { readonly bot: BotShown }) {
  return (
    <div className="bot-state" role="status">
      <span className={`dot ${bot.state}`} /> Bot: {botWords[bot.state]}
      {bot.said && (
        <details>
          <summary>Its last words</summary>
          <pre>{bot.said}</pre>
        </details>
      )}
    </div>
  );
}
