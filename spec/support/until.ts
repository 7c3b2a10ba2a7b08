const POLL_MS = 10;

/** Wait until something in another process has happened. @throws Error when it has not in time */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeMsMax = 10_000,
): Promise<void> {
  const deadline = Date.now() + timeMsMax;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeMsMax} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
