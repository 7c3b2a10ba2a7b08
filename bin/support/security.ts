import {
  authenticateByToken,
  authorize,
  type ChannelOptions,
  type ClientTls,
  type ServerOptions,
  type ServerTls,
} from '../../src/rpc/index';
import { takeFlags, type Flags, type OwnFlags } from './flags';
import { openKeyLog } from './key-log';
import { ADMIN, readOwners } from './owners';
import { readCertificate, readPair } from './pem-files';
import { FlagError } from './program';

/** What only that caller may call, at a server that has a token. */
const ADMIN_METHODS: ReadonlySet<string> = new Set([
  'wallet.Wallet/End',
  'store.Store/End',
  'binder.Binder/Register',
]);

const TOKEN_BYTES_MAX = 1_024;

/** TLS and token, as the flags and the environment variable FIO_TOKEN say. */
export interface Security {
  /** The program's other arguments. */
  readonly rest: readonly string[];
  /** What flags of its own say. */
  readonly values: Flags['values'];
  /** What was trusted and shown; undefined without TLS. */
  readonly tls:
    | (Pick<ClientTls, 'onKeyLog'> & {
        readonly ca?: Buffer;
        readonly cert?: Buffer;
        readonly key?: Buffer;
      })
    | undefined;
  readonly token: string | undefined;
  /** Of a server that knows the owners of wallets: token to owner. */
  readonly owners: ReadonlyMap<string, string> | undefined;
  readonly isTokenInClear: boolean;
}

/**
 * Reads the flags of a program, and the files that they name.
 * @throws FlagError for flags that do not go together; Error for a file that cannot be used
 */
export function takeSecurity(
  args: readonly string[],
  role: 'client' | 'server',
  own?: OwnFlags,
): Security {
  const flags = takeFlags(args, own);
  const { values, switches, rest } = flags;
  const isTls = switches.has('--tls');
  const isTokenInClear = switches.has('--token-in-clear');
  const token = tokenOf(flags);
  const tokensFile = values.get('--tokens');
  const hasTokens = token !== undefined || tokensFile !== undefined;
  checkFiles(flags, role);
  checkTokens(hasTokens, isTls, isTokenInClear);
  const [ca, cert, key] = [values.get('--ca'), values.get('--cert'), values.get('--key')];
  const keyLog = values.get('--keylog');
  const tls = {
    ...(keyLog !== undefined && { onKeyLog: openKeyLog(keyLog) }),
    ...(ca !== undefined && { ca: readCertificate('--ca', ca) }),
    ...(cert !== undefined && key !== undefined && readPair(cert, key)),
  };
  const owners = tokensFile === undefined ? undefined : readOwners(tokensFile);
  return { rest, values, tls: isTls ? tls : undefined, token, owners, isTokenInClear };
}

/** How a client dials: by TLS, with its token. */
export function channelSecurity({ tls, token, isTokenInClear }: Security): ChannelOptions {
  const clientTls: ClientTls | undefined = tls;
  return {
    ...(clientTls !== undefined && { tls: clientTls }),
    ...(token !== undefined && { credentials: token, sendsCredentialsInClear: isTokenInClear }),
  };
}

/** How a server knows callers: with tokens, End is only for those who send that of --token. */
export function serverSecurity({ token, owners, isTokenInClear }: Security): ServerOptions {
  if (token === undefined && owners === undefined) return {};
  const names = new Map(owners);
  if (token !== undefined) names.set(token, ADMIN);
  const byToken = authenticateByToken(names);
  return {
    // Without the token a caller is a stranger: a certificate for the name 'admin' is no token.
    authenticate: (credentials, peer) =>
      byToken(credentials, { ...peer, certificateName: undefined }),
    takesCredentialsInClear: isTokenInClear,
    interceptors: [
      authorize(({ method, caller }) => !ADMIN_METHODS.has(method) || caller === ADMIN),
    ],
  };
}

/** How a server listens: with --ca only clients that show a certificate signed by it get in. */
export function listenSecurity({ tls }: Security): { readonly tls?: ServerTls } {
  if (tls === undefined) return {};
  return { tls: { ...tls, requestCert: tls.ca !== undefined } };
}

function tokenOf({ values }: Flags): string | undefined {
  const inherited = process.env.FIO_TOKEN === '' ? undefined : process.env.FIO_TOKEN;
  const token = values.get('--token') ?? inherited;
  if (token !== undefined && Buffer.byteLength(token) > TOKEN_BYTES_MAX) {
    throw new FlagError(`a token has at most ${TOKEN_BYTES_MAX} bytes`);
  }
  return token;
}

function checkTokens(hasTokens: boolean, isTls: boolean, isTokenInClear: boolean): void {
  if (isTokenInClear && isTls) {
    throw new FlagError('--token-in-clear is for programs without --tls');
  }
  if (isTokenInClear && !hasTokens) {
    throw new FlagError('--token-in-clear needs --token, or FIO_TOKEN in the environment');
  }
  if (hasTokens && !isTls && !isTokenInClear) {
    throw new FlagError(
      'a token without --tls can be read by others on the way: add --tls, or --token-in-clear',
    );
  }
}

function checkFiles({ values, switches }: Flags, role: 'client' | 'server'): void {
  if (!switches.has('--tls')) {
    for (const name of ['--ca', '--cert', '--key', '--keylog'] as const) {
      if (values.has(name)) throw new FlagError(`${name} needs --tls`);
    }
    return;
  }
  if (values.has('--cert') !== values.has('--key')) {
    throw new FlagError('--cert and --key go together: a certificate and its private key');
  }
  if (role === 'server' && !values.has('--cert')) {
    throw new FlagError('a server with --tls needs --cert and --key');
  }
}
