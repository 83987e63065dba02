import { querySkin } from "./query.js";

export const sts = querySkin("sts", "https://sts.amazonaws.com/doc/2011-06-15/", {
  GetCallerIdentity(world) {
    const { account } = world.scenario;
    return {
      Arn: `arn:aws:sts::${account}:assumed-role/eks-upgrade-bot/playground`,
      UserId: "AROAEXAMPLEPLAYGROUND:playground",
      Account: account,
    };
  },
});
