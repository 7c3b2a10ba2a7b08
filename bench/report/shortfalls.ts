/**
 * Why a row may be short of its goal, and what was tried: shown when it is. By the names of rows.
 * docs/decisions/0011-the-hot-path.md has the tricks and what each of them gains.
 */
export const SHORTFALLS: Readonly<Record<string, string>> = {
  '1 in flight on 1 connection':
    'Most of it is two passes of the kernel and of the event loop at each end, which raw Node has too. ' +
    'Nothing was tried for this row alone.',
  '64 in flight on 1 connection':
    'raw Node echoes bytes and makes no values: what is between is the codec, a promise for each call ' +
    'and the context of the call (async_hooks, some 7 % in a profile).',
  '1000 in flight on 1 connection':
    'It depends on the machine: the commit that had 165 × grpc-js on another one (2026-11-21) makes as many ' +
    'calls on this one as today’s, 675 k and 691 k a second (medians of five runs in turn).',
  '16 in flight on 64 connections':
    'A write for each connection and turn: 64 of them, each the price of a call of the kernel.',
  'server streaming, small items':
    'The inbox makes a promise and a result for each item of `for await`, also when many are waiting; ' +
    'batches() hands them out in arrays.',
  '1 MiB echo, 4 in flight':
    'Where raw Node itself is less than 10 × grpc-js, only less copying than its sockets do could get there. ' +
    'Each end copies once into a message and once out of it, where a raw echo copies nothing of its own; ' +
    'and each message that is given to the program is fresh memory, which has to be cleared and ' +
    'collected. What helped most was order: one message after the other, and its credit at once. Reading straight ' +
    'into the message, tried, cost more than it saved.',
  'memory, 1 000 idle connections':
    'A connection holds 2.9 KiB of the heap, with Node’s own socket. Most of the rest is the young generation of ' +
    'the heap, which grows while connections are opened, with raw sockets too.',
  'memory, 10 000 idle connections': 'As with 1 000.',
  'start of svc_banco to its first answer':
    'Without certificates to read, an echo program starts in 33 ms of processor time and svc_banco in 50. Half of ' +
    'the difference is V8 compiling the 220 KB of the program, which a code cache made by the build would spare ' +
    '(docs/decisions/0011); the rest is reading the wallets, and the connection.',
  'durable payments (SQLite, fsync), 1 000 in flight':
    'One thread does the calls and the database by turns, and the database alone has the core for itself. ' +
    'Of 17 µs of processor time for a payment 5 are its two calls, as with a ledger in memory, and 9 the ledger, ' +
    'where SQLite alone takes 10 for fewer columns by a statement each. The rest is the price of an answer that ' +
    'has to wait: four promises for each call, each with its context (async_hooks), and what they leave to ' +
    'collect. Calls that come together are answered together, so the client’s 5 µs come on top; smaller ' +
    'transactions, tried, gained nothing. ' +
    'A thread for the database would take its core from the client on this machine.',
};
