import { RpcError, StatusCode } from './status';
import { suggestion } from './suggestion';

/**
 * The service that a name means: in full, or without the package if only one service is named so.
 * @throws RpcError NOT_FOUND for a name that is none, INVALID_ARGUMENT for one of several
 */
export function findService<T extends { readonly name: string }>(
  services: readonly T[],
  name: string,
): T {
  const exact = services.find((one) => one.name === name);
  if (exact !== undefined) return exact;
  const short = services.filter((one) => shortName(one.name) === name);
  if (short.length > 1) {
    const names = short.map((one) => one.name).join(', ');
    throw new RpcError(StatusCode.INVALID_ARGUMENT, `'${name}' may be any of ${names}`);
  }
  if (short[0] !== undefined) return short[0];
  const all = services.map((one) => (name.includes('.') ? one.name : shortName(one.name)));
  throw new RpcError(
    StatusCode.NOT_FOUND,
    `no service '${name}' is served${suggestion(name, all)}`,
  );
}

/** `wallet.Wallet` is Wallet. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
