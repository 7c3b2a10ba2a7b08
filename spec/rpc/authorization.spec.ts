import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { authenticateByToken, authorize, connect, type Authenticator } from '../../src/rpc/index';
import { MemoryFlow } from '../support/memory-flow';
import { failureOf } from '../support/outcome';
import { note } from '../support/probe-service';

const ENCRYPTED = { isEncrypted: true, certificateName: undefined };
const BY_TOKEN = authenticateByToken(
  new Map([
    ['s3cret', 'alice'],
    ['hunter2', 'bob'],
  ]),
);

describe('credentials in clear', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  it('make no channel without TLS', () => {
    memory = new MemoryFlow();
    expect(() => connect('127.0.0.1:1', { credentials: 's3cret' })).to.throw(RangeError, /TLS/);
  });

  it('make one when that is allowed', () => {
    memory = new MemoryFlow();
    const options = { credentials: 'x', sendsCredentialsInClear: true };
    expect(() => connect('127.0.0.1:1', options)).not.to.throw();
  });

  it('are not sent over a transport that is not encrypted', async () => {
    const seen: unknown[] = [];
    const authenticate: Authenticator = (credentials) => void seen.push(credentials);
    memory = new MemoryFlow({ channel: { credentials: 's3cret' }, server: { authenticate } });
    await memory.flow.ask(note(''));
    expect(seen).to.deep.equal([undefined]);
  });

  it('are refused by a server that asks for them', async () => {
    const channel = { credentials: 's3cret', sendsCredentialsInClear: true };
    memory = new MemoryFlow({ channel, server: { authenticate: BY_TOKEN } });
    const { code, text } = await failureOf(memory.flow.ask(note('')));
    expect([code, text]).to.deep.equal([
      16,
      'credentials are not taken over a connection that is not encrypted',
    ]);
  });

  it('are taken by one that allows it', async () => {
    let caller: string | undefined;
    const channel = { credentials: 's3cret', sendsCredentialsInClear: true };
    memory = new MemoryFlow({
      channel,
      server: { authenticate: BY_TOKEN, takesCredentialsInClear: true },
      handlers: {
        ask: (request, context) => {
          ({ caller } = context);
          return request;
        },
      },
    });
    await memory.flow.ask(note(''));
    expect(caller).to.equal('alice');
  });

  it('are not sent with a call', async () => {
    memory = new MemoryFlow({ server: { authenticate: BY_TOKEN, takesCredentialsInClear: true } });
    await memory.flow.ask(note(''));
    const credentials = Buffer.from('s3cret');
    const { code, mayHaveActed } = await failureOf(memory.flow.ask(note(''), { credentials }));
    const sent = Buffer.concat(memory.serverEnd.received).includes('s3cret');
    expect([code, mayHaveActed, sent]).to.deep.equal([16, false, false]);
  });

  it('are refused with a call by a server that asks for them', async () => {
    const channel = { sendsCredentialsInClear: true };
    memory = new MemoryFlow({ channel, server: { authenticate: BY_TOKEN } });
    const credentials = Buffer.from('s3cret');
    const { code, isLocal } = await failureOf(memory.flow.ask(note(''), { credentials }));
    expect([code, isLocal]).to.deep.equal([16, false]);
  });
});

describe('authorize', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  function start(credentials?: string): void {
    memory = new MemoryFlow({
      identity: ENCRYPTED,
      channel: credentials === undefined ? {} : { credentials },
      server: {
        authenticate: BY_TOKEN,
        interceptors: [
          authorize(({ method, caller }) => caller === 'alice' || method.endsWith('Look')),
        ],
      },
    });
  }

  it('lets through who may call', async () => {
    start('s3cret');
    expect((await memory.flow.ask(note('a'))).text).to.equal('a');
  });

  it('lets strangers call what is open to them', async () => {
    start();
    expect((await memory.flow.look(note('a'))).text).to.equal('a');
  });

  it('refuses a stranger by UNAUTHENTICATED', async () => {
    start();
    const { code, text } = await failureOf(memory.flow.ask(note('')));
    expect([code, text]).to.deep.equal([16, 'flow.Flow/Ask needs a known caller']);
  });

  it('refuses a known caller by PERMISSION_DENIED', async () => {
    start('hunter2');
    const { code, text } = await failureOf(memory.flow.ask(note('')));
    expect([code, text]).to.deep.equal([7, 'bob may not call flow.Flow/Ask']);
  });

  it('refuses calls that stream too', async () => {
    start('hunter2');
    const codes = [(await failureOf(memory.flow.count(note('1')).next())).code];
    codes.push((await failureOf(memory.flow.collect().finish())).code);
    codes.push((await failureOf(memory.flow.chat().next())).code);
    expect(codes).to.deep.equal([7, 7, 7]);
  });
});
