import type { Act, Deed } from "../scenarios/types.js";
import { findCluster } from "./lookup.js";
import type { Cluster, World } from "./state.js";

/** Sees to it that each act of the scenario happens once, at its time. */
export function awaitActs(world: World): void {
  for (const act of world.scenario.acts ?? []) awaitAct(world, act);
}

function awaitAct(world: World, act: Act): void {
  const { after, of, seconds } = act.when;
  const stop = world.onChange(({ type, subject }) => {
    if (type !== after || !subject.startsWith(of)) return;
    stop();
    world.clock.after(seconds * 1000, () => {
      perform(findCluster(world, act.cluster), act.does);
      world.record("act", act.cluster, act.story);
    });
  });
}

function perform({ kubernetes: { store } }: Cluster, deed: Deed): void {
  const { namespace } = deed;
  switch (deed.kind) {
    case "scale":
      store.update("deployments", { namespace, name: deed.deployment }, ({ spec }) => {
        spec.replicas = deed.replicas;
      });
      break;
    case "budget":
      store.update("poddisruptionbudgets", { namespace, name: deed.budget }, ({ spec }) => {
        delete spec.minAvailable;
        delete spec.maxUnavailable;
        Object.assign(spec, deed.to);
      });
  }
}
