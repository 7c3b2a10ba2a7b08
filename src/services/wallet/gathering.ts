/** A batch waits for more so long at most: callers that never pause must not keep it from its commit. */
const TURNS_MAX = 8;

/**
 * Run when a turn of the event loop has brought nothing new. The calls of one client come in pieces
 * (rpc/outbox.ts), and a transaction of the first alone would keep the others waiting: with 64 in
 * flight that is a quarter fewer payments a second on SQLite (docs/decisions/0011).
 * @param size of what is gathered: it grows until then
 */
export function whenGathered(size: () => number, run: () => void): void {
  let seen = 0;
  let turns = 0;
  const look = (): void => {
    const now = size();
    turns++;
    if (now === seen || turns === TURNS_MAX) {
      run();
      return;
    }
    seen = now;
    setImmediate(look);
  };
  setImmediate(look);
}
