import type { Command } from 'commander';
import type { ChannelOptions } from '../../../src/rpc/index';
import { channelSecurity, takeSecurity } from '../../support/security';

export interface SecurityOptions {
  readonly tls?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly keylog?: string;
  readonly token?: string;
  readonly tokenInClear?: boolean;
}

const GROUP = 'Security:';

/** The flags that every program has, with the same meaning. */
export function addSecurityOptions(command: Command): Command {
  const option = (flags: string, text: string) =>
    command.addOption(command.createOption(flags, text).helpGroup(GROUP));
  option('--tls', 'speak TLS');
  option('--ca <file>', 'trust certificates that this one has signed (default: the system’s)');
  option('--cert <file>', 'our certificate, for a server that asks for one');
  option('--key <file>', 'its private key');
  option('--keylog <file>', 'write the keys of TLS there, for Wireshark');
  option('--token <text>', 'who we are; better in the environment as FIO_TOKEN');
  option('--token-in-clear', 'send the token without TLS, where others can read it');
  return command;
}

/**
 * How to dial, as the flags say, by the rules of the other programs.
 * @throws FlagError for flags that do not go together; Error for a file that cannot be used
 */
export function securityOf(options: SecurityOptions): ChannelOptions {
  const { tls, ca, cert, key, keylog, token, tokenInClear } = options;
  const words = [
    ...(tls === true ? ['--tls'] : []),
    ...(tokenInClear === true ? ['--token-in-clear'] : []),
    // In one word each: a value may begin with a hyphen.
    ...Object.entries({ ca, cert, key, keylog, token }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    ),
  ];
  return channelSecurity(takeSecurity(words, 'client'));
}
