import { examine } from "./doctor/examine.js";

// What libraries have to say of the version of Node would stand between the lines; it is in the bot's own log, too.
process.removeAllListeners("warning");
process.exit(await examine(process.env, (line) => console.log(line)));
