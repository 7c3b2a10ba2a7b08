import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { connect, createServer } from 'node:net';
import { startPostgres } from '../postgres/own-server';
import { PlainPayments } from '../postgres/payments';
import { inLoops, payOnce } from './call-loop';
import { HOST, type NodePeer } from './peer';

/**
 * What PostgreSQL itself can do: the same payments with no server of ours in between, each call a
 * function of the database that the client's `pg` calls.
 */
export const plainPostgres: NodePeer = {
  async serve() {
    const place = await startPostgres();
    await PlainPayments.create(place);
    return sayPlace(place);
  },

  async connect(port) {
    const payments = PlainPayments.open(await text(connect(port, HOST)));
    return {
      pay: ({ inFlight }, meter) =>
        inLoops(inFlight, meter, (loop) =>
          payOnce(loop, meter, {
            createOrder: (payer, value) => payments.createOrder(randomUUID(), payer, value),
            transfer: (order, value, payee) => payments.transfer(randomUUID(), order, value, payee),
          }),
        ),
    };
  },
};

/** A client is told a port: there it learns on which socket the database is. */
function sayPlace(place: string): Promise<number> {
  const server = createServer((socket) => socket.end(place));
  return new Promise((resolve) => {
    server.listen(0, HOST, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
