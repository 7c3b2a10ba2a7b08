// `fio-rpc/binder`: where services are.

export { Binder, type Endpoint, type Endpoints } from '../gen/binder';
export { binderHandlers, type BinderEvents } from './binder-handlers';
export { binderResolver } from './binder-resolver';
export { EtcdClient } from './etcd-client';
export { EtcdRegistry } from './etcd-registry';
export { etcdResolver } from './etcd-resolver';
export { Registrar, type Advertisement } from './registrar';
export { MemoryRegistry, type HeldLease, type Registry } from './registry';
export { connectTo } from './target';
export { parseTarget, type Target } from './target-syntax';
