/** Real milliseconds. Patience, and no measurement: what comes ends the wait at once, and a busy machine takes its time. */
export const patience = 45_000;
