import { RpcError, StatusCode, type Handlers } from '../../rpc/index';
import { type Wallet } from '../gen/wallet';
import { type Ledger, LedgerRefusal, type RefusalReason } from './ledger';

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
 */
export function walletHandlers(
  ledger: Ledger,
  onEnd: () => Promise<void>,
): Handlers<typeof Wallet> {
  return {
    readBalance: ({ wallet }) => asStatus(() => ({ value: ledger.readBalance(wallet) })),
    createOrder: ({ wallet, value }) => asStatus(() => ledger.createOrder(wallet, value)),
    transfer: ({ order, check, wallet }) =>
      asStatus(() => ({ status: ledger.transfer(order, check, wallet) })),
    end: async () => {
      const pending = asStatus(() => ledger.end());
      await onEnd();
      return { pending };
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
