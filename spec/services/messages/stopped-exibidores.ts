import type { Program, Stage } from '../../programs/support/program';

/** Exibidores in processes of their own, which can be stopped as by Ctrl-Z. */
export class StoppedExibidores {
  private constructor(private readonly programs: readonly Program[]) {}

  /** @param firstId of `count` in a row */
  static async start(
    stage: Stage,
    address: string,
    firstId: number,
    count: number,
  ): Promise<StoppedExibidores> {
    const programs = Array.from({ length: count }, (_, index) =>
      stage.start('exibidor', [address, firstId + index]),
    );
    await Promise.all(programs.map((program) => program.nextLine()));
    return new StoppedExibidores(programs);
  }

  stop(): void {
    for (const program of this.programs) program.child.kill('SIGSTOP');
  }

  goOn(): void {
    for (const program of this.programs) program.child.kill('SIGCONT');
  }

  /**
   * End them by the server's end.
   * @returns of each: how many messages it has shown, and how many it was told that it has missed
   */
  async counts(): Promise<{ shown: number; missed: number }[]> {
    return Promise.all(
      this.programs.map(async (program) => {
        const { stdout } = await program.outcome();
        const missed = [...stdout.matchAll(/^Mensagem do servidor: (\d+) mensage/gm)];
        return {
          shown: stdout.match(/^Mensagem de \d+: /gm)?.length ?? 0,
          missed: missed.reduce((sum, [, count]) => sum + Number(count), 0),
        };
      }),
    );
  }
}
