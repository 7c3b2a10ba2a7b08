import { RpcError, StatusCode } from '../../rpc/index';
import type { Registration } from '../gen/binder';

export const NAME_LENGTH_MAX = 255;
const ADDRESS_LENGTH_MAX = 300;
const METADATA_PAIRS_MAX = 16;
const METADATA_LENGTH_MAX = 256;
const METHODS_MAX = 1_000;
const NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

/**
 * What one registration may hold: with the registry's own bounds, what everybody together can make a
 * binder keep.
 * @throws RpcError INVALID_ARGUMENT
 */
export function checkRegistration(registration: Registration): void {
  const { name, address, zone, metadata, methods } = registration;
  check(isName(name), `'${name}' is no name of a service`);
  check(address.length <= ADDRESS_LENGTH_MAX, 'the address is too long');
  check(zone.length <= METADATA_LENGTH_MAX, 'the zone is too long');
  check(metadata.size <= METADATA_PAIRS_MAX, `more than ${METADATA_PAIRS_MAX} pairs of metadata`);
  for (const [key, value] of metadata) {
    const isShort = key.length <= METADATA_LENGTH_MAX && value.length <= METADATA_LENGTH_MAX;
    check(isShort, `metadata of more than ${METADATA_LENGTH_MAX} characters`);
  }
  check(methods.length <= METHODS_MAX, `more than ${METHODS_MAX} methods`);
  for (const method of methods) check(isName(method), `'${method}' is no name of a method`);
}

function isName(name: string): boolean {
  return name.length <= NAME_LENGTH_MAX && NAME.test(name);
}

function check(isRight: boolean, text: string): void {
  if (!isRight) throw new RpcError(StatusCode.INVALID_ARGUMENT, text);
}
