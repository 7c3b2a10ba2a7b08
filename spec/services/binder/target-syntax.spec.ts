import { expect } from 'chai';
import { parseTarget, type Target } from '../../../src/services/binder/target-syntax';

describe('parseTarget', () => {
  const TAKEN: [string, Target][] = [
    ['localhost:5555', { scheme: 'list', addresses: 'localhost:5555' }],
    ['[::1]:5555,10.0.0.1:6', { scheme: 'list', addresses: '[::1]:5555,10.0.0.1:6' }],
    ['binder:5555', { scheme: 'list', addresses: 'binder:5555' }],
    ['dns:5555', { scheme: 'list', addresses: 'dns:5555' }],
    ['dns:example.org:5555', { scheme: 'dns', address: 'example.org:5555' }],
    ['binder:b:1/Wallet', { scheme: 'binder', servers: 'b:1', name: 'Wallet' }],
    ['binder:b:1,[::1]:2/a.Wallet', { scheme: 'binder', servers: 'b:1,[::1]:2', name: 'a.Wallet' }],
    ['etcd:b:1/add', { scheme: 'etcd', servers: 'b:1', name: 'add' }],
  ];
  for (const [text, target] of TAKEN) {
    it(`takes ${text}`, () => expect(parseTarget(text)).to.deep.equal(target));
  }

  const REFUSED: [string, RegExp][] = [
    ['', /is not host:port/],
    ['localhost', /is not host:port/],
    ['binder:b:1', /names no service; write it like binder:host:port\/Wallet/],
    ['binder:b:1/', /names no service/],
    ['binder:b:1/7', /names no service/],
    ['binder:b/Wallet', /'b' is not host:port/],
    ['binder:b:1,/Wallet', /'' is not host:port/],
    ['etcd:b:1', /write it like etcd:host:port\/Wallet/],
    ['dns:b', /'b' is not host:port/],
    ['tcp:b:1', /is not host:port/],
  ];
  for (const [text, message] of REFUSED) {
    it(`refuses '${text}'`, () => expect(() => parseTarget(text)).to.throw(RangeError, message));
  }
});
