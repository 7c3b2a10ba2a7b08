import type { Limits } from '../wire/limits';
import { ASSUMED_MESSAGE_BYTES_MAX, ASSUMED_STREAMS_MAX } from '../wire/limits';
import { NO_OPTIONS } from '../wire/options';
import { VERSION, type Hello } from '../wire/payloads';
import { ProtocolError } from '../wire/protocol-error';

/** What we say of ourselves. */
export function ownHello(limits: Limits): Hello {
  return {
    versionMin: VERSION,
    versionMax: VERSION,
    messageBytesMax: limits.messageBytesMax,
    streamsMax: limits.streamsMax,
    pingIntervalMsMin: limits.pingIntervalMsMin,
    capabilities: 0,
    options: NO_OPTIONS,
  };
}

/** What is assumed of the peer until its HELLO has been read, so that calls need not wait for it. */
export const ASSUMED_HELLO: Hello = {
  versionMin: VERSION,
  versionMax: VERSION,
  messageBytesMax: ASSUMED_MESSAGE_BYTES_MAX,
  streamsMax: ASSUMED_STREAMS_MAX,
  pingIntervalMsMin: 0xffff_ffff,
  capabilities: 0,
  options: NO_OPTIONS,
};

/**
 * The highest version that both ends know.
 * @throws ProtocolError VERSION_UNSUPPORTED when there is none
 */
export function agreeOnVersion(own: Hello, peer: Hello): number {
  const version = Math.min(own.versionMax, peer.versionMax);
  if (version >= own.versionMin && version >= peer.versionMin) return version;
  throw new ProtocolError(
    'VERSION_UNSUPPORTED',
    `the peer speaks versions ${peer.versionMin} to ${peer.versionMax}, ` +
      `we speak ${own.versionMin} to ${own.versionMax}`,
  );
}
