import { expect } from 'chai';
import { Inbox } from '../../src/rpc/inbox';
import { errorOf } from '../support/outcome';

describe('Inbox', () => {
  let told: string[];
  let inbox: Inbox<string>;
  beforeEach(() => {
    told = [];
    inbox = new Inbox<string>({
      onTaken: (costBytes) => told.push(`taken ${costBytes}`),
      onWaiting: () => told.push('waiting'),
      onReturn: () => told.push('return'),
    });
  });

  async function rest(): Promise<string[]> {
    const all: string[] = [];
    for await (const message of inbox) all.push(message);
    return all;
  }

  it('hands out messages in order', async () => {
    inbox.push('a', 1);
    inbox.push('b', 2);
    inbox.close();
    expect(await rest()).to.deep.equal(['a', 'b']);
  });

  it('tells the cost of a message when it is taken, not when it comes', async () => {
    inbox.push('a', 17);
    const before = [...told];
    await inbox.next();
    expect([before, told]).to.deep.equal([[], ['taken 17']]);
  });

  it('hands a message to who waits, and tells both', async () => {
    const next = inbox.next();
    inbox.push('a', 17);
    expect([await next, told]).to.deep.equal([
      { done: false, value: 'a' },
      ['waiting', 'taken 17'],
    ]);
  });

  it('serves several who wait in order', async () => {
    const both = [inbox.next(), inbox.next()];
    inbox.push('a', 1);
    inbox.push('b', 1);
    expect((await Promise.all(both)).map(({ value }) => value)).to.deep.equal(['a', 'b']);
  });

  it('knows whether somebody waits', () => {
    const before = inbox.isWaiting;
    void inbox.next();
    expect([before, inbox.isWaiting]).to.deep.equal([false, true]);
  });

  it('ends who waits when it is closed', async () => {
    const next = inbox.next();
    inbox.close();
    expect(await next).to.deep.equal({ done: true, value: undefined });
  });

  it('ends with its error behind the messages, once', async () => {
    inbox.push('a', 1);
    inbox.close(new Error('lost'));
    const first = await inbox.next();
    const error = await errorOf(inbox.next());
    expect([first.value, error?.message, (await inbox.next()).done]).to.deep.equal([
      'a',
      'lost',
      true,
    ]);
  });

  it('keeps its first end', async () => {
    inbox.close();
    inbox.close(new Error('late'));
    expect(await inbox.next()).to.deep.equal({ done: true, value: undefined });
  });

  it('takes nothing once it is closed', async () => {
    inbox.close();
    inbox.push('a', 1);
    expect(await rest()).to.deep.equal([]);
  });

  it('tells when the reader wants no more', async () => {
    inbox.push('a', 1);
    inbox.push('b', 1);
    for await (const message of inbox) if (message === 'a') break;
    expect(told.at(-1)).to.equal('return');
  });

  it('does not tell it when it has ended well before', async () => {
    inbox.close();
    await inbox.return();
    expect(told).to.deep.equal([]);
  });

  it('has no messages for who wants no more', async () => {
    inbox.push('a', 1);
    await inbox.return();
    expect(await inbox.next()).to.deep.equal({ done: true, value: undefined });
  });
});
