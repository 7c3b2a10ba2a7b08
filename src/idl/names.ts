import type { Declared } from './model';

/**
 * The name of a field, oneof or method in TypeScript: `wallet_name` and `WalletName` become
 * `walletName`, `HTTPGet` becomes `httpGet`.
 */
export function camelCase(name: string): string {
  return name
    .replace(/^_+|_+$/g, '')
    .replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase())
    .replace(/_+(.)/g, (_, next: string) => next.toUpperCase());
}

/** The name of a message, enum or service in TypeScript: `Outer_Inner`. */
export function typeName(declared: Pick<Declared, 'path'>): string {
  return declared.path.join('_');
}

/** `a/b/wallet.proto` becomes `wallet`: the file that is made from it is `wallet.ts`. */
export function moduleName(protoPath: string): string {
  return protoPath.replace(/^.*[/\\]/, '').replace(/\.proto$/, '');
}
