import { bestRedis } from "../redis.js";
import { mainJobOver } from "./main-job.js";

/** The other ways are in main-job.slow.test.ts. */
mainJobOver([[bestRedis, "in Socket Mode", "socket"]]);
