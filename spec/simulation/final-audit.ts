import { Builtin, client } from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { MovementKind } from '../../src/services/wallet/movement';
import type { History } from './history';
import { channelTo, STORE_HOST } from './servers';
import { SimulatedProcess } from './simulated-process';
import { Random } from '../fuzz/random-bytes';
import type { World } from './world';

const CALL = { timeoutMs: 20_000, waitForReady: true };

/** Asks the servers, when all is calm, what they have, and compares it with the journal. */
export async function finalAudit(world: World, history: History): Promise<void> {
  const { network, scheduler, findings } = world;
  const process = new SimulatedProcess('auditor', scheduler, new Random(1), 0);
  const channels = [world.walletHosts, [STORE_HOST]].map((hosts) =>
    channelTo(hosts, process, network),
  );
  try {
    const wallet = client(Wallet, channels[0]!);
    for (const name of world.plan.wallets) {
      const { value } = await wallet.readBalance({ wallet: name }, CALL);
      const expected = history.balanceOf(name);
      if (value !== expected) findings.add(`'${name}' holds ${value}, by the journal ${expected}`);
      await compareStatement(world, history, name, wallet);
    }
    for (const channel of channels) await requireIdle(world, client(Builtin, channel));
    const { pending } = await wallet.end({}, CALL);
    if (pending !== history.pending) {
      findings.add(`End answers ${pending} pending orders, there are ${history.pending}`);
    }
  } catch (error) {
    findings.add(`the audit failed: ${String(error)}`);
  }
  await Promise.all(channels.map((channel) => channel.close()));
  if (process.timers > 0) findings.add(`the auditor has ${process.timers} timers left`);
  process.kill();
}

async function compareStatement(
  { findings }: World,
  history: History,
  name: string,
  wallet: ReturnType<typeof client<typeof Wallet>>,
): Promise<void> {
  const told: string[] = [];
  for await (const { kind, order, amount, balance } of wallet.statement(
    { wallet: name, before: 0, limit: 0 },
    CALL,
  )) {
    told.push(`${kind} ${order} ${amount} ${balance}`);
  }
  const expected = history.lines
    .filter(({ line }) => line.wallet === name)
    .map(({ line }) => `${line.kind} ${line.order} ${line.amount} ${line.balance}`);
  if (told.reverse().join() !== expected.join()) {
    findings.add(`the statement of '${name}' is not its journal`);
  }
}

/** Nothing runs at the server but the question itself. */
async function requireIdle(
  { findings }: World,
  builtin: ReturnType<typeof client<typeof Builtin>>,
): Promise<void> {
  const { methods } = await builtin.statistics({}, CALL);
  for (const { method, open } of methods) {
    const own = method.endsWith('/Statistics') ? 1 : 0;
    // The clients' watches go on.
    if (open !== own && !method.endsWith('/Watch')) {
      findings.add(`${open} calls of ${method} have not ended`);
    }
  }
}

/** What the journal says by itself. */
export function checkJournal({ findings, opened }: World, history: History): void {
  for (const text of history.wrong) findings.add(text);
  if (history.total !== opened) {
    findings.add(`wallets and orders hold ${history.total}, and there was ${opened}`);
  }
  const numbers = history.lines
    .filter(({ line }) => line.kind === MovementKind.ORDERED)
    .map(({ line }) => line.order);
  if (numbers.some((number, index) => number !== index + 1)) {
    findings.add('orders are not numbered 1, 2, 3 ...');
  }
}
