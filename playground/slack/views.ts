import { viewWithBlockIds } from "./block-ids.js";
import type { JsonObject } from "./json.js";
import { Refusal } from "./refusal.js";
import type { Change, View } from "./types.js";

/** Modals stack at most three high (Slack docs: modals). */
const stackLimit = 3;

/** Which modals are open on whose screen, and everyone's Home tab. */
export class Views {
  readonly #stacks = new Map<string, View[]>();
  readonly #homes = new Map<string, View>();
  #count = 0;

  constructor(
    private readonly now: () => number,
    private readonly tell: (change: Change) => void,
  ) {}

  /** The user's open modals; the last one is on top. */
  stack(user: string): readonly View[] {
    return this.#stacks.get(user) ?? [];
  }

  home(user: string): View | undefined {
    return this.#homes.get(user);
  }

  find(id: string): View | undefined {
    return this.#all().find((view) => view.id === id);
  }

  findExternal(externalId: string): View | undefined {
    return this.#all().find((view) => view.definition.external_id === externalId);
  }

  /** Opens a first modal; one that is already open gives way. */
  open(user: string, definition: JsonObject): View {
    this.clear(user);
    return this.#place(user, definition);
  }

  push(user: string, definition: JsonObject): View {
    if (this.stack(user).length >= stackLimit) throw new Refusal("push_limit_reached");
    return this.#place(user, definition);
  }

  update(view: View, definition: JsonObject, hash?: string): View {
    if (hash && hash !== view.hash) throw new Refusal("hash_conflict");
    const fresh = this.#hash();
    const named = viewWithBlockIds(definition, fresh);
    return this.#replace(view, { ...view, definition: named, errors: {}, hash: fresh });
  }

  showErrors(view: View, errors: Readonly<Record<string, string>>): View {
    return this.#replace(view, { ...view, errors });
  }

  publish(user: string, definition: JsonObject, hash?: string): View {
    const before = this.#homes.get(user);
    if (before) return this.update(before, definition, hash);
    const id = this.#nextId();
    const named = viewWithBlockIds(definition, id);
    const view: View = { id, user, rootId: id, hash: this.#hash(), definition: named, errors: {} };
    this.#homes.set(user, view);
    this.tell({ type: "view opened", view });
    return view;
  }

  close(view: View): void {
    this.#stacks.set(
      view.user,
      this.stack(view.user).filter((other) => other.id !== view.id),
    );
    this.tell({ type: "view closed", view });
  }

  clear(user: string): void {
    for (const view of [...this.stack(user)].reverse()) this.close(view);
  }

  #place(user: string, definition: JsonObject): View {
    const stack = this.stack(user);
    const id = this.#nextId();
    const below = stack.at(-1);
    const view: View = {
      id,
      user,
      rootId: below?.rootId ?? id,
      ...(below && { previousId: below.id }),
      hash: this.#hash(),
      definition: viewWithBlockIds(definition, id),
      errors: {},
    };
    this.#stacks.set(user, [...stack, view]);
    this.tell({ type: "view opened", view });
    return view;
  }

  #replace(before: View, view: View): View {
    if (this.#homes.get(view.user)?.id === view.id) this.#homes.set(view.user, view);
    const stack = this.stack(view.user).map((other) => (other.id === before.id ? view : other));
    this.#stacks.set(view.user, stack);
    this.tell({ type: "view changed", view });
    return view;
  }

  #all(): View[] {
    return [...[...this.#stacks.values()].flat(), ...this.#homes.values()];
  }

  #nextId(): string {
    this.#count += 1;
    return `V${String(this.#count).padStart(8, "0")}`;
  }

  #hash(): string {
    this.#count += 1;
    return `${Math.floor(this.now() / 1000)}.${this.#count.toString(16).padStart(8, "0")}`;
  }
}
