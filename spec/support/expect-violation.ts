import { expect } from 'chai';
import { ProtocolError, type Violation } from '../../src/wire/protocol-error';

/** Fail unless `run` throws a ProtocolError of just this name. */
export function expectViolation(run: () => unknown, violation: Violation): void {
  expect(run).to.throw(ProtocolError).with.property('violation', violation);
}
