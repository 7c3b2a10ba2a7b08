/** Whether a program is asked what it does instead of doing it. */
export function wantsHelp(args: readonly string[]): boolean {
  return args.length === 1 && (args[0] === '--help' || args[0] === '-h');
}
