import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect } from 'chai';
import {
  DIAGNOSTICS,
  RpcError,
  StatusCode,
  type CallEvent,
  type ConnectionEvent,
  type ViolationEvent,
} from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { textsOf } from '../support/flow-service';
import { hex } from '../support/hex';
import { MemoryFlow, type MemoryFlowOptions } from '../support/memory-flow';
import { MemoryTransport } from '../support/memory-pair';
import { failureOf } from '../support/outcome';
import { note } from '../support/probe-service';

describe('diagnostics', () => {
  let memory: MemoryFlow;
  let stopListening: (() => void)[] = [];
  afterEach(async () => {
    for (const stop of stopListening) stop();
    stopListening = [];
    await memory.stop();
  });

  function start(options: MemoryFlowOptions = {}): void {
    memory = new MemoryFlow(options);
  }

  /** What is told on a channel from now on. */
  function listen<T>(name: string): T[] {
    const events: T[] = [];
    const onEvent = (event: unknown) => void events.push(event as T);
    subscribe(name, onEvent);
    stopListening.push(() => unsubscribe(name, onEvent));
    return events;
  }

  const ENDS = [
    ['client', DIAGNOSTICS.clientCallStart, DIAGNOSTICS.clientCallEnd],
    ['server', DIAGNOSTICS.serverCallStart, DIAGNOSTICS.serverCallEnd],
  ] as const;

  for (const [role, startName, endName] of ENDS) {
    describe(`of a call, at the ${role}`, () => {
      it('tell the same event at start and end', async () => {
        start();
        const [starts, ends] = [listen<CallEvent>(startName), listen<CallEvent>(endName)];
        await memory.flow.ask(note('a'));
        expect(starts).to.have.length(1);
        expect(ends[0]).to.equal(starts[0]);
      });

      it('name the method', async () => {
        start();
        const ends = listen<CallEvent>(endName);
        await memory.flow.ask(note('a'));
        expect([ends[0]?.method, ends[0]?.kind]).to.deep.equal(['flow.Flow/Ask', 'unary']);
      });

      it('have no error when it ends well', async () => {
        start();
        const ends = listen<CallEvent>(endName);
        await memory.flow.ask(note('a'));
        expect(ends[0]?.error).to.equal(undefined);
      });

      it('have the error that it ends with', async () => {
        const refusal = new RpcError(StatusCode.NOT_FOUND, 'no such thing');
        start({ handlers: { ask: () => Promise.reject(refusal) } });
        const ends = listen<CallEvent>(endName);
        await failureOf(memory.flow.ask(note('a')));
        expect(ends.map(({ error }) => error?.code)).to.deep.equal([StatusCode.NOT_FOUND]);
      });

      it('say how long it took, by the clock of the environment', async () => {
        let release = (): void => undefined;
        const held = new Promise<void>((resolve) => (release = resolve));
        start({ handlers: { ask: (request) => held.then(() => request) } });
        const ends = listen<CallEvent>(endName);
        const call = memory.flow.ask(note('a'));
        await memory.environment.advance(250);
        release();
        await call;
        expect(ends[0]?.durationMs).to.equal(250);
      });

      it('tell the end of a call that streams', async () => {
        start();
        const ends = listen<CallEvent>(endName);
        await textsOf(memory.flow.count(note('3')));
        expect(ends.map(({ kind, error }) => [kind, error])).to.deep.equal([
          ['server-streaming', undefined],
        ]);
      });

      it('tell the end of a call that was given up', async () => {
        start({
          handlers: {
            ask: (request, { signal }) =>
              new Promise((resolve) => signal.addEventListener('abort', () => resolve(request))),
          },
        });
        const ends = listen<CallEvent>(endName);
        const failed = failureOf(memory.flow.ask(note('a'), { timeoutMs: 10 }));
        await memory.environment.advance(20);
        await failed;
        await settle();
        expect(ends.map(({ error }) => error?.code)).to.deep.equal([StatusCode.DEADLINE_EXCEEDED]);
      });

      it('are made for nobody when nobody listens', async () => {
        start();
        await memory.flow.ask(note('a'));
        const ends = listen<CallEvent>(endName);
        await settle();
        expect(ends).to.deep.equal([]);
      });
    });
  }

  it('say at the server who the client is', async () => {
    start();
    const ends = listen<CallEvent>(DIAGNOSTICS.serverCallEnd);
    await memory.flow.ask(note('a'));
    expect([ends[0]?.peer, ends[0]?.caller]).to.deep.equal(['memory:client', undefined]);
  });

  it('tell a call that never began: its channel was closed', async () => {
    start();
    const ends = listen<CallEvent>(DIAGNOSTICS.clientCallEnd);
    await memory.channel.close();
    await failureOf(memory.flow.ask(note('a')));
    expect(ends.map(({ error }) => error?.code)).to.deep.equal([StatusCode.UNAVAILABLE]);
  });

  it('tell connections at both ends', async () => {
    start();
    const opens = listen<ConnectionEvent>(DIAGNOSTICS.connectionOpen);
    const closes = listen<ConnectionEvent>(DIAGNOSTICS.connectionClose);
    await memory.flow.ask(note('a'));
    await memory.channel.close();
    await settle();
    const told = (events: ConnectionEvent[]) => events.map(({ role }) => role).sort();
    expect([told(opens), told(closes)]).to.deep.equal([
      ['client', 'server'],
      ['client', 'server'],
    ]);
  });

  it('say why a connection was lost', async () => {
    start();
    await memory.flow.ask(note('a'));
    const closes = listen<ConnectionEvent>(DIAGNOSTICS.connectionClose);
    memory.pairs[0]![0].cut();
    await settle();
    expect(closes.map(({ error }) => error?.text)).to.deep.equal([
      'the connection was lost',
      'the connection was lost',
    ]);
  });

  it('name the rule that a peer has broken', async () => {
    start();
    const violations = listen<ViolationEvent>(DIAGNOSTICS.violation);
    const [peer, end] = MemoryTransport.pair();
    memory.server.accept(end);
    peer.write(hex('47 45 54 20'));
    await settle();
    expect(violations.map(({ role, violation }) => [role, violation])).to.deep.equal([
      ['server', 'PREFACE_MISMATCH'],
    ]);
  });
});
