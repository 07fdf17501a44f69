import { overlap, parseVpcCidr, subnetOf } from '../../../lib/network/cidr';
import { parseHostName } from '../../../lib/network/host-name';
import { fc } from '../../seed';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);

test('a full name comes back in lower case', () => {
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
      const name = [...labels, 'example'].join('.');
      expect(parseHostName(name.toUpperCase())).toBe(name);
    }),
  );
});

test('nothing that a URL, an address or a pattern needs gets through', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('/', ':', '*', '@', ' ', '?', '#', '%', '\\', '_', '\u0000', '…'),
      fc.string(),
      (head, mark, tail) => {
        expect(() => parseHostName(`${head}${mark}${tail}.example.com`)).toThrow(/is refused/);
      },
    ),
  );
  fc.assert(fc.property(fc.ipV4(), (address) => expect(() => parseHostName(address)).toThrow(/IP address/)));
});

test.each(['127.1', '0x7f.1', '0x7f000001', '1.0x7f', '1.2.3.4.', '0X7F.0.0.1', 'example.123'])(
  '%s is an address',
  (name) => {
    expect(() => parseHostName(name)).toThrow(/is refused: it is an IP address/);
  },
);

test.each(['0x0.example', '0xfoo.example.com', '1.example', '4chan.example'])('%s is a name', (name) => {
  expect(parseHostName(name)).toBe(name);
});

test('subnets of a range lie in it and apart from each other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 13 }),
      (octet, a, b) => {
        const range = parseVpcCidr(`10.${octet}.0.0/24`);
        const [first, second] = [a, b].map((index) => parseVpcCidr(subnetOf(range, 28, index)));
        expect(overlap(first, range)).toBe(true);
        expect(overlap(first, second)).toBe(a === b);
      },
    ),
  );
});
