import { verify } from "./audit/verify.js";
import { sha256 } from "./audit.js";

// What libraries have to say of the version of Node would stand between the lines.
process.removeAllListeners("warning");
const write = (line: string) => console.log(line);
process.exit(await verify({ variables: process.env, args: process.argv.slice(2), sha256, write }));
