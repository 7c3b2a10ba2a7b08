// `make demo`: both servers and three people at both clients, on sample wallets. Every line that a
// program prints is compared with the one it must print; exit code 0 when all were right.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Actor, Surprise } from './demo/actor';
import { pickTwoPorts } from './demo/ports';
import { Printer } from './demo/printer';

const WALLETS = 'examples/wallets.txt';
const PRICE = '25';

const inColour = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '';
const print = new Printer((text) => process.stdout.write(text), inColour);
const actors: Actor[] = [];

function enter(label: string, program: string, ...args: string[]): Actor {
  print.start(label, `${program} ${args.join(' ')}`);
  const actor = new Actor(label, print, join(__dirname, `${program}.js`), args);
  actors.push(actor);
  return actor;
}

async function tell(): Promise<void> {
  const [walletsPort, storePort] = await pickTwoPorts();
  const walletsAt = `localhost:${walletsPort}`;
  const storeAt = `localhost:${storePort}`;

  print.narrate('Two servers start: the wallets, and a store where Livraria sells a book for 25.');
  const wallets = enter('wallets', 'svc_banco', walletsPort);
  wallets.feed(readFileSync(WALLETS, 'utf8'));
  const store = enter('store', 'svc_loja', PRICE, storePort, 'Livraria', walletsAt);

  print.narrate('Dorgival sees the price and tries to buy the book (C).');
  const buyer = enter('Dorgival', 'cln_loja', 'Dorgival', walletsAt, storeAt);
  await buyer.expect(`${PRICE} # the price`);
  await buyer.say('C', '-2 # he has 10');

  print.narrate('Papai_Noel takes 60 out of his wallet as a payment order (O) for him.');
  const santa = enter('Papai_Noel', 'cln_banco', 'Papai_Noel', walletsAt);
  await santa.say('S', '100000 # his balance');
  await santa.say('O 60', '1 # order number 1');
  await santa.say('S', '99940');
  await santa.leave();

  print.narrate('Dorgival cashes it (X): not with a wrong value, and not twice.');
  const owner = enter('Dorgival', 'cln_banco', 'Dorgival', walletsAt);
  await owner.say('X 1 600 Dorgival', '-2 # it is worth 60');
  await owner.say('X 1 60 Dorgival', '0 # done');
  await owner.say('X 1 60 Dorgival', '-1 # no such order any more');
  await owner.say('S', '70');

  print.narrate(
    'He buys two books: each is an order, then a sale. For a third one he is too poor.',
  );
  await buyer.say('C', '2 # order number 2', '0 # sold');
  await buyer.say('C', '3', '0');
  await buyer.say('C', '-2 # he has 20');
  await owner.say('S', '20');
  await owner.leave();

  print.narrate('Bezos makes an order and forgets it.');
  const forgetful = enter('Bezos', 'cln_banco', 'Bezos', walletsAt);
  await forgetful.say('O 250000', '4');
  await forgetful.leave();

  print.narrate('Dorgival closes the store (T), and the store closes the wallet server.');
  await buyer.say('T', "300 # Livraria's balance: 250 + 2 x 25");
  await buyer.leave();
  await store.expect('1 # orders that nobody cashed');
  await store.leave();
  await wallets.expect('Dorgival 20', 'Bezos 750000', 'Papai_Noel 99940', 'Livraria 300');
  await wallets.leave();

  print.narrate(
    '1100260 at the start; 850260 in the wallets and 250000 in the forgotten order now.',
  );
}

async function main(): Promise<void> {
  process.once('exit', () => actors.forEach((actor) => actor.kill()));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(1));
  }
  process.stdout.once('error', () => process.exit(1)); // Nobody reads the story any more.
  try {
    await tell();
  } catch (error) {
    if (!(error instanceof Surprise)) throw error;
    print.unexpected(error.label, error.message);
  }
  const ok = print.surprises === 0;
  print.narrate(ok ? 'Every line was as expected.' : 'Not as expected: see above.');
  process.exit(ok ? 0 : 1);
}

void main();
