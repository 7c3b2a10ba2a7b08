import { type CallOptions, type ChannelOptions } from '../../src/rpc/index';

/**
 * A server that is not there is tried for this long before it is reported. Started by make at the
 * same time, it may come seconds later on a busy machine: each rule looks again at what was made.
 */
export const CHANNEL: ChannelOptions = { connectTimeoutMs: 8_000 };

/**
 * How the programs call: a client started a moment before its server waits for it, and one whose
 * server has stopped answering does not wait for ever.
 */
export const CALL: CallOptions = { waitForReady: true, timeoutMs: 15_000 };
