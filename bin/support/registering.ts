import {
  formatAddress,
  parseAddress,
  type Address,
  type ChannelOptions,
  type ServiceDesc,
} from '../../src/rpc/index';
import type * as registrars from '../../src/services/binder/registrar';
import type { OwnFlags } from './flags';
import { FlagError } from './program';
import { channelSecurity, type Security } from './security';

/** The flags by which a server says where it is to be found. */
export const BINDER_FLAGS: OwnFlags = {
  '--binder': 'HOST:PORT',
  '--advertise': 'HOST:PORT',
};

/** Begins to register a server that listens. */
export type Register = (address: Address) => registrars.Registrar;

/**
 * What --binder and --advertise ask for; undefined without them.
 * @throws FlagError for what cannot be meant
 */
export function registration(
  security: Security,
  services: readonly ServiceDesc[],
): Register | undefined {
  const { values } = security;
  const binders = values.get('--binder');
  const advertised = values.get('--advertise');
  if (binders === undefined) {
    if (advertised !== undefined) throw new FlagError('--advertise needs --binder');
    return undefined;
  }
  checkAddresses('--binder', binders.split(','));
  if (advertised !== undefined) checkAddresses('--advertise', [advertised]);
  const options: ChannelOptions = channelSecurity(security);
  return ({ port }) => {
    const { Registrar } = loadRegistrar();
    // Our own address is that of all interfaces: the binder sees by which one we come.
    const address = advertised ?? `:${port}`;
    return new Registrar(binders, services, { address }, options, (line) =>
      process.stderr.write(`${line}\n`),
    );
  };
}

/**
 * Who has no binder does not pay for loading this. Not import(): it needs the extension of the
 * compiled file, which is not there when the sources are run as they are.
 */
function loadRegistrar(): typeof registrars {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../../src/services/binder/registrar') as typeof registrars;
}

function checkAddresses(flag: string, addresses: readonly string[]): void {
  for (const address of addresses) {
    try {
      formatAddress(parseAddress(address));
    } catch (error) {
      throw error instanceof RangeError ? new FlagError(`${flag}: ${error.message}`) : error;
    }
  }
}
