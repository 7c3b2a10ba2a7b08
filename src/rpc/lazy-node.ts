// Modules of Node that many programs never use. Loading them with the rest would take a tenth of the
// time in which a program starts; later, to ask for one costs 70 ns.
import type * as nodeCrypto from 'node:crypto';
import type * as nodeTls from 'node:tls';

export const crypto = (): typeof nodeCrypto => process.getBuiltinModule('node:crypto');

export const tls = (): typeof nodeTls => process.getBuiltinModule('node:tls');
