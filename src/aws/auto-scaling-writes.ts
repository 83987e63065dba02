import type { AutoScaling as AutoScalingSdk } from "@aws-sdk/client-auto-scaling";
import { isTrouble, Trouble } from "../core/problems.js";
import type { AutoScaling } from "./auto-scaling.js";
import { readGroups, readInstances } from "./auto-scaling-reads.js";
import { pointedAt } from "./auto-scaling-values.js";
import { type AwsCall, ask } from "./trouble.js";

type Client = () => Promise<AutoScalingSdk>;
type Writes = Pick<AutoScaling, "resize" | "pointAt" | "suspend" | "resume" | "tag" | "untag" | "terminate">;

/** Every one is absolute, so that made twice it changes nothing more; `terminate` says how it is kept so. */
export function autoScalingWrites(client: Client, oneTry: Client): Writes {
  return {
    resize: (group, { min, max, desired }, signal) =>
      update(client, group, { MinSize: min, MaxSize: max, DesiredCapacity: desired }, signal),

    async pointAt(name, template, signal) {
      const [group] = await readGroups(client, [name], signal);
      if (!group)
        throw trouble("not found", name, "GroupNotFound", "Check whether somebody deleted the group.");
      const pointed = pointedAt(group, template);
      if (!pointed)
        throw trouble(
          "conflict",
          name,
          "TemplateChanged",
          "Somebody gave the group another launch template: plan anew.",
        );
      await update(client, name, pointed, signal);
    },

    ...processes(client),
    ...tags(client),
    terminate: (instance, { decrement }, signal) =>
      decrement
        ? terminateOnce(client, oneTry, instance, signal)
        : terminate(client, client, instance, false, signal),
  };
}

type Change = Omit<Parameters<AutoScalingSdk["updateAutoScalingGroup"]>[0], "AutoScalingGroupName">;

function update(client: Client, group: string, change: Change, signal: AbortSignal | undefined) {
  const call = { action: "autoscaling:UpdateAutoScalingGroup", doing: changing(group) };
  return asked(call, signal, async (options) => {
    const sdk = await client();
    return sdk.updateAutoScalingGroup({ AutoScalingGroupName: group, ...change }, options);
  });
}

/** Without any process named Auto Scaling takes all of them: then nothing is asked. */
function processes(client: Client): Pick<Writes, "suspend" | "resume"> {
  const listed = (group: string, names: readonly string[]) => ({
    AutoScalingGroupName: group,
    ScalingProcesses: [...names],
  });
  return {
    async suspend(group, names, signal) {
      if (names.length === 0) return;
      const call = {
        action: "autoscaling:SuspendProcesses",
        doing: `suspend ${names.join(", ")} of ${group}`,
      };
      await asked(call, signal, async (options) => {
        const sdk = await client();
        return sdk.suspendProcesses(listed(group, names), options);
      });
    },

    async resume(group, names, signal) {
      if (names.length === 0) return;
      const call = { action: "autoscaling:ResumeProcesses", doing: `resume ${names.join(", ")} of ${group}` };
      await asked(call, signal, async (options) => {
        const sdk = await client();
        return sdk.resumeProcesses(listed(group, names), options);
      });
    },
  };
}

function tags(client: Client): Pick<Writes, "tag" | "untag"> {
  const key = (group: string, Key: string) => ({
    ResourceId: group,
    ResourceType: "auto-scaling-group",
    Key,
  });
  return {
    async tag(group, values, signal) {
      const Tags = Object.entries(values).map(([name, Value]) => ({
        ...key(group, name),
        Value,
        PropagateAtLaunch: false,
      }));
      if (Tags.length === 0) return;
      const call = { action: "autoscaling:CreateOrUpdateTags", doing: `tag Auto Scaling group ${group}` };
      await asked(call, signal, async (options) => {
        const sdk = await client();
        return sdk.createOrUpdateTags({ Tags }, options);
      });
    },

    async untag(group, keys, signal) {
      if (keys.length === 0) return;
      const call = {
        action: "autoscaling:DeleteTags",
        doing: `remove tags from Auto Scaling group ${group}`,
      };
      await asked(call, signal, async (options) => {
        const sdk = await client();
        return sdk.deleteTags({ Tags: keys.map((name) => key(group, name)) }, options);
      });
    },
  };
}

/**
 * The call has no token, and Auto Scaling does not say what a second one does to desired. So the SDK must not repeat it
 * after a lost answer, and an instance that is going already is not asked for again.
 */
async function terminateOnce(
  client: Client,
  oneTry: Client,
  instance: string,
  signal: AbortSignal | undefined,
): Promise<"terminating" | "not there"> {
  if (!(await isStaying(client, instance, signal))) return "not there";
  return terminate(client, oneTry, instance, true, signal);
}

async function terminate(
  client: Client,
  terminator: Client,
  instance: string,
  decrement: boolean,
  signal: AbortSignal | undefined,
): Promise<"terminating" | "not there"> {
  const call = { action: "autoscaling:TerminateInstanceInAutoScalingGroup", doing: `terminate ${instance}` };
  try {
    await asked(call, signal, async (options) => {
      const sdk = await terminator();
      const input = { InstanceId: instance, ShouldDecrementDesiredCapacity: decrement };
      return sdk.terminateInstanceInAutoScalingGroup(input, options);
    });
    return "terminating";
  } catch (error) {
    // The same code stands for an instance that is gone and for a group at its minimum: only a look tells them apart.
    const invalid = isTrouble(error, "refused") && error.code === "ValidationError";
    if (invalid && !(await isStaying(client, instance, signal))) return "not there";
    throw error;
  }
}

/** It is in a group, and not on its way out. */
async function isStaying(
  client: Client,
  instance: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const [found] = await readInstances(client, [instance], signal);
  return found !== undefined && !/^(Terminat|Detach)/.test(found.LifecycleState ?? "");
}

/** A call whose answer says nothing. */
async function asked(
  call: AwsCall,
  signal: AbortSignal | undefined,
  send: (options: { abortSignal?: AbortSignal }) => Promise<unknown>,
): Promise<void> {
  await ask(call, signal, send);
}

const changing = (group: string) => `change Auto Scaling group ${group}`;

function trouble(kind: "not found" | "conflict", group: string, code: string, next: string): Trouble {
  return new Trouble(kind, changing(group), code, next);
}
