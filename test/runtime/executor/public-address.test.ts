import dns from 'node:dns';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { hostMayBeReached, lookupWithin, mayReach } from '../../../runtime/executor/public-address';
import { fc } from '../../seed';

const system: { lookup: unknown } = dns;
const lookup = dns.lookup;
afterEach(() => {
  system.lookup = lookup;
});

function resolveTo(...answers: (readonly string[])[]): { asked: number } {
  const state = { asked: 0 };
  system.lookup = (_: string, __: object, done: (error: null, all: object[]) => void) => {
    const addresses = answers[Math.min(state.asked, answers.length - 1)];
    state.asked += 1;
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return state;
}

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '172.15.0.1',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '192.0.1.1',
  '223.1.1.1',
];
const PUBLIC_IPV6 = ['2606:4700::1111', '2a00:1450::1', '2001:4860:4860::8888', '64:ff9b::8.8.8.8', '::ffff:8.8.8.8'];
const PRIVATE = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.0.1', '169.254.169.254'],
  ...[
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.1.1',
  ],
  ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
  ],
  ...[
    '2001::1',
    '2001:10::1',
    '2002:7f00:1::',
    '3fff::1',
    '5f00::1',
    '100::1',
    '4000::1',
    '64:ff9b:1::1',
    '64:ff9b:1::8.8.8.8',
  ],
  ...[
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
  ],
];

describe('mayReach', () => {
  test.each([...PUBLIC, ...PUBLIC_IPV6])('%s is on the internet', (address) => {
    expect(mayReach(address, 'public')).toBe(true);
    expect(mayReach(address, 'internal')).toBe(true);
  });

  test.each(PRIVATE)('%s isn’t', (address) => {
    expect(mayReach(address, 'public')).toBe(false);
  });

  test.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '::1', 'fd00::1', '::ffff:10.0.0.1', '64:ff9b:1::10.0.0.1'])(
    'an internal target may have %s',
    (address) => {
      expect(mayReach(address, 'internal')).toBe(true);
    },
  );

  test.each([
    '169.254.169.254',
    '0.0.0.0',
    '224.0.0.1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::169.254.169.254',
    '64:ff9b:1:2:3:4:a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2001:0:a9fe:a9fe::1',
    'a',
    '',
  ])('not even an internal target may have %j', (address) => {
    expect(mayReach(address, 'internal')).toBe(false);
  });

  test('each spelling of an address that holds an IPv4 address counts as that one', () => {
    const byte = fc.nat(255);
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const plain = `${a}.${b}.${c}.${d}`;
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        return [
          `::ffff:${plain}`,
          `::ffff:${hex}`,
          `0:0:0:0:0:FFFF:${hex}`,
          `64:ff9b::${plain}`,
          `64:ff9b::${hex}`,
        ].every((text) => mayReach(text, 'public') === mayReach(plain, 'public'));
      }),
    );
  });
});

describe('lookupWithin', () => {
  const look = (all: boolean) =>
    new Promise((resolve) => {
      lookupWithin('public')('api.example.com', { all }, (error, address, family) =>
        resolve({ error, address, family }),
      );
    });

  test('gives what was checked, in the form that was asked for', async () => {
    resolveTo(['8.8.8.8', '2606:4700::1111']);
    expect(await look(false)).toEqual({ error: null, address: '8.8.8.8', family: 4 });
    expect(await look(true)).toMatchObject({
      error: null,
      address: [{ address: '8.8.8.8' }, { address: '2606:4700::1111' }],
    });
  });

  test.each([[['10.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['8.8.8.8', '::ffff:169.254.169.254']], [[]]])(
    'refuses a host with the addresses %j',
    async (addresses) => {
      resolveTo(addresses);
      expect(await look(true)).toMatchObject({ error: { code: 'ERR_ADDRESS_REFUSED' } });
    },
  );

  test('hands on that there is no such host', async () => {
    system.lookup = (_: string, __: object, done: (error: Error) => void) =>
      done(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
    expect(await look(true)).toMatchObject({ error: { code: 'ENOTFOUND' } });
  });

  test('a socket connects to the address that was checked, and asks once', async () => {
    const server = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const state = resolveTo(['127.0.0.1'], ['8.8.8.8']);
    const connected = (reach: 'public' | 'internal') =>
      new Promise((resolve) => {
        const socket = connect({ host: 'api.example.com', port, lookup: lookupWithin(reach) });
        socket.once('connect', () => {
          socket.destroy();
          resolve(socket.remoteAddress ?? '127.0.0.1');
        });
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
    expect(await connected('internal')).toBe('127.0.0.1');
    expect(state.asked).toBe(1);
    resolveTo(['127.0.0.1']);
    expect(await connected('public')).toBe('ERR_ADDRESS_REFUSED');
    await new Promise((resolve) => server.close(resolve));
  });
});

test.each([
  ['api.example.com', true],
  ['8.8.8.8', true],
  ['127.0.0.1', false],
  ['[::1]', false],
  ['[64:ff9b::7f00:1]', false],
  ['[2606:4700::1111]', true],
])('the host %s of a URL may be reached: %s', (host, expected) => {
  expect(hostMayBeReached(host, 'public')).toBe(expected);
});
