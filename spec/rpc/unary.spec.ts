import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { RpcError, StatusCode, type CallContext, type RpcErrorInit } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { MemoryProbe, type MemoryProbeOptions } from '../support/memory-probe';
import { failureOf } from '../support/outcome';
import { Note, note, type ProbeHandlers } from '../support/probe-service';

describe('a unary call', () => {
  let memory: MemoryProbe;
  afterEach(() => memory.stop());

  function start(options: MemoryProbeOptions = {}): MemoryProbe {
    memory = new MemoryProbe(options);
    return memory;
  }

  function throwing(thrown: unknown): MemoryProbe {
    const handlers: Partial<ProbeHandlers> = {
      echo: () => {
        throw thrown;
      },
      hold: () =>
        new Promise(() => {
          throw thrown;
        }),
    };
    return start({ handlers });
  }

  it('is answered by what its handler returns', async () => {
    const reply = await start().probe.echo(note('olá'));
    expect(reply).to.deep.equal(note('olá'));
  });

  it('is answered by what its handler promises', async () => {
    const handlers: Partial<ProbeHandlers> = {
      hold: ({ text }) => Promise.resolve(note(`${text}, later`)),
    };
    expect((await start({ handlers }).probe.hold(note('a'))).text).to.equal('a, later');
  });

  it('is two frames, and no other when it is short', async () => {
    start({ pair: { records: true } });
    await memory.probe.echo(note('a'));
    const bytes = (end: { received: Buffer[] }): number => Buffer.concat(end.received).length;
    expect([bytes(memory.serverEnd), bytes(memory.clientEnd)]).to.deep.equal([
      8 + 38 + 16 + 6 + 13,
      8 + 38 + 16 + 2 + 13,
    ]);
  });

  it('leaves with others of its tick in one write', async () => {
    start();
    await memory.probe.echo(note('a'));
    const before = memory.clientEnd.writes;
    await Promise.all(Array.from({ length: 100 }, () => memory.probe.echo(note('a'))));
    expect(memory.clientEnd.writes - before).to.equal(1);
  });

  it('is answered with others of its read in one write', async () => {
    start();
    await memory.probe.echo(note('a'));
    const before = memory.serverEnd.writes;
    await Promise.all(Array.from({ length: 100 }, () => memory.probe.echo(note('a'))));
    expect(memory.serverEnd.writes - before).to.equal(1);
  });

  it('gets the status and the text of an RpcError that its handler throws', async () => {
    throwing(new RpcError(StatusCode.NOT_FOUND, 'no such wallet'));
    const { code, text, isLocal, mayHaveActed } = await failureOf(memory.probe.echo(note('')));
    expect([code, text, isLocal, mayHaveActed]).to.deep.equal([5, 'no such wallet', false, true]);
  });

  it('gets those of an RpcError that its handler rejects with', async () => {
    throwing(new RpcError(StatusCode.ABORTED, 'try again'));
    const { code, text } = await failureOf(memory.probe.hold(note('')));
    expect([code, text]).to.deep.equal([10, 'try again']);
  });

  it('gets the metadata of the error, in order', async () => {
    const metadata = [
      ['reason', Buffer.from('full')],
      ['reason', Buffer.from([0, 255])],
    ] as const;
    throwing(new RpcError(StatusCode.ABORTED, '', { metadata }));
    const error = await failureOf(memory.probe.echo(note('')));
    expect(error.metadata.map(([key, value]) => [key, ...value])).to.deep.equal([
      ['reason', 0x66, 0x75, 0x6c, 0x6c],
      ['reason', 0, 255],
    ]);
  });

  it('gets how long the error asks to wait', async () => {
    throwing(new RpcError(StatusCode.RESOURCE_EXHAUSTED, '', { retryAfterMs: 1_500 }));
    expect((await failureOf(memory.probe.echo(note('')))).retryAfterMs).to.equal(1_500);
  });

  for (const [name, thrown] of [
    ['an Error', new Error('secret: /etc/passwd')],
    ['a text', 'secret'],
    ['undefined', undefined],
    ['null', null],
    ['an object without a prototype', Object.create(null)],
  ] as const) {
    it(`gets UNKNOWN and a neutral text when its handler throws ${name}`, async () => {
      throwing(thrown);
      const { code, text } = await failureOf(memory.probe.echo(note('')));
      expect([code, text]).to.deep.equal([2, 'the handler failed']);
    });

    it(`gets the same when its handler rejects with ${name}`, async () => {
      throwing(thrown);
      const { code, text } = await failureOf(memory.probe.hold(note('')));
      expect([code, text]).to.deep.equal([2, 'the handler failed']);
    });
  }

  it('has the error that its handler threw in the server log', async () => {
    throwing(new Error('the disk is full'));
    await failureOf(memory.probe.echo(note('')));
    expect(memory.log).to.deep.equal(['probe.Probe/Echo: the handler failed: the disk is full']);
  });

  it('fails with UNKNOWN when its handler throws the status OK', async () => {
    throwing(new RpcError(StatusCode.OK, 'well'));
    expect((await failureOf(memory.probe.echo(note('')))).code).to.equal(2);
  });

  it('gets a text that is too long cut between two characters', async () => {
    throwing(new RpcError(StatusCode.ABORTED, 'a' + 'é'.repeat(600)));
    expect((await failureOf(memory.probe.echo(note('')))).text).to.equal('a' + 'é'.repeat(511));
  });

  const UNSENDABLE: readonly (readonly [string, RpcErrorInit])[] = [
    ['a key that is none', { metadata: [['Bad Key', Buffer.alloc(1)]] }],
    ['more metadata than an options block takes', { metadata: [['a', Buffer.alloc(9_000)]] }],
    ['a wait that is no u32', { retryAfterMs: -1 }],
  ];
  for (const [name, init] of UNSENDABLE) {
    it(`gets status and text of an error with ${name}`, async () => {
      throwing(new RpcError(StatusCode.ABORTED, 'sorry', init));
      const { code, text, metadata } = await failureOf(memory.probe.echo(note('')));
      expect([code, text, metadata]).to.deep.equal([10, 'sorry', []]);
    });

    it(`leaves the connection usable after an error with ${name}`, async () => {
      throwing(new RpcError(StatusCode.ABORTED, 'sorry', init));
      await failureOf(memory.probe.echo(note('')));
      const { code } = await failureOf(memory.probe.hold(note('')));
      expect([code, memory.pairs.length]).to.deep.equal([10, 1]);
    });
  }

  it('fails with INTERNAL when its reply cannot be encoded', async () => {
    start({ handlers: { echo: () => ({ ...note(''), numbers: [-1] }) } });
    const { code, text } = await failureOf(memory.probe.echo(note('')));
    expect([code, text]).to.deep.equal([13, 'the reply cannot be encoded']);
  });

  it('fails with INTERNAL when its handler returns nothing', async () => {
    start({ handlers: { echo: () => undefined as unknown as Note } });
    expect((await failureOf(memory.probe.echo(note('')))).code).to.equal(13);
  });

  it('fails with INVALID_ARGUMENT, not sent, when its request cannot be encoded', async () => {
    start();
    const { code, isLocal, mayHaveActed } = await failureOf(
      memory.probe.echo({ ...note(''), text: '\ud800' }),
    );
    expect([code, isLocal, mayHaveActed]).to.deep.equal([3, true, false]);
  });

  it('leaves the connection usable when its request cannot be encoded', async () => {
    start();
    await failureOf(memory.probe.echo({ ...note('a'), numbers: [1.5] }));
    expect((await memory.probe.echo(note('b'))).text).to.equal('b');
  });

  it('hands its handler the metadata that the caller sent', async () => {
    let seen: CallContext['metadata'] = [];
    start({
      handlers: {
        echo: (request, { metadata }) => {
          seen = metadata;
          return request;
        },
      },
    });
    await memory.probe.echo(note(''), { metadata: [['x-tag', Buffer.from([7])]] });
    expect(seen.map(([key, value]) => [key, ...value])).to.deep.equal([['x-tag', 7]]);
  });

  it('fails with INVALID_ARGUMENT when its metadata cannot be sent', async () => {
    start();
    const metadata = [['UPPER', Buffer.alloc(0)]] as const;
    const { code, mayHaveActed } = await failureOf(memory.probe.echo(note(''), { metadata }));
    expect([code, mayHaveActed]).to.deep.equal([3, false]);
  });

  it('tells its handler who calls what', async () => {
    let seen = '';
    start({
      handlers: {
        echo: (request, { method, peer }) => {
          seen = `${peer} ${method}`;
          return request;
        },
      },
    });
    await memory.probe.echo(note(''));
    expect(seen).to.equal('memory:client probe.Probe/Echo');
  });

  it("keeps its handler's bytes apart from the connection’s buffers", async () => {
    let kept: Note | undefined;
    start({
      handlers: {
        echo: (request) => {
          kept ??= request;
          return note('');
        },
      },
    });
    await memory.probe.echo(Note.create({ blob: Buffer.from('first') }));
    await memory.probe.echo(Note.create({ blob: Buffer.from('later') }));
    await settle();
    expect(Buffer.from(kept!.blob).toString()).to.equal('first');
  });
});
