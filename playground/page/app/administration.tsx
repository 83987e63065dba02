import type { Act } from "../protocol.js";
import type { MemberShown, PlaceShown } from "../protocol-rules.js";
import { useActing } from "./acting.js";
import { Why } from "./why.js";

interface AdministrationProps {
  readonly members: readonly MemberShown[];
  readonly places: readonly PlaceShown[];
}

/** What an administrator of Slack can take away and give back, between a card and a click. */
export function Administration({ members, places }: AdministrationProps) {
  if (members.length === 0) return null;
  return (
    <section aria-label="People and channels" className="administration">
      <details>
        <summary>
          <h2 className="in-line">People and channels</h2>{" "}
          <span className="faint">take rights away while a request waits, and see who is refused</span>
        </summary>
        <ul>
          {members.map((member) => (
            <Member key={member.id} member={member} />
          ))}
          {places.map((place) => (
            <Place key={place.id} place={place} />
          ))}
        </ul>
      </details>
    </section>
  );
}

function Member({ member: { id, name, deactivated, groups } }: { readonly member: MemberShown }) {
  const switches = groups.map(
    (group): Switch => ({
      label: `${group.isIn ? "Take out of" : "Put into"} ${group.handle}`,
      act: { act: "group", user: id, group: group.id, isIn: !group.isIn },
    }),
  );
  const activity: Switch = {
    label: deactivated ? "Activate" : "Deactivate",
    act: { act: "deactivate", user: id, on: !deactivated },
  };
  const notes = deactivated
    ? "deactivated"
    : groups
        .filter(({ isIn }) => isIn)
        .map(({ handle }) => handle)
        .join(", ");
  return <Row name={name} notes={notes} switches={[...switches, activity]} />;
}

function Place({ place: { id, name, archived, shared } }: { readonly place: PlaceShown }) {
  const notes = [archived && "archived", shared && "shared"].filter(Boolean).join(", ");
  return (
    <Row
      name={name}
      notes={notes}
      switches={[
        {
          label: archived ? "Unarchive" : "Archive",
          act: { act: "archive", channel: id, on: !archived },
        },
        {
          label: shared ? "Share no more" : "Share outside",
          act: { act: "share", channel: id, on: !shared },
        },
      ]}
    />
  );
}

interface Switch {
  readonly label: string;
  readonly act: Act;
}

interface RowProps {
  readonly name: string;
  readonly notes: string;
  readonly switches: readonly Switch[];
}

function Row({ name, notes, switches }: RowProps) {
  const { act, underWay, why } = useActing();
  return (
    <li aria-label={name}>
      <p>
        <strong>{name}</strong> <span className="faint">{notes}</span>
      </p>
      <div className="switches">
        {switches.map((one) => (
          <button
            aria-busy={underWay}
            className="kit"
            disabled={underWay}
            key={one.label}
            onClick={() => act(one.act)}
            type="button"
          >
            {one.label}
          </button>
        ))}
      </div>
      <Why>{why}</Why>
    </li>
  );
}
