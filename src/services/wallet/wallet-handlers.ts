import { RpcError, StatusCode, type Handlers } from '../../rpc/index';
import { type Wallet } from '../gen/wallet';
import {
  type Ledger,
  LedgerRefusal,
  NO_BALANCE,
  OrderStatus,
  type RefusalReason,
  TransferStatus,
} from './ledger';
import { Watchers } from './watchers';

const STATUS_OF_REFUSAL: Readonly<Record<RefusalReason, StatusCode>> = {
  amount: StatusCode.INVALID_ARGUMENT,
  overflow: StatusCode.OUT_OF_RANGE,
  ended: StatusCode.UNAVAILABLE,
};

/**
 * The service Wallet on a ledger.
 * @param onEnd runs once, after the ledger has closed and before the caller of End is answered: it
 *   writes the balances, and sees to it that the process ends. The answer waits for it,
 *   so it must not reject.
 * @param watchers to end them from outside, when the server ends without End
 */
export function walletHandlers(
  ledger: Ledger,
  onEnd: () => Promise<void>,
  watchers = new Watchers(),
): Handlers<typeof Wallet> {
  const tell = (wallet: string) => watchers.tell(wallet, ledger.readBalance(wallet));
  return {
    readBalance: ({ wallet }) => asStatus(() => ({ value: ledger.readBalance(wallet) })),
    createOrder: ({ wallet, value }) => {
      const result = asStatus(() => ledger.createOrder(wallet, value));
      if (result.status === OrderStatus.MADE) tell(wallet);
      return result;
    },
    transfer: ({ order, check, wallet }) => {
      const status = asStatus(() => ledger.transfer(order, check, wallet));
      if (status === TransferStatus.DONE) tell(wallet);
      return { status };
    },
    end: async () => {
      const pending = asStatus(() => ledger.end());
      watchers.end();
      await onEnd();
      return { pending };
    },
    watch: async function* ({ wallet }, { signal }) {
      const balance = asStatus(() => ledger.readBalance(wallet));
      if (balance === NO_BALANCE) {
        throw new RpcError(StatusCode.NOT_FOUND, `there is no wallet '${wallet}'`);
      }
      for await (const value of watchers.watch(wallet, balance, signal)) yield { value };
    },
  };
}

function asStatus<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof LedgerRefusal) {
      throw new RpcError(STATUS_OF_REFUSAL[error.reason], error.message);
    }
    throw error;
  }
}
