import { Server } from 'fio-rpc';
import { Account } from './gen/account.js';
import { Journal } from './journal.js';

const [port, path = 'journal.txt', mood] = process.argv.slice(2);
const journal = new Journal(path);
const crashing = {
  // The worst moment: the money is there, and nobody has been told.
  async transact(...args: Parameters<Journal['transact']>) {
    await journal.transact(...args);
    console.log('written, and dead');
    process.kill(process.pid, 'SIGKILL');
    return new Promise<never>(() => undefined);
  },
};

const server = new Server().add(
  Account,
  {
    deposit({ value }, { transaction }) {
      (transaction as { deposited: number }).deposited = value;
      return { value: journal.balance + value };
    },
  },
  mood === 'crash' ? crashing : journal,
);
await server.listen({ port: Number(port), host: 'localhost' });
console.log(`the balance is ${journal.balance}`);
