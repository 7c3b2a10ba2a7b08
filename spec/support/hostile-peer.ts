// The ends of connections that say whatever a test wants: those of the conformance cases.
export { RawPeer as HostilePeer, RawServer as HostileServer } from '../../src/conformance/raw-peer';
