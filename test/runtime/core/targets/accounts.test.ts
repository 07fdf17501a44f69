import { fc } from '../../../seed';
import { changed, isNamed } from './named';

const named = (value: string, task: string) => isNamed('account', value, task);
const IBAN = 'DE89370400440532013000';

describe('an account of the task', () => {
  test.each([
    [IBAN, `Pay ${IBAN}.`],
    [IBAN, 'Pay DE89 3704 0044 0532 0130 00, please'],
    [IBAN, 'Pay DE89-3704-0044-0532-0130-00 50 EUR'],
    [IBAN, 'Pay (DE89 3704 0044 0532 0130 00) 50 EUR'],
    [IBAN, 'Pay de89 3704 0044 0532 0130 00'],
    ['DE89 3704 0044 0532 0130 00', `Pay ${IBAN}`],
    ['GB29 NWBK 6016 1331 9268 19', 'Pay 20 pounds to GB29NWBK60161331926819'],
    ['AC-12', 'Pay invoice AC-12'],
    ['AC12', 'Pay invoice AC-12'],
    ['US122000000121212121212', 'Send it to US122000000121212121212'],
    ['4711', 'pay 1999 cents to 4711, never 6666'],
    ['4711', 'Pay 20 EUR to account 4711'],
    ['4711', 'Pay account no. 4711'],
    ['4712', 'Pay the accounts 4711, 4712 and 4713'],
    ['12345678', 'Transfer $50 to account 1234 5678.'],
    ['12345678', 'Transfer $50 to account 1234-5678.'],
    ['Spotify', 'Send Spotify the difference'],
  ])('is %s in: %s', (value, task) => {
    expect(named(value, task)).toBe(true);
  });

  test.each([
    ['1999', 'pay 1999 cents to 4711, never 6666'],
    ['6666', 'pay 1999 cents to 4711, never 6666'],
    ['cents', 'pay 1999 cents to 4711, never 6666'],
    ['1999', 'Pay EUR 1999 to account 4711'],
    ['1999', 'Pay 1999€ to account 4711'],
    ['1999', 'Pay $1999 to account 4711'],
    ['1999', 'Pay 1999 to account 4711'],
    ['2024', 'Pay account 4711 on 1 May 2024'],
    ['5000', 'Raise the limit from 1000 to 5000'],
    ['5000', 'Send between 1000 to 5000'],
    ['5000', 'Transfer up to 5000 EUR to account 4711'],
    ['412.60', 'Pay invoice MS-20871, 412.60, to the account AC-12'],
    ['4711', 'Pay order 4711'],
    ['4711', 'Pay 4711'],
    ['1234', 'Transfer $50 to account 1234 5678'],
    ['5678', 'Transfer $50 to account 1234 5678'],
    ['471', 'Pay 20 EUR to account 4711'],
    // Wrong check digits, a part, a longer one, another account.
    ['DE88370400440532013000', 'Pay DE88370400440532013000'],
    ['DE8937040044053201300', `Pay ${IBAN}`],
    [`${IBAN}0`, `Pay ${IBAN}`],
    ['GB29NWBK60161331926819', `Pay ${IBAN}`],
    ['DE89370400440532013OOO', `Pay ${IBAN}`],
    ['DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000x', `Pay ${IBAN}`],
    ['ＤＥ89370400440532013000', `Pay ${IBAN}`],
    [IBAN, `Pay AC-12, but never ${IBAN}`],
    [IBAN, 'Pay AC-12, but never DE89 3704 0044 0532 0130 00'],
    [IBAN, 'Pay DE89 3704 0044 0532, 0130 00'],
    ['AC-1', 'Pay AC-12'],
    ['', 'Pay AC-12'],
    ['-', 'Pay AC-12 - today'],
  ])('isn’t %j in: %s', (value, task) => {
    expect(named(value, task)).toBe(false);
  });

  test('has the same letters and digits as the task, one after the other', () => {
    const parts = [
      'AC-1',
      'account 4711',
      'to 4712',
      ' ',
      '-',
      '9',
      ',',
      'DE89 3704 0044 0532 0130 00',
      'DE89370400440532013000',
    ];
    const compact = (each: string) => each.replace(/[ -]/g, '').toUpperCase();
    fc.assert(
      fc.property(changed(parts, 2), ({ task, value }) => {
        fc.pre(named(value, `Pay ${task}`));
        expect(compact(`Pay ${task}`)).toContain(compact(value));
      }),
      { numRuns: 300 },
    );
  });
});
