/** The command has said what there is to say: the tool ends with this code. */
export class SilentExit extends Error {
  override readonly name = 'SilentExit';

  constructor(readonly exitCode: number) {
    super(`exit code ${exitCode}`);
  }
}
