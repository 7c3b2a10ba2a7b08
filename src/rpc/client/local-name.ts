/**
 * What a stub calls a field, oneof or method of the IDL: `wallet_name` and `WalletName` are
 * `walletName`. The rule of the stub compiler, which is not here at run time; a spec holds the two
 * together.
 */
export function localName(name: string): string {
  return name
    .replace(/^_+|_+$/g, '')
    .replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase())
    .replace(/_+(.)/g, (_, next: string) => next.toUpperCase());
}
