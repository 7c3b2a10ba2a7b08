import {
  type CallContext,
  type Handlers,
  type OutcomeStore,
  RpcError,
  StatusCode,
} from '../../rpc/index';
import { type Wallet } from '../gen/wallet';
import { EVERYBODY, requireAccess, type WalletAccess } from './access';
import {
  type Awaitable,
  type Ledger,
  LedgerFailure,
  LedgerRefusal,
  NO_BALANCE,
  type RefusalReason,
} from './ledger';
import { Refresher } from './refresher';
import { Watchers } from './watchers';

const STATUS_OF_REFUSAL: Readonly<Record<RefusalReason, StatusCode>> = {
  amount: StatusCode.INVALID_ARGUMENT,
  overflow: StatusCode.OUT_OF_RANGE,
  ended: StatusCode.UNAVAILABLE,
};

/** How many movements are read at once: a statement may be long, its reader slow. */
const PAGE_MOVEMENTS = 256;

/**
 * The service Wallet on a ledger. What the ledger answers at once is sent at once.
 * @param onEnd runs once, after the ledger has closed and before the caller of End is answered: it
 *   writes the balances, and sees to it that the process ends. The answer waits for it,
 *   so it must not reject.
 * @param watchers to end them from outside, when the server ends without End
 * @param access who may do what; by default anybody, as the assignment has it
 */
export function walletHandlers(
  ledger: Ledger,
  onEnd: () => Promise<void>,
  watchers = new Watchers(),
  access: WalletAccess = EVERYBODY,
): Handlers<typeof Wallet> {
  const requireUse = ({ caller }: CallContext, wallet: string) =>
    requireAccess(access.mayUse(caller, wallet), caller, wallet);
  const refresher = ledger.isShared
    ? new Refresher(watchers, (wallet) => ledger.readBalance(wallet))
    : undefined;
  ledger.onChange = (wallet, balance) => {
    watchers.tell(wallet, balance);
    refresher?.told(wallet);
  };
  return {
    readBalance: ({ wallet }, context) => {
      requireUse(context, wallet);
      return answer(
        () => ledger.readBalance(wallet),
        (value) => ({ value }),
      );
    },
    createOrder: ({ wallet, value }, context) => {
      requireUse(context, wallet);
      return answer(() => ledger.createOrder(wallet, value, context.transaction));
    },
    // Who knows an order may cash it, into any wallet.
    transfer: ({ order, check, wallet }, { transaction }) =>
      answer(
        () => ledger.transfer(order, check, wallet, transaction),
        (status) => ({ status }),
      ),
    end: async () => {
      const pending = await answer(() => ledger.end());
      watchers.end();
      await onEnd();
      return { pending };
    },
    watch: async function* ({ wallet }, context) {
      requireUse(context, wallet);
      const { signal } = context;
      const read = () => answer(() => ledger.readBalance(wallet));
      if ((await read()) === NO_BALANCE) throw noWallet(wallet);
      const stop = refresher?.begin();
      try {
        for await (const value of watchers.watch(wallet, read, signal)) yield { value };
      } finally {
        stop?.();
      }
    },
    statement: ({ wallet, before, limit }, { caller }) => {
      requireAccess(access.mayList(caller, wallet), caller, wallet);
      return statement(ledger, wallet, before, limit);
    },
  };
}

/** Where the outcomes of the service's keyed calls are remembered; undefined: in memory. */
export function walletOutcomes({ outcomes }: Ledger): OutcomeStore | undefined {
  if (outcomes === undefined) return undefined;
  return { transact: (call, effect) => answer(() => outcomes.transact(call, effect)) };
}

async function* statement(ledger: Ledger, wallet: string, before: number, limit: number) {
  let left = limit > 0 ? limit : Number.MAX_SAFE_INTEGER;
  let end = before > 0 ? before : Number.MAX_SAFE_INTEGER;
  for (;;) {
    const count = Math.min(left, PAGE_MOVEMENTS);
    const page = await answer(() => ledger.statement(wallet, end, count));
    if (page === undefined) throw noWallet(wallet);
    yield* page;
    left -= page.length;
    end = page.at(-1)?.sequence ?? 0;
    if (left === 0 || page.length < count) return;
  }
}

function noWallet(wallet: string): RpcError {
  return new RpcError(StatusCode.NOT_FOUND, `there is no wallet '${wallet}'`);
}

function answer<T>(operation: () => Awaitable<T>): Awaitable<T>;
function answer<T, R>(operation: () => Awaitable<T>, reply: (result: T) => R): Awaitable<R>;
/** What the operation says, or the status of what it throws; at once if it is there at once. */
function answer<T, R>(operation: () => Awaitable<T>, reply?: (result: T) => R): Awaitable<T | R> {
  let result: Awaitable<T>;
  try {
    result = operation();
  } catch (error) {
    throw asStatus(error);
  }
  if (result instanceof Promise) {
    return result.then(reply, (error: unknown) => {
      throw asStatus(error);
    });
  }
  return reply === undefined ? result : reply(result);
}

function asStatus(error: unknown): unknown {
  if (error instanceof LedgerRefusal) {
    return new RpcError(STATUS_OF_REFUSAL[error.reason], error.message);
  }
  if (error instanceof LedgerFailure) {
    const text = error.effect === 'undone' ? 'nothing was done' : 'it may have been done';
    return new RpcError(StatusCode.UNAVAILABLE, `${error.message}: ${text}`);
  }
  return error;
}
