import { RpcError, systemEnvironment, type Resolver } from '../../rpc/index';
import { KnownEndpoints, tellSink } from './binder-resolver';
import { EtcdClient } from './etcd-client';
import { EtcdMirror } from './etcd-mirror';

/**
 * The servers of a service, straight from the store that binders share.
 * @param urls of etcd servers, with commas between them
 * @throws RangeError for one that is none
 */
export function etcdResolver(urls: string, name: string): Resolver {
  const etcd = new EtcdClient(urls);
  return {
    start(sink) {
      const mirror = new EtcdMirror(etcd, (error) => {
        if (known.isEmpty) sink.onFailure(error);
      });
      const known = new KnownEndpoints(systemEnvironment, (addresses) =>
        tellSink(sink, addresses, `no server has registered '${name}' in etcd at ${urls}`),
      );
      const tell = (): void => {
        if (!mirror.isLoaded) return;
        try {
          known.tell({ ...mirror.table.find(name), epoch: mirror.epoch });
        } catch (error) {
          // The name is that of several services.
          sink.onFailure(RpcError.from(error));
        }
      };
      const stopListening = mirror.table.listen(name, tell);
      void mirror.loaded.then(tell);
      return () => {
        stopListening();
        mirror.stop();
        known.stop();
      };
    },
  };
}
