import { useId, useState } from "react";
import type { ReleasesShown } from "../protocol.js";
import { useActing } from "./acting.js";
import { Why } from "./why.js";

const keyOf = ({ version, amiType }: ReleasesShown) => `${version} ${amiType}`;

/** AWS at work: a new node AMI, or one taken back. */
export function Releases({ releases }: { readonly releases: readonly ReleasesShown[] }) {
  const id = useId();
  const { act, underWay, why } = useActing();
  const [chosen, choose] = useState("");
  const list = releases.find((each) => keyOf(each) === chosen) ?? releases[0];
  if (!list) return null;
  const { version, amiType, newest } = list;
  const press = (what: "release" | "withdraw") => act({ act: what, version, amiType });
  return (
    <section aria-label="AMI releases" className="releases">
      <h2>AMI releases</h2>
      <div className="elements">
        <label htmlFor={id}>Kubernetes and AMI type</label>
        <select id={id} onChange={({ target }) => choose(target.value)} value={keyOf(list)}>
          {releases.map((each) => (
            <option key={keyOf(each)} value={keyOf(each)}>
              {keyOf(each)}
            </option>
          ))}
        </select>
        <span className="faint">newest {newest}</span>
      </div>
      <div className="elements">
        <button
          aria-busy={underWay}
          className="kit"
          disabled={underWay}
          onClick={() => press("release")}
          type="button"
        >
          Release a new AMI
        </button>
        <button
          aria-busy={underWay}
          className="kit"
          disabled={underWay}
          onClick={() => press("withdraw")}
          type="button"
        >
          Withdraw the newest
        </button>
        <Why>{why}</Why>
      </div>
    </section>
  );
}
