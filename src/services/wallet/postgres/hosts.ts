const LIST_IN_AUTHORITY = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*,[^/?#]*)(.*)$/s;

/**
 * The addresses of single hosts that one address of libpq's form stands for, in its sequence:
 * `postgres://user@one:5432,two:5433/ledger`, or `?host=one,two&port=5432,5433`, where a single
 * port is that of all hosts.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 * @throws RangeError when there are neither as many ports as hosts nor one
 */
export function addressesOf(address: string): string[] {
  const match = LIST_IN_AUTHORITY.exec(address);
  if (match !== null) {
    const [, before = '', hosts = '', after = ''] = match;
    return hosts.split(',').map((host) => before + host + after);
  }
  const [path, query] = splitOnce(address, '?');
  if (query === undefined) return [address];
  const parameters = new URLSearchParams(query);
  const hosts = parameters.get('host')?.split(',') ?? [];
  if (hosts.length < 2) return [address];
  const ports = parameters.get('port')?.split(',') ?? [];
  if (ports.length > 1 && ports.length !== hosts.length) {
    throw new RangeError(`${hosts.length} hosts need as many ports, or one, not ${ports.length}`);
  }
  return hosts.map((host, index) => {
    parameters.set('host', host);
    const port = ports[index] ?? ports[0];
    if (port !== undefined) parameters.set('port', port);
    // Not as a form has it: a blank is %20 in every reader of such addresses.
    return `${path}?${parameters.toString().replaceAll('+', '%20')}`;
  });
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}
