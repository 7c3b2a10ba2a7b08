import { expect } from 'chai';
import { RpcError, StatusCode } from '../../../src/rpc/index';
import {
  ENDPOINTS_MAX,
  EndpointTable,
  REGISTRATIONS_MAX,
} from '../../../src/services/binder/endpoint-table';
import { registration } from './support/registration';

describe('EndpointTable', () => {
  let table: EndpointTable;
  beforeEach(() => {
    table = new EndpointTable();
  });
  const addresses = (query: string): string[] =>
    table.find(query).endpoints.map(({ address }) => address);

  it('knows nobody at first', () =>
    expect(table.find('a.Wallet')).to.deep.equal({ name: '', endpoints: [] }));

  it('finds a service by its full name', () => {
    table.put('1', registration('a.Wallet', 'x:1'));
    expect(table.find('a.Wallet')).to.deep.equal({
      name: 'a.Wallet',
      endpoints: [{ address: 'x:1', weight: 1, zone: '', metadata: new Map() }],
    });
  });

  it('finds a service by the last part of its name', () => {
    table.put('1', registration('a.b.Wallet', 'x:1'));
    expect(table.find('Wallet').name).to.equal('a.b.Wallet');
  });

  it('does not find a service by the first part of its name', () => {
    table.put('1', registration('a.Wallet', 'x:1'));
    expect(table.find('a').name).to.equal('');
  });

  it('finds a service by one of its methods', () => {
    table.put('1', registration('a.Math', 'x:1', ['add', 'divide']));
    expect(table.find('divide').name).to.equal('a.Math');
  });

  it('refuses a name that is that of two services, and names them', () => {
    table.put('1', registration('b.Wallet', 'x:1'));
    table.put('2', registration('a.Wallet', 'x:2'));
    expect(() => table.find('Wallet'))
      .to.throw(RpcError, "'Wallet' may be a.Wallet, b.Wallet")
      .with.property('code', StatusCode.FAILED_PRECONDITION);
  });

  it('takes a full name as such, whatever else is called so', () => {
    table.put('1', registration('Wallet', 'x:1'));
    table.put('2', registration('a.Wallet', 'x:2'));
    expect(addresses('Wallet')).to.deep.equal(['x:1']);
  });

  it('has each address once, as it was described last', () => {
    table.put('1', { ...registration('S', 'x:1'), zone: 'old' });
    table.put('2', { ...registration('S', 'x:1'), zone: 'new' });
    expect(table.find('S').endpoints.map(({ zone }) => zone)).to.deep.equal(['new']);
  });

  it('keeps an address until its last registration is gone', () => {
    table.put('1', registration('S', 'x:1'));
    table.put('2', registration('S', 'x:1'));
    table.remove('1');
    expect(addresses('S')).to.deep.equal(['x:1']);
    table.remove('2');
    expect(addresses('S')).to.deep.equal([]);
  });

  it('replaces what an id has said before', () => {
    table.put('1', registration('S', 'x:1'));
    table.put('1', registration('S', 'x:2'));
    expect(addresses('S')).to.deep.equal(['x:2']);
  });

  it('forgets a short name with the last service that had it', () => {
    table.put('1', registration('a.S', 'x:1', ['m']));
    table.remove('1');
    expect([table.find('S').name, table.find('m').name, table.size]).to.deep.equal(['', '', 0]);
  });

  it('keeps a method that another server of the service still has', () => {
    table.put('1', registration('a.S', 'x:1', ['old', 'both']));
    table.put('2', registration('a.S', 'x:2', ['both']));
    table.remove('1');
    expect([table.find('old').name, table.find('both').name]).to.deep.equal(['', 'a.S']);
  });

  it('removes what was never there, without a word', () => {
    table.remove('1');
    expect(table.size).to.equal(0);
  });

  describe('who listens', () => {
    const QUERIES = ['a.S', 'S', 'm'];
    for (const query of QUERIES) {
      it(`to '${query}' is told when a server comes and goes`, () => {
        let told = 0;
        table.listen(query, () => told++);
        table.put('1', registration('a.S', 'x:1', ['m']));
        table.remove('1');
        expect(told).to.equal(2);
      });
    }

    it('is not told of other services', () => {
      let told = 0;
      table.listen('a.S', () => told++);
      table.put('1', registration('a.T', 'x:1'));
      expect(told).to.equal(0);
    });

    it('is told no more after it has stopped', () => {
      let told = 0;
      table.listen('S', () => told++)();
      table.put('1', registration('a.S', 'x:1'));
      expect(told).to.equal(0);
    });
  });

  describe('list', () => {
    beforeEach(() => {
      for (const name of ['b.B', 'a.A', 'a.C', 'a.B']) table.put(name, registration(name, 'x:1'));
    });
    const names = (prefix: string, after: string, limit: number) => {
      const { services, more } = table.list(prefix, after, limit);
      return [services.map(({ name }) => name), more];
    };

    it('has all names in order', () =>
      expect(names('', '', 0)).to.deep.equal([['a.A', 'a.B', 'a.C', 'b.B'], false]));
    it('has those that begin with a prefix', () =>
      expect(names('b', '', 0)).to.deep.equal([['b.B'], false]));
    it('has a page, and says that there is more', () =>
      expect(names('', '', 2)).to.deep.equal([['a.A', 'a.B'], true]));
    it('goes on behind a name', () =>
      expect(names('', 'a.B', 2)).to.deep.equal([['a.C', 'b.B'], false]));
    it('has at most 1000 names, whatever is asked for', () => {
      for (let n = 0; n < 1_100; n++) table.put(`n${n}`, registration(`n.N${n}`, 'x:1'));
      const { services, more } = table.list('', '', 0xffff_ffff);
      expect([services.length, more]).to.deep.equal([1_000, true]);
    });
    it('counts the endpoints', () => {
      table.put('another', registration('b.B', 'x:2'));
      expect(table.list('b', '', 0).services).to.deep.equal([{ name: 'b.B', endpoints: 2 }]);
    });
  });

  describe('bounds', () => {
    const codeOf = (run: () => void): string => {
      try {
        run();
        return 'OK';
      } catch (error) {
        return StatusCode[(error as RpcError).code];
      }
    };

    it('take so many endpoints of one service, and no more', () => {
      for (let n = 1; n < ENDPOINTS_MAX; n++) table.put(`${n}`, registration('S', `x:${n}`));
      expect(codeOf(() => table.checkRoom(registration('S', 'y:1')))).to.equal('OK');
      table.put('last', registration('S', 'y:1'));
      expect(codeOf(() => table.checkRoom(registration('S', 'y:2')))).to.equal(
        'RESOURCE_EXHAUSTED',
      );
    });

    it('take an address again that is there, however many there are', () => {
      for (let n = 1; n <= ENDPOINTS_MAX; n++) table.put(`${n}`, registration('S', `x:${n}`));
      expect(codeOf(() => table.checkRoom(registration('S', 'x:1')))).to.equal('OK');
    });

    it('take so many registrations, and no more', () => {
      for (let n = 0; n < REGISTRATIONS_MAX; n++) table.put(`${n}`, registration(`N${n}`, 'x:1'));
      expect(codeOf(() => table.checkRoom(registration('S', 'x:1')))).to.equal(
        'RESOURCE_EXHAUSTED',
      );
    });
  });
});
