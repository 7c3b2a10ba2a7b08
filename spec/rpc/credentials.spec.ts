import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import {
  authenticateByToken,
  RpcError,
  StatusCode,
  type Authenticator,
  type CallContext,
  type ChannelOptions,
  type Peer,
  type ServerOptions,
} from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { textsOf, type FlowHandlers } from '../support/flow-service';
import { MemoryFlow } from '../support/memory-flow';
import { MemoryPeer } from '../support/memory-peer';
import { failureOf, watch } from '../support/outcome';
import { note } from '../support/probe-service';
import { PREFACE_HEX } from '../support/raw-frames';

const ENCRYPTED = { isEncrypted: true, certificateName: undefined };
const BY_TOKEN = authenticateByToken(
  new Map([
    ['s3cret', 'alice'],
    ['hunter2', 'bob'],
  ]),
);
/** HELLO with option 6, `s3cret`. */
const HELLO_ALICE =
  '0000001f 00000000 01 00 0000 0000 0000  0001 0001 00400000 00000400 00002710 00000000' +
  ' 0009 06 0006 733363726574';
/** CALL of 8.1 (Ask), text 'hi'. */
const ASK = '00000014 00000001 02 05 0000 0008 0001  00000000 0000 00000002 6869 00000000 00000000';

describe('credentials', () => {
  let memory: MemoryFlow;
  let callers: (string | undefined)[];
  afterEach(() => memory.stop());

  const tellCaller = (context: CallContext): void => void callers.push(context.caller);
  const handlers: Partial<FlowHandlers> = {
    ask: (request, context) => {
      tellCaller(context);
      return request;
    },
    async *chat(requests, context) {
      tellCaller(context);
      for await (const request of requests) yield request;
    },
  };

  function start(
    channel: ChannelOptions = {},
    server: ServerOptions = { authenticate: BY_TOKEN },
    identity = ENCRYPTED,
  ): void {
    callers = [];
    memory = new MemoryFlow({ handlers, channel, server, identity });
  }

  describe('in HELLO', () => {
    it('say who calls', async () => {
      start({ credentials: 's3cret' });
      await memory.flow.ask(note(''));
      expect(callers).to.deep.equal(['alice']);
    });

    it('may be bytes', async () => {
      start({ credentials: Buffer.from('hunter2') });
      await memory.flow.ask(note(''));
      expect(callers).to.deep.equal(['bob']);
    });

    it('may be absent: the caller is a stranger then', async () => {
      start();
      await memory.flow.ask(note(''));
      expect(callers).to.deep.equal([undefined]);
    });

    it('are not looked at by a server that does not ask', async () => {
      start({ credentials: 'anything' }, {});
      await memory.flow.ask(note(''));
      expect(callers).to.deep.equal([undefined]);
    });

    it('that are wrong fail every call with UNAUTHENTICATED, not processed', async () => {
      start({ credentials: 'guess' });
      const { code, text, mayHaveActed } = await failureOf(memory.flow.ask(note('')));
      expect([code, text, mayHaveActed]).to.deep.equal([16, 'the token is not known here', false]);
    });

    it('that are wrong are not tried again for the same call', async () => {
      start({ credentials: 'guess' });
      await failureOf(memory.flow.ask(note('')));
      expect(memory.pairs).to.have.length(1);
    });

    it('are asked about once per connection', async () => {
      let asked = 0;
      const authenticate: Authenticator = () => `caller ${++asked}`;
      start({ credentials: 's3cret' }, { authenticate });
      await memory.flow.ask(note(''));
      await memory.flow.ask(note(''));
      expect(callers).to.deep.equal(['caller 1', 'caller 1']);
    });

    it('are shown to the authenticator with what is known of the peer', async () => {
      const shown: [string | undefined, Peer][] = [];
      const authenticate: Authenticator = (credentials, peer) => {
        shown.push([credentials && Buffer.from(credentials).toString(), { ...peer }]);
        return undefined;
      };
      start({ credentials: 'x' }, { authenticate });
      await memory.flow.ask(note(''));
      const peer = { address: 'memory:client', isEncrypted: true, certificateName: undefined };
      expect(shown).to.deep.equal([['x', peer]]);
    });

    it('may be absent where a certificate says who calls', async () => {
      const identity = { isEncrypted: true, certificateName: 'carol' };
      callers = [];
      memory = new MemoryFlow({ handlers, server: { authenticate: BY_TOKEN }, identity });
      await memory.flow.ask(note(''));
      expect(callers).to.deep.equal(['carol']);
    });

    it('that an authenticator fails over are refused without its words', async () => {
      const authenticate: Authenticator = () => {
        throw new Error('the database at 10.0.0.3 is down');
      };
      start({ credentials: 's3cret' }, { authenticate });
      const { code, text } = await failureOf(memory.flow.ask(note('')));
      expect([code, text]).to.deep.equal([
        14,
        'cannot reach memory:1: UNKNOWN: the credentials could not be checked',
      ]);
    });
  });

  describe('in HELLO, checked by an authenticator that takes its time', () => {
    let answer: (caller: string | undefined) => void;
    let refuse: (error: Error) => void;
    let peer: MemoryPeer;

    async function greet(): Promise<void> {
      const authenticate: Authenticator = () =>
        new Promise((resolve, reject) => {
          answer = resolve;
          refuse = reject;
        });
      start({}, { authenticate, takesCredentialsInClear: true });
      peer = MemoryPeer.connect(memory.server);
      await peer.send(`${PREFACE_HEX} ${HELLO_ALICE} ${ASK}`);
    }

    it('get HELLO at once', async () => {
      await greet();
      expect(peer.frames.map(({ type }) => type)).to.deep.equal([1]);
    });

    it('have nothing read behind them before the answer', async () => {
      await greet();
      expect(callers).to.deep.equal([]);
    });

    it('have what is behind them read after the answer', async () => {
      await greet();
      answer('alice');
      await settle();
      expect([callers, peer.framesOf(4).length]).to.deep.equal([['alice'], 1]);
    });

    it('end by GOAWAY(UNAUTHENTICATED), last stream 0, when they are refused', async () => {
      await greet();
      refuse(new RpcError(StatusCode.UNAUTHENTICATED, 'who?'));
      await settle();
      expect([peer.goaways, callers]).to.deep.equal([
        [{ code: 16, lastStream: 0, text: 'who?' }],
        [],
      ]);
    });

    it('end by HANDSHAKE_TIMEOUT when no answer comes', async () => {
      await greet();
      await memory.environment.advance(5_000);
      expect(peer.goaways[0]!.text).to.match(/^HANDSHAKE_TIMEOUT/);
    });

    it('change nothing when the answer comes after that', async () => {
      await greet();
      await memory.environment.advance(5_000);
      answer('alice');
      await settle();
      expect([callers, peer.frames.length]).to.deep.equal([[], 2]);
    });

    it('change nothing when the peer has gone meanwhile', async () => {
      await greet();
      peer.transport.cut();
      await settle();
      answer('alice');
      await settle();
      expect(callers).to.deep.equal([]);
    });
  });

  describe('of a call', () => {
    const bob = { credentials: Buffer.from('hunter2') };

    it('say who makes it, and no other', async () => {
      start({ credentials: 's3cret' });
      await memory.flow.ask(note(''), bob);
      await memory.flow.ask(note(''));
      expect(callers).to.deep.equal(['bob', 'alice']);
    });

    it('say it of a call that streams too', async () => {
      start({ credentials: 's3cret' });
      const call = memory.flow.chat(bob);
      await call.send(note('a'));
      call.end();
      expect([await textsOf(call), callers]).to.deep.equal([['a'], ['bob']]);
    });

    it('that are wrong fail that call only', async () => {
      start({ credentials: 's3cret' });
      const { code } = await failureOf(
        memory.flow.ask(note(''), { credentials: Buffer.from('guess') }),
      );
      await memory.flow.ask(note(''));
      expect([code, callers, memory.pairs.length]).to.deep.equal([16, ['alice'], 1]);
    });

    it('end with the call when it is cancelled while they are checked', async () => {
      let answer: (caller: string) => void = () => undefined;
      const authenticate: Authenticator = (credentials) =>
        credentials === undefined ? undefined : new Promise((resolve) => (answer = resolve));
      start({}, { authenticate });
      const controller = new AbortController();
      const outcome = watch(memory.flow.ask(note(''), { ...bob, signal: controller.signal }));
      await settle();
      controller.abort();
      await settle();
      answer('bob');
      await settle();
      expect([outcome.error?.code, callers, memory.frames('clientEnd', 4).length]).to.deep.equal([
        1,
        [],
        1,
      ]);
    });
  });
});
