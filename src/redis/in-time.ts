/** Redis did not answer so far: what it was asked may still be done, and what it is asked next. */
export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

/** Redis' answer, or TooSlow after so many real milliseconds: whoever waits has something better to do then. */
export async function inTime<Answer>(answer: Promise<Answer>, within: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow("Redis did not answer in time.")), within);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
