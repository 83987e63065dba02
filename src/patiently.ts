/** Waits for something, but no longer than so many real milliseconds. Whatever became of it then is its own affair. */
export async function patiently(work: Promise<unknown>, within: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, within);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
