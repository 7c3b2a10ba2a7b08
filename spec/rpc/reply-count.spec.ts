import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { client, connect, type Channel, type Client } from '../../src/rpc/index';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Flow } from '../support/flow-service';
import { hex } from '../support/hex';
import { MemoryTransport } from '../support/memory-pair';
import { watch } from '../support/outcome';
import { note, type Note } from '../support/probe-service';
import { parseFrames, serverOpening } from '../support/raw-frames';

/** An empty note. */
const NOTE = '00000000 00000000 00000000';

describe('a client whose server gives a wrong number of replies', () => {
  let environment: FakeEnvironment;
  let channel: Channel;
  let flow: Client<typeof Flow>;
  let serverEnd: MemoryTransport;

  beforeEach(() => {
    environment = new FakeEnvironment();
    channel = connect('memory:1', {
      environment,
      dial: () => {
        const pair = MemoryTransport.pair({ records: true });
        serverEnd = pair[1];
        const ignore = (): void => undefined;
        serverEnd.start({ onBytes: ignore, onDrained: ignore, onEnded: ignore, onClosed: ignore });
        return Promise.resolve(pair[0]);
      },
    });
    flow = client(Flow, channel);
  });

  afterEach(async () => {
    const closed = channel.close();
    serverEnd.cut();
    await settle();
    await closed;
  });

  /** What becomes of a call when the server sends HELLO and these frames. */
  async function outcomeOf(call: Promise<Note>, frames: string) {
    const outcome = watch(call);
    await settle();
    serverEnd.write(Buffer.concat([serverOpening(), hex(frames)]));
    await settle();
    return outcome;
  }

  function cancels(): number {
    const frames = parseFrames(Buffer.concat(serverEnd.received).subarray(8));
    return frames.filter(({ type }) => type === 5).length;
  }

  const data = (method: number): string =>
    `0000000c 00000001 03 14 0000 0008 000${method}  ${NOTE}`;
  const end = (method: number): string => `00000002 00000001 04 00 0000 0008 000${method}  0000`;
  const endWithNote = (method: number): string =>
    `0000000e 00000001 04 04 0000 0008 000${method}  0000 ${NOTE}`;

  for (const [kind, method, call] of [
    ['unary', 1, () => flow.ask(note(''))],
    ['client-streaming', 3, () => flow.collect().finish()],
  ] as const) {
    it(`is answered by one in DATA and END (${kind})`, async () => {
      const { value } = await outcomeOf(call(), `${data(method)} ${end(method)}`);
      expect(value?.text).to.equal('');
    });

    it(`fails with UNIMPLEMENTED for none (${kind})`, async () => {
      const { error } = await outcomeOf(call(), end(method));
      expect([error?.code, error?.text]).to.deep.equal([
        12,
        `flow.Flow/${kind === 'unary' ? 'Ask' : 'Collect'} has exactly one reply, got no reply`,
      ]);
    });
  }

  it('fails with UNIMPLEMENTED for two in DATA, and gives up', async () => {
    const { error } = await outcomeOf(flow.ask(note('')), `${data(1)} ${data(1)}`);
    expect([error?.code, cancels()]).to.deep.equal([12, 1]);
  });

  it('fails with UNIMPLEMENTED for one in DATA and one in END', async () => {
    const { error } = await outcomeOf(flow.ask(note('')), `${data(1)} ${endWithNote(1)}`);
    expect([error?.code, cancels()]).to.deep.equal([12, 0]);
  });

  it('gives up a stream of requests that gets two', async () => {
    await outcomeOf(flow.collect().finish(), `${data(3)} ${data(3)}`);
    expect(cancels()).to.equal(1);
  });
});
