import { Buffer } from 'node:buffer';

const REQUEST_MS_MAX = 3_000;
/** An answer that is longer is not one of ours. */
const LINE_LENGTH_MAX = 16_777_216;

export interface EtcdKeyValue {
  readonly key: string;
  readonly value: string;
}

export interface EtcdEvent extends EtcdKeyValue {
  readonly isDelete: boolean;
}

interface RawKeyValue {
  readonly key: string;
  readonly value?: string;
}

interface RangeReply {
  readonly header: { readonly cluster_id: string; readonly revision: string };
  readonly kvs?: readonly RawKeyValue[];
}

interface WatchReply {
  readonly result?: {
    readonly canceled?: boolean;
    readonly events?: readonly { readonly type?: string; readonly kv: RawKeyValue }[];
  };
  readonly error?: { readonly message?: string };
}

/**
 * The little of etcd's v3 API that a binder needs, by its JSON gateway (etcd 3.4 and later). With
 * several endpoints the next is asked when one does not answer.
 */
export class EtcdClient {
  readonly #endpoints: readonly string[];
  #current = 0;

  /** @param urls with commas between them: `http://127.0.0.1:2379` */
  constructor(urls: string) {
    this.#endpoints = urls.split(',').map((url) => {
      const { protocol, origin } = new URL(url);
      if (protocol === 'http:' || protocol === 'https:') return origin;
      throw new RangeError(`'${url}' is not the URL of an etcd server: http://127.0.0.1:2379`);
    });
  }

  /** Everything under a prefix, and the revision that it is of. */
  async range(
    prefix: string,
  ): Promise<{ clusterId: string; revision: number; pairs: EtcdKeyValue[] }> {
    const { header, kvs = [] } = await this.#post<RangeReply>('kv/range', span(prefix));
    const pairs = kvs.map(decodePair);
    return { clusterId: header.cluster_id, revision: Number(header.revision), pairs };
  }

  /** Whether the server is there. @throws when it is not */
  async probe(prefix: string): Promise<void> {
    await this.#post('kv/range', { ...span(prefix), count_only: true });
  }

  /** A lease that ends by itself after so many seconds. @returns its id */
  async grantLease(ttlSeconds: number): Promise<string> {
    const { ID: id } = await this.#post<{ ID: string }>('lease/grant', { TTL: ttlSeconds });
    return id;
  }

  /** @returns whether the lease was still there */
  async keepAlive(lease: string): Promise<boolean> {
    const reply = await this.#post<{ result?: { TTL?: string } }>('lease/keepalive', { ID: lease });
    return Number(reply.result?.TTL ?? 0) > 0;
  }

  async revokeLease(lease: string): Promise<void> {
    await this.#post('lease/revoke', { ID: lease });
  }

  async put(key: string, value: string, lease: string): Promise<void> {
    await this.#post('kv/put', { key: encode(key), value: encode(value), lease });
  }

  async remove(key: string): Promise<void> {
    await this.#post('kv/deleterange', { key: encode(key) });
  }

  /**
   * What changes under a prefix from a revision on, until the signal fires.
   * @throws when the stream ends by itself: what was missed must be read anew
   */
  async watch(
    prefix: string,
    fromRevision: number,
    signal: AbortSignal,
    onEvents: (events: readonly EtcdEvent[]) => void,
  ): Promise<void> {
    const request = { create_request: { ...span(prefix), start_revision: fromRevision } };
    const response = await this.#send('watch', request, () => signal);
    for await (const line of linesOf(response)) {
      const { result, error } = JSON.parse(line) as WatchReply;
      if (error !== undefined || result?.canceled === true) {
        throw new Error(`etcd has ended the watch: ${error?.message ?? 'it is too old'}`);
      }
      const events = result?.events ?? [];
      onEvents(events.map(({ type, kv }) => ({ ...decodePair(kv), isDelete: type === 'DELETE' })));
    }
    throw new Error('etcd has closed the watch');
  }

  async #post<T>(path: string, body: object): Promise<T> {
    const response = await this.#send(path, body, () => AbortSignal.timeout(REQUEST_MS_MAX));
    return (await response.json()) as T;
  }

  /** To the server that answered last; when it does not, to the others in turn. */
  async #send(path: string, body: object, signalOf: () => AbortSignal): Promise<Response> {
    let failure: unknown;
    const { length } = this.#endpoints;
    let tries = 0;
    while (tries++ < length) {
      const endpoint = this.#endpoints[this.#current] ?? '';
      try {
        const response = await fetch(`${endpoint}/v3/${path}`, {
          method: 'POST',
          body: JSON.stringify(body),
          signal: signalOf(),
        });
        if (response.ok) return response;
        failure = new Error(`HTTP ${response.status}: ${await response.text()}`);
      } catch (error) {
        failure = error;
      }
      this.#current = (this.#current + 1) % length;
    }
    const reason = failure instanceof Error ? describe(failure) : String(failure);
    throw new Error(`etcd at ${this.#endpoints.join(',')}: ${reason}`, { cause: failure });
  }
}

/** fetch() hides the system's error behind its own. */
function describe({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

/** All keys that begin with the prefix: etcd's range ends before the first that does not. */
function span(prefix: string): { key: string; range_end: string } {
  const end = Buffer.from(prefix);
  const last = end.length - 1;
  end[last] = (end[last] ?? 0) + 1;
  return { key: encode(prefix), range_end: end.toString('base64') };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function decodePair({ key, value = '' }: RawKeyValue): EtcdKeyValue {
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  return { key: decode(key), value: decode(value) };
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  const body = response.body as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LENGTH_MAX) throw new Error('etcd sends a line without end');
    for (const line of lines) if (line !== '') yield line;
  }
}
