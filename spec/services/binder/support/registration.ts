import type { Registration } from '../../../../src/services/gen/binder';

/** A server says that it is at `address`. */
export function registration(
  name: string,
  address: string,
  methods: readonly string[] = [],
): Registration {
  return { name, address, weight: 1, zone: '', metadata: new Map(), methods: [...methods] };
}
