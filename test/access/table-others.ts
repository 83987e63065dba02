import { expect } from "vitest";
import { glassBreaking } from "../../commands/break-glass.js";
import type { Run } from "../../src/core/run.js";
import { breakGlassModal } from "../../src/slack/views/break-glass.js";
import { clusterAction, formView, nodeGroupAction } from "../../src/slack/views/form.js";
import { rejectModal } from "../../src/slack/views/reject.js";
import type { EntryPoint, Wanted } from "./entries.js";
import { becomes, isAsked, tells } from "./outcomes.js";
import { type RoomName, rooms } from "./rooms.js";
import type { Scene } from "./scene.js";
import { rowOf } from "./table-buttons.js";
import { chosen, homeOpened, option, pressedAtHome, sent, suggested, visited } from "./tries.js";

type Prepare = (scene: Scene, room: RoomName) => Promise<Wanted>;

const why = "eks-upgrade:why";
const groupOf = ({ plan }: Run) => plan.steps[0]?.nodeGroup ?? "";
const withHash = (run: Run) => `${run.id}|${run.plan.hash}`;

const form: Prepare = async (scene, room) => {
  const group = scene.borrow(room);
  const { cluster } = rooms[room];
  const inputs = {
    ...{ [clusterAction]: option(cluster), [nodeGroupAction]: option(group) },
    "eks-upgrade:reason": "a CVE",
  };
  return {
    ...{ act: sent(formView({ cluster }), inputs, `${cluster}/${group}`), group },
    done: async ({ user }) => void (await isAsked(scene, group, user, { reason: "a CVE" })),
  };
};

const rejected: Prepare = async (scene, room) => {
  const run = await scene.sow("waiting", room);
  const modal = { ...rejectModal(run), private_metadata: withHash(run) };
  return {
    ...{ act: sent(modal, { [why]: "not before the sale" }), run, group: groupOf(run) },
    done: ({ user }) =>
      becomes(scene, run.id, { state: "rejected", rejectedBy: user, rejectedBecause: "not before the sale" }),
  };
};

const glassBroken: Prepare = async (scene, room) => {
  const run = await scene.sow("waiting", room);
  const modal = {
    ...breakGlassModal(run),
    callback_id: glassBreaking.callback,
    private_metadata: withHash(run),
  };
  return {
    ...{ act: sent(modal, { [why]: "it is exploited" }), run, group: groupOf(run) },
    done: ({ user }) =>
      becomes(scene, run.id, { state: "running", breakGlass: { by: user, reason: "it is exploited" } }),
  };
};

/** What is shown says this. */
const shows =
  (act: (room: RoomName) => Wanted["act"], words: (room: RoomName) => string): Prepare =>
  async (_, room) => ({
    act: act(room),
    done: async (__, told) => expect(await told()).toContain(words(room)),
  });

const page =
  (
    method: "GET" | "POST",
    done: (scene: Scene, run: Run, user: string, told: string) => Promise<void>,
  ): Prepare =>
  async (scene, room) => {
    const run = await scene.sow("waiting", room);
    return {
      ...{ act: visited(method, run.id, run.plan.hash), run, group: groupOf(run) },
      done: async ({ user }, told) => done(scene, run, user, await told()),
    };
  };

const nowhere = { inChannel: false, room: "plain" } as const;
const clusterOf = (room: RoomName) => rooms[room].cluster;

/** Modals, menus, Home, and the page of links. */
export const otherEntries: readonly EntryPoint[] = [
  {
    ...{ name: "form sent", registered: "view eks-upgrade:form", way: "form", who: ["start"] },
    ...{ ...nowhere, hides: /I know no cluster/, answersLate: true, prepare: form },
  },
  {
    ...{
      name: "modal of a rejection sent",
      registered: "view eks-upgrade:reject-why",
      way: "form",
      who: ["approve"],
    },
    ...{ ...nowhere, public: true, prepare: rejected },
  },
  {
    ...{ name: "modal of broken glass sent", registered: "view eks-upgrade:break-glass-why", way: "form" },
    ...{ ...nowhere, who: ["break glass"], public: true, prepare: glassBroken },
  },
  {
    ...{ name: "menu of clusters", registered: "options eks-upgrade:cluster", way: "menu", who: ["start"] },
    ...{ ...nowhere, hides: /^\[\]$/, blunt: true, unrecorded: true },
    prepare: shows(() => suggested(clusterAction), clusterOf),
  },
  {
    ...{
      name: "menu of node groups",
      registered: "options eks-upgrade:node-group",
      way: "menu",
      who: ["start"],
    },
    ...{ ...nowhere, hides: /^\[\]$/, blunt: true, unrecorded: true },
    prepare: shows(
      (room) => suggested(nodeGroupAction, clusterOf(room)),
      (room) => `${clusterOf(room)}-2`,
    ),
  },
  {
    ...{
      name: "cluster chosen in the form",
      registered: "action eks-upgrade:cluster",
      way: "form",
      who: "members",
    },
    ...{ ...nowhere, mute: true },
    prepare: shows(
      (room) => chosen(clusterAction, clusterOf(room)),
      (room) => `node-group/${clusterOf(room)}`,
    ),
  },
  {
    ...{ name: "Home opened", registered: "event app_home_opened", way: "home", who: "whoever sees it" },
    ...{ ...nowhere, hides: /nothing that I may show you/, unrecorded: true },
    prepare: shows(() => homeOpened, clusterOf),
  },
  {
    ...{
      name: "Refresh at Home",
      registered: "action eks-upgrade:home-refresh",
      way: "home",
      who: "whoever sees it",
    },
    ...{ ...nowhere, hides: /nothing that I may show you/, unrecorded: true },
    prepare: shows(() => pressedAtHome("eks-upgrade:home-refresh", "refresh"), clusterOf),
  },
  {
    ...{
      name: "Upgrade at Home",
      registered: "action eks-upgrade:digest-upgrade",
      way: "home",
      who: ["start"],
    },
    ...{ ...nowhere, public: true },
    prepare: shows(
      (room) => pressedAtHome("eks-upgrade:digest-upgrade", rowOf(room)),
      () => "eks-upgrade:form",
    ),
  },
  {
    ...{
      name: "page of a link opened",
      registered: "page GET",
      way: "link",
      who: "everybody",
      inChannel: false,
    },
    room: "linked",
    prepare: page("GET", async (_, run, __, told) => expect(told).toContain(groupOf(run))),
  },
  {
    ...{ name: "button on the page of a link", registered: "page POST", way: "link", who: ["approve"] },
    ...{ inChannel: false, room: "linked", public: true, notByRequester: true },
    prepare: page("POST", async (scene, run, user) => {
      await becomes(scene, run.id, { state: "running", approvals: [{ by: user, byLink: true }] });
      await tells(scene, run.id, { type: "RunApproved", by: user, byLink: true });
    }),
  },
];
