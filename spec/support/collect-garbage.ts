import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Memory that is measured without this is mostly what nobody holds any more. */
export const collectGarbage = runInNewContext('gc') as () => void;
