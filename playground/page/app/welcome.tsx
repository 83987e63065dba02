import type { ChannelShown, Snapshot } from "../protocol.js";

interface WelcomeProps {
  readonly channel: ChannelShown;
  readonly snapshot: Snapshot;
  readonly onDraft: (text: string) => void;
}

/** The top of a channel: what this is, and what to do first. */
export function Welcome({ channel, snapshot: { scenario }, onDraft }: WelcomeProps) {
  return (
    <div className="welcome">
      <h2># {channel.name}</h2>
      <p>{scenario.story}</p>
      <ol>
        <li>
          As the operator, ask for the upgrade:{" "}
          <button className="link" onClick={() => onDraft(scenario.command)} type="button">
            {scenario.command}
          </button>
        </li>
        <li>Become the approver at the top of the page, read the plan and approve it.</li>
        <li>Watch it here and in the cluster. Then break something.</li>
      </ol>
    </div>
  );
}
