import { RpcError, StatusCode, type Handlers } from '../../rpc/index';
import type { Dictionary } from '../gen/dictionary';
import { DictionaryRefusal, type TextDictionary } from './dictionary';

/** Told of each request, as the line that it is made of: `GET 7`, and the client's address. */
export type OnRequest = (line: string, peer: string) => void;

/** The service Dictionary on a dictionary. Each call is one step: clients cannot come between. */
export function dictionaryHandlers(
  dictionary: TextDictionary,
  onRequest: OnRequest = () => undefined,
): Handlers<typeof Dictionary> {
  return {
    add: ({ text }, { peer }) => {
      onRequest(`ADD,${text}`, peer);
      try {
        return { key: dictionary.add(text) };
      } catch (error) {
        if (!(error instanceof DictionaryRefusal)) throw error;
        const isFull = error.reason === 'full';
        const code = isFull ? StatusCode.RESOURCE_EXHAUSTED : StatusCode.INVALID_ARGUMENT;
        throw new RpcError(code, error.message);
      }
    },
    get({ key }, { peer }) {
      onRequest(`GET ${key}`, peer);
      return { text: dictionary.get(key) };
    },
    remove({ key }, { peer }) {
      onRequest(`REMOVE,${key}`, peer);
      return { removed: dictionary.remove(key) };
    },
    *list(_, { peer }) {
      onRequest('LIST', peer);
      for (const [key, text] of dictionary.entries()) yield { key, text };
    },
  };
}
