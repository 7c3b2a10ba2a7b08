import { expect } from 'chai';
import { Shop, ShopRefusal } from '../../../src/services/store/shop';

function reasonOf(operation: () => unknown): string {
  try {
    operation();
  } catch (error) {
    if (error instanceof ShopRefusal) return error.reason;
    throw error;
  }
  return 'none';
}

describe('Shop', () => {
  it('begins with the balance it was told', () => {
    expect(new Shop(10, 500).end()).to.equal(500);
  });

  it('adds the price of a sale that was paid', () => {
    const shop = new Shop(10, 500);
    shop.beginSale();
    shop.finishSale(true);
    expect(shop.end()).to.equal(510);
  });

  it('adds nothing for a sale that was not paid', () => {
    const shop = new Shop(10, 500);
    shop.beginSale();
    shop.finishSale(false);
    expect(shop.end()).to.equal(500);
  });

  it('counts on from -1 when the seller had no wallet', () => {
    expect(new Shop(10, -1).end()).to.equal(-1);
  });

  it('fills the balance up to 2^53 - 1', () => {
    const shop = new Shop(10, Number.MAX_SAFE_INTEGER - 10);
    shop.beginSale();
    shop.finishSale(true);
    expect(shop.end()).to.equal(Number.MAX_SAFE_INTEGER);
  });

  it('refuses a sale that would bring the balance over 2^53 - 1', () => {
    const shop = new Shop(10, Number.MAX_SAFE_INTEGER - 9);
    expect(reasonOf(() => shop.beginSale())).to.equal('overflow');
  });

  it('keeps room for the sales under way', () => {
    const shop = new Shop(10, Number.MAX_SAFE_INTEGER - 10);
    shop.beginSale();
    expect(reasonOf(() => shop.beginSale())).to.equal('overflow');
  });

  it('gives the room back when a sale fails', () => {
    const shop = new Shop(10, Number.MAX_SAFE_INTEGER - 10);
    shop.beginSale();
    shop.finishSale(false);
    expect(reasonOf(() => shop.beginSale())).to.equal('none');
  });

  it('refuses a sale after the end', () => {
    const shop = new Shop(10, 500);
    shop.end();
    expect(reasonOf(() => shop.beginSale())).to.equal('ended');
  });

  it('refuses a second end', () => {
    const shop = new Shop(10, 500);
    shop.end();
    expect(reasonOf(() => shop.end())).to.equal('ended');
  });
});
