/** Where a server listens. */
export interface Address {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

const SYNTAX = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^\s:[\]/]+)):(\d{1,5})$/;

/**
 * `localhost:5555`, `150.164.6.45:12345`, `[::1]:5555`.
 * @throws RangeError with what was expected
 */
export function parseAddress(text: string): Address {
  const match = SYNTAX.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) {
    throw new RangeError(
      `'${text}' is not host:port; write it like localhost:5555, 10.0.0.1:5555 or [::1]:5555`,
    );
  }
  return { host: match[1] ?? (match[2] as string), port };
}

/** The text that parseAddress() takes. */
export function formatAddress(address: Address): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}
