#!/usr/bin/env node
// Recomputes a durable ledger from its journal and says where it contradicts itself: exit code 1.
import { auditPlace } from '../src/services/wallet/audit-place';
import { parseArguments } from './support/arguments';
import { print } from './support/output';
import { runProgram } from './support/program';

void runProgram('audit_wallets <FILE or postgres://...>', async (args) => {
  const [place] = parseArguments(args, (text: string) => text);
  const report = await auditPlace(place);
  await print(`wallets ${report.wallets}`);
  await print(`pending orders ${report.pendingOrders}`);
  await print(`movements ${report.movements}`);
  await print(`the wallets began with ${report.opened}`);
  await print(`they hold ${report.inWallets}`);
  await print(`the pending orders hold ${report.inOrders}`);
  for (const difference of report.differences) await print(`WRONG: ${difference}`);
  if (report.differences.length === 0) await print('nothing differs');
  else process.exitCode = 1;
});
