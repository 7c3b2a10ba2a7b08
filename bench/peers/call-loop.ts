import type { Meter } from '../meter';
import { balanceOf, WALLET_COUNT, WALLETS } from '../wallets';

/** A unary call as the peer's users make it: a promise each. */
export type ReadBalance = (request: { wallet: string }) => Promise<{ readonly value: number }>;

/** Keep `inFlight` calls going: as many loops that wait for their answer before they call again. */
export async function callInLoops(
  readBalance: ReadBalance,
  inFlight: number,
  meter: Meter,
): Promise<void> {
  const loops = Array.from({ length: inFlight }, (_, i) =>
    callInLoop(readBalance, (i * 7) % WALLET_COUNT, meter),
  );
  await Promise.all(loops);
}

async function callInLoop(readBalance: ReadBalance, first: number, meter: Meter): Promise<void> {
  let i = first;
  while (!meter.isStopped) {
    const begunMs = meter.begin();
    const { value } = await readBalance({ wallet: WALLETS[i] as string });
    if (value !== balanceOf(i)) throw wrongAnswer(i, value);
    meter.end(begunMs);
    i = i + 1 === WALLET_COUNT ? 0 : i + 1;
  }
}

function wrongAnswer(i: number, value: number): Error {
  return new Error(`${WALLETS[i] ?? '?'} holds ${balanceOf(i)}, and the answer was ${value}`);
}
