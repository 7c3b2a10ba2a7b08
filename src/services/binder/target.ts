import { Channel, connect, resolveDns, type ChannelOptions } from '../../rpc/index';
import { binderResolver } from './binder-resolver';
import { etcdResolver } from './etcd-resolver';
import { parseTarget } from './target-syntax';

/**
 * A channel to wherever `target` says: addresses; `binder:…/Wallet`, whichever servers have
 * registered the service there; `etcd:…/Wallet`, the same without a binder between; `dns:…`, every
 * address of a name.
 * @throws RangeError for a target that is none of these
 */
export function connectTo(target: string, options: ChannelOptions = {}): Channel {
  const parsed = parseTarget(target);
  switch (parsed.scheme) {
    case 'list':
      return connect(target, options);
    case 'dns':
      return new Channel(target, resolveDns(parsed.address), options);
    case 'binder':
      return new Channel(target, binderResolver(parsed.servers, parsed.name, options), options);
    case 'etcd': {
      const urls = parsed.servers.split(',').map((one) => `http://${one}`);
      return new Channel(target, etcdResolver(urls.join(), parsed.name), options);
    }
  }
}
