import type { PersonShown } from "../protocol.js";

interface WhoProps {
  readonly people: readonly PersonShown[];
  readonly self: string;
  readonly become: (who: string) => void;
}

/** Who one acts as: members at a click; guests, strangers and the like in a menu. */
export function Who({ people, self, become }: WhoProps) {
  if (people.length === 0) return null;
  const odd = people.filter(({ isOdd }) => isOdd);
  const chosen = odd.find(({ id }) => id === self);
  return (
    <fieldset className="who">
      <legend>You are</legend>
      {people
        .filter((person) => !odd.includes(person))
        .map((person) => (
          <label key={person.id}>
            <input
              checked={person.id === self}
              name="who"
              onChange={() => become(person.role)}
              type="radio"
            />
            {person.name}
          </label>
        ))}
      <select
        aria-label="You are somebody else"
        className={chosen ? "chosen" : undefined}
        onChange={({ target }) => become(target.value)}
        value={chosen?.role ?? ""}
      >
        <option disabled hidden value="">
          Somebody else…
        </option>
        {odd.map(({ id, role, name }) => (
          <option key={id} value={role}>
            {name}
          </option>
        ))}
      </select>
    </fieldset>
  );
}
