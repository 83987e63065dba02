/** Something wrong in the file: where, and what to write instead. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
