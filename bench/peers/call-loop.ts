import type { Meter } from '../meter';
import { balanceOf, WALLET_COUNT, WALLETS } from '../wallets';

/** A unary call as the peer's users make it: a promise each. */
export type ReadBalance = (request: { wallet: string }) => Promise<{ readonly value: number }>;

export interface Item {
  readonly number: number;
  readonly text: string;
}

/** Items of one stream to the client; then it ends, and the next begins. */
export const ITEMS_DOWN = 1_000_000;
/**
 * Items of one stream to the server. It is counted when the server has said how many have come: what
 * a client has written may be in a buffer. Not more, because grpc-js takes seconds for ten thousand.
 */
export const ITEMS_UP = 1_000;
/** As long as the names of wallets are, more or less. */
export const ITEM_TEXT = 'transferencia';

/** Keep `count` loops going that each wait for their answer before they call again. */
export async function inLoops(
  count: number,
  meter: Meter,
  callOnce: (loop: number) => Promise<void>,
): Promise<void> {
  const run = async (loop: number): Promise<void> => {
    while (!meter.isStopped) await callOnce(loop);
  };
  await Promise.all(Array.from({ length: count }, (_, loop) => run(loop)));
}

/** Keep `inFlight` calls going. */
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

// Not by inLoops(): an async function around each call costs a tenth of what the call does.
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

/** Send bytes and have them sent back; every answer's length and ends are looked at. */
export async function echoInLoops(
  echo: (data: Buffer) => Promise<Uint8Array>,
  inFlight: number,
  bytes: number,
  meter: Meter,
): Promise<void> {
  const data = Buffer.alloc(bytes, 7);
  await inLoops(inFlight, meter, async () => {
    const begunMs = meter.begin();
    const answer = await echo(data);
    if (answer.length !== bytes || (bytes > 0 && (answer[0] !== 7 || answer[bytes - 1] !== 7))) {
      throw new Error(`${bytes} bytes were sent, and ${answer.length} or others came back`);
    }
    meter.end(begunMs);
  });
}

/** The two calls of a payment, as a peer makes them. */
export interface PaymentCalls {
  /** @returns the number of the order; below 1 when none was made */
  createOrder(payer: string, value: number): Promise<number>;
  /** @returns 0 when the order was cashed */
  transfer(order: number, value: number, payee: string): Promise<number>;
}

/** An order is made of one wallet's money, and another cashes it. */
export async function payOnce(loop: number, meter: Meter, calls: PaymentCalls): Promise<void> {
  const begunMs = meter.begin();
  const value = 1;
  const payer = WALLETS[loop % WALLET_COUNT] as string;
  const payee = WALLETS[(loop + 1) % WALLET_COUNT] as string;
  const order = await calls.createOrder(payer, value);
  if (order < 1) throw new Error(`an order was not made: ${order}`);
  const status = await calls.transfer(order, value, payee);
  if (status !== 0) throw new Error(`an order was not cashed: ${status}`);
  meter.end(begunMs);
}

/** Count an item, which must be the one that is due. */
export function checkItem(item: Item, number: number, meter: Meter): void {
  if (item.number !== number || item.text.length !== ITEM_TEXT.length) {
    throw new Error(`item ${number} was due, and ${JSON.stringify(item)} came`);
  }
  meter.add(1);
}

function wrongAnswer(i: number, value: number): Error {
  return new Error(`${WALLETS[i] ?? '?'} holds ${balanceOf(i)}, and the answer was ${value}`);
}
