import { expect } from 'chai';
import { formatAddress, resolveDns } from '../../src/rpc/index';
import { FakeEnvironment, settle } from '../support/fake-environment';

describe('resolveDns', () => {
  let environment: FakeEnvironment;
  let answer: () => Promise<string[]>;
  let asked: string[];
  let told: string[][];
  let failures: string[];
  let stop: () => void;

  beforeEach(async () => {
    environment = new FakeEnvironment();
    answer = () => Promise.resolve(['10.0.0.2', '10.0.0.1']);
    asked = [];
    told = [];
    failures = [];
    const lookup = (host: string) => {
      asked.push(host);
      return answer();
    };
    stop = resolveDns('example.org:5555', { environment, lookup, refreshMs: 1_000 }).start({
      onAddresses: (addresses) => told.push(addresses.map(formatAddress)),
      onFailure: ({ message }) => failures.push(message),
    });
    await settle();
  });
  afterEach(() => stop());

  it('tells every address of the name, in one order', () =>
    expect([asked, told]).to.deep.equal([['example.org'], [['10.0.0.1:5555', '10.0.0.2:5555']]]));

  it('says nothing again while nothing changes', async () => {
    await environment.advance(5_000);
    expect([asked.length, told.length]).to.deep.equal([6, 1]);
  });

  it('tells what changes', async () => {
    answer = () => Promise.resolve(['10.0.0.3']);
    await environment.advance(1_000);
    expect(told.at(-1)).to.deep.equal(['10.0.0.3:5555']);
  });

  it('says that the name is not known now, and looks again', async () => {
    answer = () => Promise.reject(new Error('ENOTFOUND'));
    await environment.advance(1_000);
    answer = () => Promise.resolve(['::1']);
    await environment.advance(2_000);
    expect([failures, told.at(-1)]).to.deep.equal([['ENOTFOUND'], ['[::1]:5555']]);
  });

  it('looks no more when it is stopped', async () => {
    stop();
    await environment.advance(60_000);
    expect([asked.length, environment.timersPending]).to.deep.equal([1, 0]);
  });

  it('tells nothing of a look-up that ends after it was stopped', async () => {
    let late: (hosts: string[]) => void = () => undefined;
    answer = () => new Promise((resolve) => (late = resolve));
    await environment.advance(1_000);
    stop();
    late(['10.0.0.9']);
    await settle();
    expect(told).to.have.length(1);
  });

  it("finds this machine by the system's look-up", async () => {
    const found = new Promise<string[]>((resolve) => {
      const stopOne = resolveDns('localhost:1').start({
        onAddresses: (addresses) => {
          stopOne();
          resolve(addresses.map(formatAddress));
        },
        onFailure: () => undefined,
      });
    });
    expect(await found).to.include.oneOf(['127.0.0.1:1', '[::1]:1']);
  });

  it('refuses what is no host and port', () =>
    expect(() => resolveDns('example.org')).to.throw(RangeError));
});
