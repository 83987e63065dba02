/** Redis' answer, or a rejection after so many real milliseconds: whoever waits has something better to do then. */
export async function inTime<Answer>(answer: Promise<Answer>, within: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Redis did not answer in time.")), within);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
