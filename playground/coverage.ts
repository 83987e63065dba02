/** One row of a skin's coverage list: what is simulated, how well, and which test says so. */
export interface Coverage {
  readonly service: string;
  readonly operation: string;
  /** "full": every parameter that the operation takes counts. "part": see notes. */
  readonly how: "full" | "part";
  /** What is left out or simplified. */
  readonly notes?: string;
  /** Path of the test file, from the project's root. */
  readonly testedBy: string;
}
