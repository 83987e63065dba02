import type { Playground } from "../../playground/playground.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { approved, insist, messagesIn, runOf, slotOf, upgrade, type Wish } from "./people.js";
import type { Story } from "./stories.js";

/** Stories of an update that somebody calls off when EKS was asked for it and its answer was lost. */

/** Real milliseconds. */
const patience = 60_000;

const asked = ["RunRequested", "RunApproved"] as const;
const wentWell = ["UpdateRequested", "UpdateStarted", "RunSucceeded"] as const;

const hasAsked = ({ world }: Playground) =>
  world.calls.some(({ operation }) => operation === "UpdateNodegroupVersion");

const isCalledOff = ({ slack }: Playground) =>
  slack.workspace.everything(slack.channel).some(({ text }) => text.includes("called off upgrading"));

/** `heard`: EKS begins all the same, and does not show it. */
function loseAnswers(playground: Playground, heard: boolean): void {
  playground.aws.faults = ({ operation }, perform) => {
    if (operation === "ListUpdates" && heard && hasAsked(playground)) return "no answer";
    if (operation !== "UpdateNodegroupVersion") return undefined;
    if (heard) perform();
    return "no answer";
  };
}

/** To upgrade, and to call it off as soon as EKS was asked. */
const upgradeAndCallOff =
  (heard: boolean): Wish =>
  async (playground, bot) => {
    const { slack } = playground;
    if (!isCalledOff(playground)) loseAnswers(playground, heard);
    await upgrade(playground, bot);
    await slack.waitFor(() => bot.isStopped || hasAsked(playground), {
      timeoutMs: patience,
      what: "a call that starts the update",
    });
    await insist(
      playground,
      bot,
      "a run that is called off",
      () => isCalledOff(playground),
      async () => {
        const [card] = messagesIn(playground, "card");
        if (card) await slack.as(slack.users.operator).command("/eks-upgrade", `cancel ${runOf(card)}`);
      },
    );
  };

/** EKS had begun: they are told that it was too late. */
const comeTooLate: Wish = async (playground, bot) => {
  await upgradeAndCallOff(true)(playground, bot);
  if (!bot.isStopped) playground.aws.faults = () => undefined;
};

/** EKS had begun nothing: they wait for the end, and start it anew. */
const callOffAndStartAnew: Wish = async (playground, bot) => {
  const { slack, world } = playground;
  await upgradeAndCallOff(false)(playground, bot);
  const isOver = () => slack.workspace.everything(slack.channel).some((each) => slotOf(each) === "end");
  await slack.waitFor(() => bot.isStopped || isOver(), { timeoutMs: patience, what: "its end" });
  if (bot.isStopped) return;
  playground.aws.faults = () => undefined;
  const [name = "", ...rest] = world.scenario.command.split(" ");
  await approved(playground, bot, 1, () => slack.as(slack.users.operator).command(name, rest.join(" ")));
};

const workshop = { scenario: eksWorkshop, speed: 300 };

export const calledOffTooLate: Story = {
  ...workshop,
  chapters: [{ wish: comeTooLate, end: eksWorkshop.expected }],
  runs: [[...asked, "UpdateRequested", "StopRequested", "UpdateStarted", "StopTooLate", "RunSucceeded"]],
};

export const calledOffInTime: Story = {
  ...workshop,
  chapters: [{ wish: callOffAndStartAnew, end: eksWorkshop.expected }],
  runs: [
    [...asked, "UpdateRequested", "StopRequested", "RunCancelled"],
    [...asked, ...wentWell],
  ],
  unheard: 1,
};
