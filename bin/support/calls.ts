import { type CallOptions, type ChannelOptions } from '../../src/rpc/index';

/** A server that is not there is tried for this long before it is reported. */
export const CHANNEL: ChannelOptions = { connectTimeoutMs: 5_000 };

/**
 * How the programs call: a client started a moment before its server waits for it, and one whose
 * server has stopped answering does not wait for ever.
 */
export const CALL: CallOptions = { waitForReady: true, timeoutMs: 15_000 };
