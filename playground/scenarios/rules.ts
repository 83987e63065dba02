import { channels, groups, users } from "../slack/contents.js";
import { cluster, group } from "./fleet-parts.js";
import { allThreeDone, retailStore } from "./retail-store.js";
import type { Scenario } from "./types.js";

const timeZone = "Europe/Berlin";
const prod = "shop-prod";
const shopTest = { name: "shop-test", region: "us-west-2" };
const store = retailStore();
/** Both are on it at first, so that what test has run is what prod may go to. */
const old = { version: "1.34", release: "1.34.4-20260224", amiType: "AL2023_x86_64_STANDARD" };

/** What a company with rules asks of everybody who upgrades something. */
export const rules: Scenario = {
  ...store,
  name: "rules",
  story:
    "Monday, 8:30 in Berlin. test is upgraded by whoever operates it. prod goes only to what test has run for a while, from Monday " +
    "to Thursday between 10:00 and 16:00, and with the yes of two people, one of them of security. Try it as the operator, as the " +
    "approvers, and as somebody who may not: a guest, a stranger, a bystander.",
  clusters: [
    cluster({ ...shopTest, version: "1.34", nodeGroups: [group(shopTest, { name: "default", ...old }, 2)] }),
    ...store.clusters.map((one) => ({ ...one, name: prod })),
  ],
  environments: [
    {
      name: "test",
      channel: "test",
      clusters: [shopTest.name],
      rules: { approvals: { required: 0 } },
    },
    {
      name: "prod",
      clusters: [prod],
      rules: {
        channels: [channels.general],
        approvers: { groups: [groups.approvers, groups.security] },
        may: { breakGlass: { users: [users.secondApprover] } },
        approvals: {
          required: 2,
          oneFromEach: [groups.security],
          requesterMayApprove: false,
          expiresAfter: "24h",
          reasonRequired: true,
        },
        windows: {
          timeZone,
          open: [{ days: ["mon", "tue", "wed", "thu"], from: "10:00", to: "16:00" }],
          noStartWithin: "2h",
        },
        freezes: [{ inDays: 14, days: 3, reason: "The shop's anniversary sale" }],
        after: { environment: "test", soak: "30m" },
      },
    },
  ],
  speed: 20,
  startsAt: { day: "mon", time: "08:30", timeZone },
  command: `/eks-upgrade start ${prod}/${allThreeDone.nodeGroup} --reason security fixes of the kernel`,
  expected: { ...allThreeDone, cluster: prod },
};
