import { fio } from './fio';
import { grpcJs } from './grpc-js';
import type { Peer } from './peer';
import { rawNode } from './raw-node';

/** All that are compared; the first one is compared with the others. */
export const PEERS: readonly Peer[] = [fio, rawNode, grpcJs];
