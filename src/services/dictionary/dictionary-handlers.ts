import { RpcError, StatusCode, type Handlers } from '../../rpc/index';
import type { Dictionary } from '../gen/dictionary';
import { DictionaryRefusal, type TextDictionary } from './dictionary';

/** The service Dictionary on a dictionary. Each call is one step: clients cannot come between. */
export function dictionaryHandlers(dictionary: TextDictionary): Handlers<typeof Dictionary> {
  return {
    add: ({ text }) => {
      try {
        return { key: dictionary.add(text) };
      } catch (error) {
        if (!(error instanceof DictionaryRefusal)) throw error;
        const isFull = error.reason === 'full';
        const code = isFull ? StatusCode.RESOURCE_EXHAUSTED : StatusCode.INVALID_ARGUMENT;
        throw new RpcError(code, error.message);
      }
    },
    get: ({ key }) => ({ text: dictionary.get(key) }),
    remove: ({ key }) => ({ removed: dictionary.remove(key) }),
    *list() {
      for (const [key, text] of dictionary.entries()) yield { key, text };
    },
  };
}
