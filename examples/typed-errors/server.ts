import { Server, typedError } from 'fio-rpc';
import { Shop, SoldOut } from './gen/shop.js';

const stock = new Map([
  ['Emma', 1],
  ['Persuasion', 2],
]);
let receipts = 0;

const server = new Server().add(Shop, {
  buy({ title }) {
    const left = stock.get(title) ?? 0;
    if (left === 0) {
      const [instead, others] = [...stock].find(([, count]) => count > 0) ?? ['', 0];
      throw typedError(SoldOut, { instead, left: others }, `${title} is sold out`);
    }
    stock.set(title, left - 1);
    return { number: ++receipts };
  },
});
await server.listen({ port: Number(process.argv[2]), host: 'localhost' });
