/**
 * Where a queue is: the address of a Redis or Valkey server, with the password
 * and TLS that it may need. A password never leaves the connection's options:
 * what is shown of an address has none, and what errors say is cleaned of them.
 */

/** The queue cannot be used, for a reason that is not the program's: told in words. */
export class QueueError extends Error {
  readonly hints: readonly string[];

  constructor(message: string, ...hints: readonly string[]) {
    super(message);
    this.name = 'QueueError';
    this.hints = hints;
  }
}

export interface QueueAddress {
  /** as it may be shown: without user and password */
  readonly shown: string;
  /** of the driver */
  readonly options: {
    readonly host: string;
    readonly port: number;
    readonly db: number;
    readonly username?: string;
    readonly password?: string;
    readonly tls?: { readonly servername: string };
  };
}

/** Protocols, and whether they are encrypted. Valkey speaks the same language. */
const protocols: Readonly<Record<string, boolean>> = {
  'redis:': false,
  'rediss:': true,
  'valkey:': false,
  'valkeys:': true,
};

const example = 'like redis://queue.example.org, or rediss://queue.example.org:6380/1 with TLS';

/** The text without what stands before the host in any address of a queue in it. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/\b((?:redis|valkey)s?:\/\/)\S*@/gi, '$1');
}

/** Not even what is wrong with it is shown: it may be the password. */
function parsed(text: string, from: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new QueueError(`${from} is not the address of a queue`, example, 'a password is written %-encoded in it');
  }
  if (!Object.hasOwn(protocols, url.protocol))
    throw new QueueError(`${from} must begin with redis:// or rediss://`, example);
  if (url.hostname === '') throw new QueueError(`${from} names no host`, example);
  if (url.search !== '' || url.hash !== '')
    throw new QueueError(`${from} must end after the host, its port and the number of the database`, example);
  if (!/^\/?\d{0,5}$/.test(url.pathname))
    throw new QueueError(`${from} must end in the number of a database, if in any path`, example);
  return url;
}

function decoded(text: string, from: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new QueueError(`${from} has a user or password that is not %-encoded as addresses are`, example);
  }
}

const DEFAULT_PORT = 6379;
const portOf = ({ port }: URL): number => (port === '' ? DEFAULT_PORT : Number(port));

/**
 * The address that was given, or else that of the environment's `REDIS_URL`. One
 * without a password takes that of `REDIS_URL` if it is of the same server.
 * Throws a QueueError.
 */
export function queueAddress(given: string | null, redisUrl: string | undefined, from: string): QueueAddress {
  const fromEnvironment = redisUrl === undefined || redisUrl === '' ? null : redisUrl;
  const text = given ?? fromEnvironment;
  if (text === null) throw new QueueError(`${from} needs an address, or one in REDIS_URL`, example);
  const url = parsed(text, given === null ? 'REDIS_URL' : `the address of ${from}`);
  let login = url;
  if (given !== null && url.password === '' && fromEnvironment !== null && URL.canParse(fromEnvironment)) {
    const other = new URL(fromEnvironment);
    if (other.hostname === url.hostname && portOf(other) === portOf(url)) login = other;
  }
  const isEncrypted = protocols[url.protocol] || protocols[login.protocol];
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = portOf(url);
  const db = Number(url.pathname.slice(1));
  return {
    shown: `${isEncrypted ? 'rediss' : 'redis'}://${url.hostname}${port === DEFAULT_PORT ? '' : `:${port}`}${db === 0 ? '' : `/${db}`}`,
    options: {
      host,
      port,
      db,
      ...(login.username === '' ? {} : { username: decoded(login.username, from) }),
      ...(login.password === '' ? {} : { password: decoded(login.password, from) }),
      ...(isEncrypted ? { tls: { servername: host } } : {}),
    },
  };
}
