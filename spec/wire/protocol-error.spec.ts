import { expect } from 'chai';
import { ProtocolError, VIOLATIONS } from '../../src/wire/protocol-error';
import { StatusCode, statusFromWire } from '../../src/wire/status-code';

describe('ProtocolError', () => {
  it('begins with the name of the rule', () => {
    expect(new ProtocolError('CREDIT_ZERO', 'CREDIT of 0 bytes').message).to.equal(
      'CREDIT_ZERO: CREDIT of 0 bytes',
    );
  });

  it('knows what it ends and the status to tell', () => {
    const { name, violation, scope, status } = new ProtocolError('NUMBER_UNSAFE', '');
    expect([name, violation, scope, status]).to.deep.equal([
      'ProtocolError',
      'NUMBER_UNSAFE',
      'message',
      StatusCode.OUT_OF_RANGE,
    ]);
  });

  it('never tells success', () => {
    const statuses = Object.values(VIOLATIONS).map(({ status }) => status as number);
    expect(Math.min(...statuses)).to.be.above(0);
  });
});

describe('statusFromWire', () => {
  it('keeps the codes from 0 to 16', () => {
    const codes = Array.from({ length: 17 }, (_, code) => code);
    expect(codes.map(statusFromWire)).to.deep.equal(codes);
  });

  it('reads any other as UNKNOWN', () => {
    expect([17, 255, 65_535].map(statusFromWire)).to.deep.equal([2, 2, 2]);
  });
});
