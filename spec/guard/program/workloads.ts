import { Buffer } from 'node:buffer';
import { Load, type Item } from '../../../bench/gen/load';
import {
  client,
  connect,
  Server,
  type CallOptions,
  type Channel,
  type Client,
  type Handlers,
} from '../../../src/rpc/index';
import { ReadBalanceReply, ReadBalanceRequest, Wallet } from '../../../src/services/gen/wallet';
import { ByteReader } from '../../../src/wire/byte-reader';
import { ByteWriter } from '../../../src/wire/byte-writer';
import { MemoryWire } from './memory-wire';

/** What is counted: `run` does so many operations, and they have ended when it settles. */
export interface Workload {
  readonly name: string;
  /** Operations of one round. */
  readonly operations: number;
  readonly run: (operations: number) => Promise<void>;
}

const IN_FLIGHT = 64;
const WALLET = 'Dorgival';
const BALANCE = 1_000_000;
const ITEM: Item = { number: 7, text: 'sixteen letters.' };
/** A program under valgrind is fifty times slower: the clock must decide nothing. */
const SLOW = 0x7fff_ffff;
const LIMITS = {
  handshakeMsMax: SLOW,
  frameMsMax: SLOW,
  pingEveryMs: SLOW,
  pingAnswerMsMax: SLOW,
  idleMsMax: SLOW,
};
const TIMEOUT_MS = 86_400_000;

const WALLET_HANDLERS: Pick<Handlers<typeof Wallet>, 'readBalance' | 'createOrder'> = {
  readBalance: () => ({ value: BALANCE }),
  createOrder: () => ({ status: 0, order: 1 }),
};

const unused = (): never => {
  throw new Error('no workload calls this');
};

const LOAD_HANDLERS: Handlers<typeof Load> = {
  echo: (blob) => blob,
  *download({ items }) {
    for (let sent = 0; sent < items; sent++) yield ITEM;
  },
  async upload(items) {
    let count = 0;
    for await (const item of items) if (item.text === ITEM.text) count++;
    return { items: count };
  },
  exchange: unused,
};

function makeServer(): Server {
  return new Server({ limits: LIMITS })
    .add(Wallet, {
      ...WALLET_HANDLERS,
      transfer: unused,
      end: unused,
      watch: unused,
      statement: unused,
    })
    .add(Load, LOAD_HANDLERS);
}

/** Both ends in this process, and what ends them. */
export interface Stage {
  readonly workloads: readonly Workload[];
  close(): Promise<void>;
}

export async function makeStage(): Promise<Stage> {
  const server = makeServer();
  const inMemory = connect('memory:1', {
    limits: LIMITS,
    connectTimeoutMs: SLOW,
    dial: () => {
      const [one, two] = MemoryWire.pair();
      server.accept(two);
      return Promise.resolve(one);
    },
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const overTcp = connect(`127.0.0.1:${port}`, { limits: LIMITS, connectTimeoutMs: SLOW });
  return {
    workloads: workloadsOf(inMemory, overTcp),
    async close() {
      await Promise.all([inMemory.close(), overTcp.close()]);
      await server.close({ drainMs: 1 });
    },
  };
}

function workloadsOf(inMemory: Channel, overTcp: Channel): Workload[] {
  const wallet = client(Wallet, inMemory);
  const load = client(Load, inMemory);
  const read = readingOf(wallet);
  return [
    { name: 'codec round trip', operations: 500, run: codecRoundTrips },
    { name: 'unary call', operations: 256, run: inBatches(IN_FLIGHT, read) },
    { name: 'unary call, one at a time', operations: 100, run: inBatches(1, read) },
    {
      name: 'unary call with a time limit',
      operations: 256,
      run: inBatches(IN_FLIGHT, readingOf(wallet, { timeoutMs: TIMEOUT_MS })),
    },
    {
      name: 'unary call over TCP',
      operations: 256,
      run: inBatches(IN_FLIGHT, readingOf(client(Wallet, overTcp))),
    },
    { name: 'keyed call', operations: 192, run: inBatches(IN_FLIGHT, paying(wallet)) },
    { name: 'streamed item, received', operations: 256, run: downloads(load) },
    { name: 'streamed item, sent', operations: 256, run: uploads(load) },
    { name: 'echo of 64 KiB', operations: 2, run: echoes(load, 65_536) },
    { name: 'echo of 1 MiB', operations: 1, run: echoes(load, 1_048_576) },
  ];
}

/** What is counted must be right, or it is not the work. */
function right(isRight: boolean): void {
  if (!isRight) throw new Error('a wrong answer');
}

function codecRoundTrips(times: number): Promise<void> {
  const writer = new ByteWriter();
  const reader = new ByteReader();
  for (let done = 0; done < times; done++) {
    writer.rewind(0);
    ReadBalanceRequest.encode(writer, { wallet: WALLET });
    const middle = writer.offset;
    ReadBalanceReply.encode(writer, { value: BALANCE });
    const request = ReadBalanceRequest.decode(reader.reset(writer.buffer, 0, middle));
    const reply = ReadBalanceReply.decode(reader.reset(writer.buffer, middle, writer.offset));
    right(request.wallet === WALLET && reply.value === BALANCE);
  }
  return Promise.resolve();
}

function readingOf(wallet: Client<typeof Wallet>, options?: CallOptions): () => Promise<void> {
  const request = { wallet: WALLET };
  return async () => right((await wallet.readBalance(request, options)).value === BALANCE);
}

function paying(wallet: Client<typeof Wallet>): () => Promise<void> {
  const request = { wallet: WALLET, value: 1 };
  return async () => right((await wallet.createOrder(request)).status === 0);
}

function inBatches(size: number, call: () => Promise<void>): Workload['run'] {
  return async (operations) => {
    for (let done = 0; done < operations; done += size) {
      await Promise.all(Array.from({ length: size }, call));
    }
  };
}

function downloads(load: Client<typeof Load>): Workload['run'] {
  return async (items) => {
    let count = 0;
    for await (const item of load.download({ items })) if (item.text === ITEM.text) count++;
    right(count === items);
  };
}

function uploads(load: Client<typeof Load>): Workload['run'] {
  return async (items) => {
    const call = load.upload();
    for (let sent = 0; sent < items; sent++) await call.send(ITEM);
    right((await call.finish()).items === items);
  };
}

function echoes(load: Client<typeof Load>, bytes: number): Workload['run'] {
  const data = Buffer.alloc(bytes, 'fio');
  return async (operations) => {
    for (let done = 0; done < operations; done++) {
      right((await load.echo({ data })).data.length === bytes);
    }
  };
}
