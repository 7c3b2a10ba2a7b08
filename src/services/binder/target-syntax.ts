import { parseAddress } from '../../rpc/index';

/** What a target says. */
export type Target =
  | { readonly scheme: 'list'; readonly addresses: string }
  | { readonly scheme: 'dns'; readonly address: string }
  | { readonly scheme: 'binder' | 'etcd'; readonly servers: string; readonly name: string };

/**
 * `host:port`, or several with commas; `binder:host:port/Wallet` and `etcd:host:port/Wallet`, with
 * several servers with commas; `dns:host:port`.
 * @throws RangeError for what is none of these
 */
export function parseTarget(target: string): Target {
  const [, scheme, rest = ''] = /^(binder|etcd|dns):(.+)$/.exec(target) ?? [];
  // A server may be called like that: `dns:5555`.
  if (scheme === undefined || /^\d+$/.test(rest)) {
    checkAddresses(target);
    return { scheme: 'list', addresses: target };
  }
  if (scheme === 'dns') {
    parseAddress(rest);
    return { scheme, address: rest };
  }
  const [, servers = '', name = ''] = /^([^/]+)\/([A-Za-z_][\w.]*)$/.exec(rest) ?? [];
  if (name === '') {
    throw new RangeError(`'${target}' names no service; write it like ${scheme}:host:port/Wallet`);
  }
  checkAddresses(servers);
  return { scheme: scheme === 'binder' ? 'binder' : 'etcd', servers, name };
}

function checkAddresses(list: string): void {
  list.split(',').forEach((one) => parseAddress(one));
}
