import { RpcError, StatusCode } from '../../rpc/index';

/** Who may do what with a wallet. A caller is the authenticated name, or undefined for a stranger. */
export interface WalletAccess {
  /** Whether a caller may read and watch a wallet, and make orders from it. */
  mayUse(caller: string | undefined, wallet: string): boolean;
  /** Whether a caller may read a wallet's statement, which has the numbers of its orders. */
  mayList(caller: string | undefined, wallet: string): boolean;
}

/** The assignment's: wallets have no owners. */
export const EVERYBODY: WalletAccess = { mayUse: () => true, mayList: () => true };

/** Order numbers are secret, and owners are not known: a statement would tell them to anybody. */
export const NO_STATEMENTS: WalletAccess = { mayUse: () => true, mayList: () => false };

/** A wallet is its owner's, who has its name, and the admin's. */
export function ownersOnly(admin: string): WalletAccess {
  const isTheirs = (caller: string | undefined, wallet: string) =>
    caller === wallet || caller === admin;
  return { mayUse: isTheirs, mayList: isTheirs };
}

/** @throws RpcError UNAUTHENTICATED for a stranger, PERMISSION_DENIED for somebody else */
export function requireAccess(
  isGranted: boolean,
  caller: string | undefined,
  wallet: string,
): void {
  if (isGranted) return;
  // Whether there is such a wallet is not for them either.
  if (caller === undefined) {
    throw new RpcError(
      StatusCode.UNAUTHENTICATED,
      `'${wallet}' is for its owner: a token is needed`,
    );
  }
  throw new RpcError(StatusCode.PERMISSION_DENIED, `'${wallet}' is not ${caller}'s`);
}
