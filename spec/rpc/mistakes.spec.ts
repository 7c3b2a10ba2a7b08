import { expect } from 'chai';
import { client } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { MemoryFlow } from '../support/memory-flow';
import { MemoryProbe } from '../support/memory-probe';
import { MemoryPeer } from '../support/memory-peer';
import { failureOf, watch } from '../support/outcome';
import { HOLD_CALL } from '../support/probe-frames';
import { Note, note, Probe } from '../support/probe-service';
import { clientOpening } from '../support/raw-frames';

/** Run `cause`, and give the exception that would have ended the process. */
async function uncaughtBy(cause: () => Promise<unknown>): Promise<unknown> {
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  try {
    const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve));
    await cause();
    return await Promise.race([uncaught, settle().then(() => undefined)]);
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
}

const throwing = (): never => {
  throw new Error('a mistake of the program');
};

describe('a mistake in a callback of a call', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  for (const callback of ['onTrailers', 'onMetadata'] as const) {
    it(`ends the call by its error: ${callback}`, async () => {
      memory = new MemoryFlow({
        handlers: {
          ask: (request, context) => {
            context.sendMetadata([]);
            return request;
          },
        },
      });
      const error = await failureOf(memory.flow.ask(note(''), { [callback]: throwing }));
      expect([error.code, error.isLocal, (error.cause as Error).message]).to.deep.equal([
        2,
        true,
        'a mistake of the program',
      ]);
    });

    it(`ends no other call: ${callback}`, async () => {
      memory = new MemoryFlow();
      const other = memory.flow.ask(note('other'));
      await failureOf(memory.flow.ask(note(''), { onTrailers: throwing }));
      expect([(await other).text, memory.pairs.length]).to.deep.equal(['other', 1]);
    });
  }
});

describe('a mistake in a codec', () => {
  const { echo } = Probe.methods;
  const codec = { ...Note, decode: throwing };
  let memory: MemoryProbe | MemoryFlow;
  afterEach(() => memory.stop());

  it('of replies ends the call with INTERNAL, and is its cause', async () => {
    memory = new MemoryProbe();
    const broken = { ...Probe, methods: { echo: { ...echo, output: codec } } } as const;
    const error = await failureOf(client(broken, memory.channel).echo(note('')));
    expect([error.code, error.isLocal, (error.cause as Error).message]).to.deep.equal([
      13,
      true,
      'a mistake of the program',
    ]);
  });

  it('of requests ends the call with INTERNAL, and is in the log', async () => {
    memory = new MemoryFlow();
    const broken = { ...Probe, methods: { echo: { ...echo, input: codec } } } as const;
    memory.server.add(broken, { echo: (request) => request });
    const error = await failureOf(client(broken, memory.channel).echo(note('')));
    expect([error.code, error.text, memory.log]).to.deep.equal([
      13,
      'the request cannot be decoded',
      ['probe.Probe/Echo: the request cannot be decoded: a mistake of the program'],
    ]);
  });
});

describe('a mistake anywhere else, while bytes are read', () => {
  let memory: MemoryProbe;
  beforeEach(() => {
    memory = new MemoryProbe();
    const { environment } = memory;
    const setTimer = environment.setTimer.bind(environment);
    environment.setTimer = (delayMs, callback) =>
      delayMs === 77 ? throwing() : setTimer(delayMs, callback);
  });
  afterEach(() => memory.stop());

  /** A CALL whose time limit the server's environment throws at. */
  async function callForTrouble(): Promise<MemoryPeer> {
    const peer = MemoryPeer.connect(memory.server);
    await peer.send(clientOpening());
    await peer.send(HOLD_CALL.replace('  00000000', '  0000004d'));
    return peer;
  }

  it('is thrown where the program can see it', async () => {
    const uncaught = await uncaughtBy(callForTrouble);
    expect((uncaught as Error).message).to.equal('a mistake of the program');
  });

  it('ends the connection: nothing behind it is understood any more', async () => {
    let peer: MemoryPeer | undefined;
    await uncaughtBy(async () => (peer = await callForTrouble()));
    expect(peer?.serverEnd.isDestroyed).to.equal(true);
  });

  it('ends no other connection', async () => {
    const call = watch(memory.probe.echo(note('other')));
    await uncaughtBy(callForTrouble);
    expect(call.value?.text).to.equal('other');
  });
});
