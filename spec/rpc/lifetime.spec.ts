import { expect } from 'chai';
import type { Limits } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { MemoryFlow } from '../support/memory-flow';
import { watch } from '../support/outcome';
import { note } from '../support/probe-service';

describe('the lifetime of a connection', () => {
  let memory: MemoryFlow;
  let release: () => void;
  afterEach(() => memory.stop());

  function start(client: Partial<Limits>, server: Partial<Limits> = {}): void {
    memory = new MemoryFlow({
      handlers: {
        ask: (request) =>
          request.text === 'hold'
            ? new Promise((resolve) => (release = () => resolve(request)))
            : request,
      },
      channel: { limits: client },
      server: { limits: server },
    });
  }

  const isGone = (): boolean => memory.pairs[0]![0].isDestroyed;
  const MINUTE_MS = 60_000;

  it('ends after 30 min without calls', async () => {
    start({});
    await memory.flow.ask(note(''));
    await memory.environment.advance(29 * MINUTE_MS);
    const wasGone = isGone();
    await memory.environment.advance(MINUTE_MS + 1_000);
    expect([wasGone, isGone()]).to.deep.equal([false, true]);
  });

  it('ends by the server without calls, by GOAWAY(0)', async () => {
    start({}, { idleMsMax: 1_000 });
    await memory.flow.ask(note(''));
    // Whether calls have begun is looked at once per period: the first one had a call.
    await memory.environment.advance(2_000);
    expect(memory.frames('clientEnd', 8).map(({ code }) => code)).to.deep.equal([0]);
  });

  it('does not end while a call is open', async () => {
    start({ idleMsMax: 1_000 }, { idleMsMax: 1_000 });
    const call = watch(memory.flow.ask(note('hold')));
    await memory.environment.advance(10_000);
    expect([isGone(), call.isOver]).to.deep.equal([false, false]);
  });

  it('does not end while calls are made now and then', async () => {
    start({ idleMsMax: 1_000 });
    for (let at = 0; at < 10; at++) {
      await memory.flow.ask(note(''));
      await memory.environment.advance(900);
    }
    expect(memory.pairs).to.have.length(1);
  });

  it('goes on on another for the next call, without a failed one', async () => {
    start({ idleMsMax: 1_000 });
    await memory.flow.ask(note(''));
    await memory.environment.advance(5_000);
    const { text } = await memory.flow.ask(note('a'));
    expect([text, memory.pairs.length]).to.deep.equal(['a', 2]);
  });

  it('leaves no failure behind that the next call would wait for', async () => {
    start({ idleMsMax: 1_000 });
    await memory.flow.ask(note(''));
    await memory.environment.advance(5_000);
    const call = watch(memory.flow.ask(note('a')));
    await settle();
    expect(call.isOver).to.equal(true);
  });

  for (const [random, ageMs] of [
    [0, 9_000],
    [0.5, 10_000],
    [1, 11_000],
  ] as const) {
    for (const end of ['client', 'server'] as const) {
      it(`ends by the ${end} at ${ageMs} ms of 10 000 when chance is ${random}`, async () => {
        const limits = { connectionAgeMsMax: 10_000 };
        if (end === 'client') start(limits);
        else start({}, limits);
        memory.environment.random = () => random;
        await memory.flow.ask(note(''));
        await memory.environment.advance(ageMs - 1);
        const wasGone = isGone();
        await memory.environment.advance(1);
        expect([wasGone, isGone()]).to.deep.equal([false, true]);
      });
    }
  }

  it('lets a call end that is open when it is too old', async () => {
    start({}, { connectionAgeMsMax: 10_000, drainMsMax: 5_000 });
    const call = watch(memory.flow.ask(note('hold')));
    await memory.environment.advance(12_000);
    release();
    await settle();
    expect([call.value?.text, isGone()]).to.deep.equal(['hold', true]);
  });

  it('lets it end at the client too, and makes new calls elsewhere', async () => {
    start({ connectionAgeMsMax: 10_000 });
    const call = watch(memory.flow.ask(note('hold')));
    await memory.environment.advance(12_000);
    const { text } = await memory.flow.ask(note('new'));
    release();
    await settle();
    expect([text, call.value?.text, memory.pairs.length, isGone()]).to.deep.equal([
      'new',
      'hold',
      2,
      true,
    ]);
  });

  it('is not limited by age unless that is asked for', async () => {
    const never = { idleMsMax: 0x7fff_ffff, pingEveryMs: 0x7fff_ffff };
    start(never, never);
    memory.environment.random = () => 1;
    await memory.flow.ask(note(''));
    await memory.environment.advance(365 * 24 * 60 * MINUTE_MS * 0.05);
    expect(isGone()).to.equal(false);
  });
});
