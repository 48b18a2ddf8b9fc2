// Addresses of queues: what they mean, what is shown of them, and that a password is in nothing that is said.
import { describe, expect, it } from 'vitest';
import { queueAddress, QueueError, withoutPasswords } from '../../../src/experiments/queue/address.ts';

const said = (given: string | null, redisUrl?: string): string => {
  try {
    return queueAddress(given, redisUrl, '--queue').shown;
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    return [error.message, ...error.hints].join('\n');
  }
};

describe('the address of a queue', () => {
  it('has a host, and a port, database, user, password and TLS as it says', () => {
    expect(queueAddress('redis://h', undefined, '')).toEqual({ shown: 'redis://h', options: { host: 'h', port: 6379, db: 0 } });
    expect(queueAddress('rediss://me:p%40ss%2F@h.example:7/3', undefined, '')).toEqual({
      shown: 'rediss://h.example:7/3',
      options: { host: 'h.example', port: 7, db: 3, username: 'me', password: 'p@ss/', tls: { servername: 'h.example' } },
    });
    expect(queueAddress('valkey://[::1]:8', undefined, '')).toEqual({ shown: 'redis://[::1]:8', options: { host: '::1', port: 8, db: 0 } });
  }); // prettier-ignore

  it('comes from REDIS_URL where none is given, and takes the password from there for the same server only', () => {
    expect(queueAddress(null, 'redis://:s@h', '').options).toEqual({ host: 'h', port: 6379, db: 0, password: 's' });
    expect(queueAddress('redis://h/2', 'rediss://u:s@h:6379', '').options).toMatchObject({ db: 2, username: 'u', password: 's', tls: { servername: 'h' } });
    expect(queueAddress('redis://other', 'redis://:s@h', '').options).not.toHaveProperty('password');
    expect(queueAddress('redis://:own@h', 'redis://:s@h', '').options).toMatchObject({ password: 'own' });
  }); // prettier-ignore

  it('is told what is wrong with it without a word of it', () => {
    const wrong = ['http://u:s3cret@h', 's3cret', 'redis://:s3cret@', 'redis://:s3cret@h:99999999', 'redis://:s3cret@h/x', 'redis://:s3cret@h?a=b', 'redis://:%zzs3cret@h']; // prettier-ignore
    for (const one of wrong) {
      expect(said(one), one).toMatch(/^(the address of --queue|--queue) /);
      expect(said(one), one).not.toContain('s3cret');
      expect(said(null, one), one).not.toContain('s3cret');
    }
    expect(said(null)).toContain('--queue needs an address, or one in REDIS_URL');
  });
});

it('no text keeps a password of an address in it, however oddly it is written', () => {
  expect(withoutPasswords("no such file 'redis://:p@ss/w:0@h:1/2' and rediss://u:x@h")).toBe("no such file 'redis://h:1/2' and rediss://h");
  expect(withoutPasswords('sim run a@b.yaml')).toBe('sim run a@b.yaml');
}); // prettier-ignore
