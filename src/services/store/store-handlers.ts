import { type Client, type Handlers, RpcError, StatusCode } from '../../rpc/index';
import { type Store } from '../gen/store';
import { type Wallet } from '../gen/wallet';
import { isRefusal } from '../wallet/refusal';
import { type Shop, ShopRefusal, WALLET_UNREACHABLE } from './shop';

/** How long a sale waits for the wallet server: its client has the -9 within 2 s. */
export const SALE_TIMEOUT_MS = 1_500;

// The answer is on its way by then, so this may take longer: a wallet server with very many
// wallets writes them all before it answers.
const END_TIMEOUT_MS = 5_000;

/** What a store asks of a wallet server. */
export type WalletOfStore = Pick<Client<typeof Wallet>, 'transfer' | 'end'>;

/** What the service Store works with. */
export interface StoreParts {
  readonly shop: Shop;
  /** The wallet server that orders are cashed at. */
  readonly wallet: WalletOfStore;
  /** The name of the seller's wallet. */
  readonly seller: string;
  /** Called when End is, to end the process once the caller has its answer. */
  readonly onEnd: () => void;
}

/** The service Store on a shop. */
export function storeHandlers({ shop, wallet, seller, onEnd }: StoreParts): Handlers<typeof Store> {
  return {
    readPrice: () => {
      asStatus(() => shop.requireOpen());
      return { price: shop.price };
    },
    sell: async ({ order }, context) => {
      asStatus(() => shop.beginSale());
      let status = WALLET_UNREACHABLE;
      try {
        const request = { order, check: shop.price, wallet: seller };
        ({ status } = await wallet.transfer(request, { timeoutMs: SALE_TIMEOUT_MS }));
      } catch (error) {
        if (isRefusal(error)) {
          throw error;
        }
        // It is not known whether the order was cashed: a repeat asks the wallet server again, with
        // the same derived key, and gets the true answer.
        context.leaveOpen();
      } finally {
        shop.finishSale(status === 0);
      }
      return { status };
    },
    end: () => {
      const balance = asStatus(() => shop.end());
      onEnd();
      return { balance };
    },
  };
}

/** Ends the wallet server. Returns how many orders were pending there, or -9. */
export async function endWalletServer(wallet: Pick<WalletOfStore, 'end'>): Promise<number> {
  try {
    return (await wallet.end({}, { timeoutMs: END_TIMEOUT_MS })).pending;
  } catch {
    return WALLET_UNREACHABLE;
  }
}

function asStatus<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof ShopRefusal) {
      const code = error.reason === 'ended' ? StatusCode.UNAVAILABLE : StatusCode.OUT_OF_RANGE;
      throw new RpcError(code, error.message);
    }
    throw error;
  }
}
